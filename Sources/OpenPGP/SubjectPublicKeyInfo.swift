/// Writes keys in the one form that OpenSSL reads them all in (RFC 5280 §4.1.2.7).
enum SubjectPublicKeyInfo {
    /// RFC 8017 §A.1. The numbers are unsigned, most significant byte first, without leading zeros.
    static func rsa(modulus: ArraySlice<UInt8>, exponent: ArraySlice<UInt8>) -> [UInt8] {
        let algorithm = element(sequence, objectIdentifier(rsaEncryption) + element(null, []))
        let key = element(sequence, integer(modulus) + integer(exponent))
        return element(sequence, algorithm + bitString(key))
    }

    /// RFC 8410 §4. `key` has 32 bytes.
    static func ed25519(_ key: ArraySlice<UInt8>) -> [UInt8] {
        let algorithm = element(sequence, objectIdentifier(ed25519Identifier))
        return element(sequence, algorithm + bitString(Array(key)))
    }

    private static let sequence: UInt8 = 0x30
    private static let null: UInt8 = 0x05
    /// 1.2.840.113549.1.1.1
    private static let rsaEncryption: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
    /// 1.3.101.112
    private static let ed25519Identifier: [UInt8] = [0x2B, 0x65, 0x70]

    private static func objectIdentifier(_ body: [UInt8]) -> [UInt8] { element(0x06, body) }

    private static func bitString(_ body: [UInt8]) -> [UInt8] { element(0x03, [0] + body) }

    private static func integer(_ magnitude: ArraySlice<UInt8>) -> [UInt8] {
        // DER integers are signed: a leading zero keeps a high first bit from meaning "negative".
        let sign: [UInt8] = (magnitude.first ?? 0x80) & 0x80 != 0 ? [0] : []
        return element(0x02, sign + magnitude)
    }

    private static func element(_ tag: UInt8, _ body: [UInt8]) -> [UInt8] {
        [tag] + length(body.count) + body
    }

    private static func length(_ count: Int) -> [UInt8] {
        if count < 0x80 { return [UInt8(count)] }
        var bytes: [UInt8] = []
        var rest = count
        while rest > 0 {
            bytes.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        return [0x80 | UInt8(bytes.count)] + bytes
    }
}
