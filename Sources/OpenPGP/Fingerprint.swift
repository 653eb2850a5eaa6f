internal import Primitives

/// The fingerprint of a version 4 key (RFC 9580 §5.5.4.2): the only name of a key that may decide trust.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    /// 20 bytes of SHA-1 over the key packet.
    package let bytes: [UInt8]

    /// Refuses (nil) any other length.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 20 else { return nil }
        self.bytes = Array(bytes)
    }

    /// The hash in `digest` of a key packet, as `KeyPacket` computes it.
    init(sha1 digest: [UInt8]) {
        precondition(digest.count == 20, "a SHA-1 digest has 20 bytes")
        bytes = digest
    }

    /// The low eight bytes: a hint for finding a key, never a proof of which.
    package var keyID: KeyID { KeyID(bytes.suffix(8)) }

    /// 40 upper-case hexadecimal digits.
    package var description: String { Hex.encodeUpper(bytes) }
}

/// The low 64 bits of a fingerprint: short enough to be forged, so good for looking up candidates only.
package struct KeyID: Hashable, Sendable, CustomStringConvertible {
    private let value: UInt64

    /// Eight bytes, most significant first; of longer input the last eight.
    init(_ bytes: ArraySlice<UInt8>) {
        value = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// 16 upper-case hexadecimal digits.
    package var description: String {
        Hex.encodeUpper((0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) })
    }
}
