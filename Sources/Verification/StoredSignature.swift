internal import OpenPGP
internal import Registry

/// A simple signature as a store has it, read once and not verified: nothing in it is anybody's word yet.
///
/// It may be kept. Whether a key signed it is computed once for each key; all that is judged beside that is judged
/// anew each time.
struct StoredSignature: Sendable {
    /// What was read; or why it is no OpenPGP message of this house, which is a fault of this signature alone.
    let message: Result<UnverifiedMessage, OpenPGPError>
    /// About how many bytes of memory it takes.
    var byteCount: Int {
        switch message {
        case .success(let message): message.byteCount
        case .failure: 256
        }
    }

    /// What should be an OpenPGP message, and nothing around it.
    init(_ bytes: [UInt8]) {
        message = Result { () throws(OpenPGPError) in try UnverifiedMessage(parsing: bytes) }
    }

    /// One entry of a store; nil for a signature of another family.
    ///
    /// - Parameter number: its place in the store, for messages.
    /// - Throws: `VerificationError.unreadableSignature` for what is no signature of any family.
    init?(reading blob: [UInt8], number: Int) throws(VerificationError) {
        do throws(SignatureBlobError) {
            guard case .simpleSigning(let bytes) = try SignatureBlob(parsing: blob) else { return nil }
            self.init(bytes)
        } catch {
            throw .unreadableSignature(number: number, error)
        }
    }
}
