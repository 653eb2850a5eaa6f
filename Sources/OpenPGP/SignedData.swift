internal import Cryptography

/// What a signature speaks about, as the bytes in front of its own (RFC 9580 §5.2.4).
enum SignedData {
    /// Types 0x00: the content of a literal data packet. Its file name and date are not signed.
    case document([UInt8])
    /// Types 0x10 to 0x13 and 0x30.
    case userID(UserID, of: KeyPacket)
    /// Types 0x1F and 0x20.
    case key(KeyPacket)
    /// Types 0x18, 0x19 and 0x28.
    case subkey(KeyPacket, of: KeyPacket)

    func feed(_ digest: inout RunningDigest) {
        switch self {
        case .document(let content):
            digest.update(content)
        case .userID(let userID, let primary):
            digest.update(primary.signedForm)
            digest.update(userID.signedForm)
        case .key(let primary):
            digest.update(primary.signedForm)
        case .subkey(let subkey, let primary):
            digest.update(primary.signedForm)
            digest.update(subkey.signedForm)
        }
    }
}
