import Registry
import Verification

/// What simple signatures say, and how their blobs are told apart.
enum PayloadCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        if case .simpleSigning(let message) = accepted({ try SignatureBlob(parsing: input) }) {
            try promise(input.suffix(message.count).elementsEqual(message), "the message is not the end of the blob")
        }
        guard let payload = accepted({ try SimpleSigningPayload(parsing: input) }) else { return }
        let text = String(decoding: input, as: UTF8.self)
        // A digest has no character that JSON would have to escape, but may be escaped nevertheless.
        try promise(
            text.contains(payload.digest.hex) || text.contains("\\"), "the digest does not stand in the payload")
    }
}
