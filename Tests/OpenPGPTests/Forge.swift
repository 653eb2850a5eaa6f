import Cryptography
import OpenPGP
import Primitives

/// Writes OpenPGP packets, right ones and wrong ones.
enum Forge {
    enum Framing: CaseIterable, Sendable {
        /// The shortest header of the new format.
        case new
        /// New format, always five octets of length.
        case newLong
        /// New format, in chunks of 16 bytes.
        case partial
        /// Old format with four octets of length.
        case old
        /// Old format, to the end of the input.
        case indeterminate
    }

    static func packet(_ tag: UInt8, _ body: [UInt8], _ framing: Framing = .new) -> [UInt8] {
        switch framing {
        case .new: [0xC0 | tag] + length(body.count) + body
        case .newLong: [0xC0 | tag, 0xFF] + number(body.count, bytes: 4) + body
        case .partial: [0xC0 | tag] + chunks(body)
        case .old: [0x80 | tag << 2 | 2] + number(body.count, bytes: 4) + body
        case .indeterminate: [0x80 | tag << 2 | 3] + body
        }
    }

    static func literal(
        _ content: [UInt8], mode: Character = "b", name: String = "", framing: Framing = .new
    ) -> [UInt8] {
        packet(
            11, [mode.asciiValue ?? 0, UInt8(name.utf8.count)] + Array(name.utf8) + [0, 0, 0, 0] + content, framing)
    }

    static func subpacket(_ type: UInt8, _ body: [UInt8], critical: Bool = false) -> [UInt8] {
        length(body.count + 1) + [type | (critical ? 0x80 : 0)] + body
    }

    static func time(_ seconds: UInt32) -> [UInt8] { subpacket(2, number(Int(seconds), bytes: 4)) }
    static func signatureLifetime(_ seconds: Int) -> [UInt8] { subpacket(3, number(seconds, bytes: 4)) }
    static func keyLifetime(_ seconds: Int) -> [UInt8] { subpacket(9, number(seconds, bytes: 4)) }
    static func flags(_ flags: UInt8) -> [UInt8] { subpacket(27, [flags]) }
    static func issuer(_ fingerprint: Fingerprint) -> [UInt8] {
        subpacket(33, [fingerprint.bytes.count == 20 ? 4 : 6] + fingerprint.bytes)
    }
    static func issuerID(_ fingerprint: Fingerprint) -> [UInt8] { subpacket(16, keyID(fingerprint)) }
    static func keyID(_ fingerprint: Fingerprint) -> [UInt8] {
        Array(fingerprint.bytes.count == 20 ? fingerprint.bytes.suffix(8) : fingerprint.bytes.prefix(8))
    }

    static func compressed(_ algorithm: UInt8, _ packets: [UInt8], framing: Framing = .new, junk: [UInt8] = [])
        -> [UInt8]
    {
        let stream =
            switch algorithm {
            case 1: stored(packets)
            case 2: [0x78, 0x01] + stored(packets) + adler32(packets)
            default: packets
            }
        return packet(8, [algorithm] + stream + junk, framing)
    }

    /// A multiprecision integer.
    static func integer(_ bytes: [UInt8]) -> [UInt8] {
        let bytes = bytes.drop { $0 == 0 }
        let bits = bytes.isEmpty ? 0 : bytes.count * 8 - bytes[bytes.startIndex].leadingZeroBitCount
        return number(bits, bytes: 2) + bytes
    }

    static func number(_ value: Int, bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * (bytes - 1 - $0))) }
    }

    /// - Parameter checksum: the right one when nil; empty for none.
    static func armor(_ bytes: [UInt8], label: String = "PGP PUBLIC KEY BLOCK", checksum: String? = nil) -> [UInt8] {
        let lines = stride(from: 0, to: bytes.count, by: 48).map {
            Base64.encode(Array(bytes[$0..<min($0 + 48, bytes.count)]))
        }
        let sum = checksum == "" ? [] : ["=\(checksum ?? Self.checksum(of: bytes))"]
        return Array(
            (["-----BEGIN \(label)-----", "Comment: forged", ""] + lines + sum + ["-----END \(label)-----", ""])
                .joined(separator: "\n").utf8)
    }

    /// The checksum of an armored text, as it is written.
    static func checksum(of bytes: [UInt8]) -> String {
        let sum = bytes.reduce(0xB7_04CE) { sum, byte in
            (0..<8).reduce(sum ^ Int(byte) << 16) { sum, _ in
                (sum & 0x80_0000 != 0 ? sum << 1 ^ 0x864C_FB : sum << 1) & 0xFF_FFFF
            }
        }
        return Base64.encode(number(sum, bytes: 3))
    }

    private static func length(_ count: Int) -> [UInt8] {
        switch count {
        case ..<192: [UInt8(count)]
        case ..<8384: [UInt8((count - 192) >> 8 + 192), UInt8((count - 192) & 0xFF)]
        default: [0xFF] + number(count, bytes: 4)
        }
    }

    private static func chunks(_ body: [UInt8]) -> [UInt8] {
        var (rest, bytes) = (body[...], [UInt8]())
        while rest.count > 16 {
            bytes += [0xE4] + rest.prefix(16)
            rest = rest.dropFirst(16)
        }
        return bytes + length(rest.count) + rest
    }

    /// A DEFLATE stream of one stored block.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        let (low, high) = (UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8))
        return [1, low, high, ~low, ~high] + bytes
    }

    private static func adler32(_ bytes: [UInt8]) -> [UInt8] {
        let (a, b) = bytes.reduce((1, 0)) { sums, byte in
            let a = (sums.0 + Int(byte)) % 65_521
            return (a, (sums.1 + a) % 65_521)
        }
        return number(b << 16 | a, bytes: 4)
    }
}
