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

    /// The ring in the Secrets that were found; one ring of all their keys where they are several.
    ///
    /// - Throws: `VerificationError.keyRing` for the first that is none, however good the others are: who needs the keys
    ///   of several may not do without those of one.
    package func read(_ found: [FoundKey]) throws(VerificationError) -> KeyRing {
        var ring: KeyRing?
        for key in found { ring = try read(key) }
        guard let ring, let first = found.first else { throw .noKeyRing(secret: "") }
        guard found.count > 1 else { return ring }
        // Copies of a key in two Secrets are one key, so that a revocation in one of them is heeded.
        return try result(of: self.ring(in: found.map(\.bytes)), in: first)
    }

    private func read(_ found: FoundKey) throws(VerificationError) -> KeyRing {
        try result(of: ring(in: [found.bytes]), in: found)
    }

    private func result(
        of ring: Result<KeyRing, OpenPGPError>, in found: FoundKey
    ) throws(VerificationError) -> KeyRing {
        switch ring {
        case .success(let ring): return ring
        case .failure(let error): throw .keyRing(secret: found.name, namespace: found.namespace, error)
        }
    }

    /// What counts against the capacity now.
    var rememberedBytes: Int { memory.withLock { $0.bytes } }

    private func ring(in secrets: [Secret]) -> Result<KeyRing, OpenPGPError> {
        if let ring = memory.withLock({ $0.rings[secrets] }) { return ring }
        let bytes = secrets.map { $0.revealBytes() }
        let ring = Result { () throws(OpenPGPError) in try KeyRing(merging: bytes) }
        // That OpenSSL could not tell is no fact about these bytes.
        if case .failure(.cryptography) = ring { return ring }
        let size = bytes.reduce(0) { $0 + $1.count }
        memory.withLock { $0.keep(ring, under: secrets, of: size, capacity: capacity) }
        return ring
    }
}

extension KeyRingReader {
    private struct Memory {
        /// What a ring takes up beside its bytes, roughly.
        private static let overhead = 1024

        private(set) var rings: [[Secret]: Result<KeyRing, OpenPGPError>] = [:]
        private(set) var bytes = 0

        mutating func keep(
            _ ring: Result<KeyRing, OpenPGPError>, under secrets: [Secret], of size: Int, capacity: Int
        ) {
            let size = size + Self.overhead
            guard size <= capacity, rings[secrets] == nil else { return }
            if bytes + size > capacity { self = Memory() }
            rings[secrets] = ring
            bytes += size
        }
    }
}
