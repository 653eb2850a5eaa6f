package import OpenPGP
package import Policies
internal import Primitives
private import Synchronization

/// Reads key rings, and remembers what it read: a ring is parsed once for as long as its bytes stay the same.
///
/// This is a memory of facts. Which ring counts for an image is asked of the policy each time.
package final class KeyRingReader: Sendable {
    private let capacity: Int
    private let memory = Mutex(Memory())

    /// - Parameter capacity: bytes of rings that are remembered, whoever wrote them; when there are more, all are
    ///   forgotten and read again as they are needed.
    package init(capacity: Int = 16 << 20) {
        self.capacity = capacity
    }

    /// The ring in the Secret `name` that was found.
    ///
    /// - Throws: `VerificationError.keyRing` when it is none.
    package func read(_ found: FoundKey, secret name: String) throws(VerificationError) -> KeyRing {
        switch ring(in: found.bytes) {
        case .success(let ring): return ring
        case .failure(let error): throw .keyRing(secret: name, namespace: found.namespace, error)
        }
    }

    /// What counts against the capacity now.
    var rememberedBytes: Int { memory.withLock { $0.bytes } }

    private func ring(in secret: Secret) -> Result<KeyRing, OpenPGPError> {
        if let ring = memory.withLock({ $0.rings[secret] }) { return ring }
        let bytes = secret.revealBytes()
        let ring = Result { () throws(OpenPGPError) in try KeyRing(parsing: bytes) }
        // That OpenSSL could not tell is no fact about these bytes.
        if case .failure(.cryptography) = ring { return ring }
        memory.withLock { $0.keep(ring, under: secret, of: bytes.count, capacity: capacity) }
        return ring
    }
}

extension KeyRingReader {
    private struct Memory {
        /// What a ring takes up beside its bytes, roughly.
        private static let overhead = 1024

        private(set) var rings: [Secret: Result<KeyRing, OpenPGPError>] = [:]
        private(set) var bytes = 0

        mutating func keep(
            _ ring: Result<KeyRing, OpenPGPError>, under secret: Secret, of size: Int, capacity: Int
        ) {
            let size = size + Self.overhead
            guard size <= capacity, rings[secret] == nil else { return }
            if bytes + size > capacity { self = Memory() }
            rings[secret] = ring
            bytes += size
        }
    }
}
