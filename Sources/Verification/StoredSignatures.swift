/// What signature stores and the registry have for a manifest.
struct StoredSignatures: Sendable {
    /// In the order of the stores and of their numbers.
    private(set) var signatures: [StoredSignature] = []
    /// Why there may be more that count; nil when all is known. Enough good signatures prove the image in spite of it, but
    /// it may not be refused for want of one: whatever put an error page where a signature should be may also have
    /// replaced the good one, and a store that is down may have it.
    private(set) var doubt: VerificationError?

    /// Nothing, and nothing more to come.
    init() {}

    /// Nothing that could be read.
    init(doubt: VerificationError) {
        self.doubt = doubt
    }

    /// Reads what a registry keeps: of its entries it is said what they are.
    init(messages: [[UInt8]]) {
        signatures = messages.map(StoredSignature.init)
    }

    /// Reads what a store has. What is no signature is a doubt; the others count.
    init(reading blobs: [[UInt8]]) {
        for (index, blob) in blobs.enumerated() {
            do throws(VerificationError) {
                if let signature = try StoredSignature(reading: blob, number: index + 1) {
                    signatures.append(signature)
                }
            } catch {
                doubt = doubt ?? error
            }
        }
    }

    /// Adds what another store has.
    mutating func add(_ other: StoredSignatures) {
        signatures += other.signatures
        doubt = doubt ?? other.doubt
    }

    /// About how many bytes of memory it takes.
    var byteCount: Int { signatures.reduce(64) { $0 + $1.byteCount } }
}
