/// Writes the little of DER (ITU-T X.690) that keys and signatures need to be handed to OpenSSL.
enum DER {
    static let null = element(0x05, [])

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { element(0x30, Array(parts.joined())) }

    /// - Parameter body: the encoded identifier, without tag and length.
    static func objectIdentifier(_ body: [UInt8]) -> [UInt8] { element(0x06, body) }

    static func bitString(_ body: [UInt8]) -> [UInt8] { element(0x03, [0] + body) }

    /// - Parameter magnitude: an unsigned number, most significant byte first, without leading zeros.
    static func integer(_ magnitude: ArraySlice<UInt8>) -> [UInt8] {
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
