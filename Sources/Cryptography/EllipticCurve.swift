/// A curve for ECDSA. Its raw value is what OpenSSL calls it.
package enum EllipticCurve: String, Hashable, Sendable, CaseIterable {
    case p256 = "prime256v1"
    case p384 = "secp384r1"
    case p521 = "secp521r1"
    case brainpoolP256 = "brainpoolP256r1"
    case brainpoolP384 = "brainpoolP384r1"
    case brainpoolP512 = "brainpoolP512r1"
    case secp256k1 = "secp256k1"

    /// The length of one coordinate of a point, in bytes.
    package var coordinateBytes: Int {
        switch self {
        case .p256, .brainpoolP256, .secp256k1: 32
        case .p384, .brainpoolP384: 48
        case .brainpoolP512: 64
        case .p521: 66
        }
    }

    /// How the standards call it.
    package var name: String {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        case .brainpoolP256, .brainpoolP384, .brainpoolP512, .secp256k1: rawValue
        }
    }
}
