internal import Primitives

/// A user ID packet (RFC 9580 §5.11): bytes that the owner calls a name and an address. For display only.
struct UserID: Hashable, Sendable {
    let bytes: [UInt8]

    /// What a signature over this user ID hashes (RFC 9580 §5.2.4): 0xB4, the length in four bytes, the bytes.
    var signedForm: [UInt8] {
        [0xB4] + bigEndian(bytes.count, bytes: 4) + bytes
    }

    /// The text; bytes that are not UTF-8 are replaced.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}
