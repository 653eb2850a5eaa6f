internal import Cryptography
internal import Primitives

/// The fingerprint of a key (RFC 9580 §5.5.4): the only name of a key that may decide trust.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    /// 20 bytes of SHA-1 over a version 4 key, or 32 of SHA-256 over one of version 6.
    package let bytes: [UInt8]

    /// Refuses (nil) any other length.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 20 || bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    /// The hash of a key packet, as `KeyPacket` computes it.
    init(_ digest: Digest) {
        precondition(digest.algorithm == .sha1 || digest.algorithm == .sha256, "no fingerprint is made so")
        bytes = digest.bytes
    }

    /// Eight of its bytes, the last of version 4 and the first of version 6: a hint for finding a key, never a proof of
    /// which.
    package var keyID: KeyID { KeyID(bytes.count == 20 ? bytes.suffix(8) : bytes.prefix(8)) }

    /// 40 or 64 upper-case hexadecimal digits.
    package var description: String { Hex.encodeUpper(bytes) }
}

/// 64 bits of a fingerprint: short enough to be forged, so good for looking up candidates only.
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
