package import OpenPGP
package import Policies
internal import Primitives
private import Synchronization

/// Reads key rings, and remembers what it read: a ring is parsed once for as long as its bytes stay the same.
///
/// This is a memory of facts. Which ring counts for an image is asked of the policy each time.
package final class KeyRingReader: Sendable {
    /// Rings that are remembered; when there are more, all are forgotten and read again as they are needed.
    private static let capacity = 1024

    private let known = Mutex<[Secret: Result<KeyRing, OpenPGPError>]>([:])

    package init() {}

    /// The ring in the Secret `name` that was found.
    ///
    /// - Throws: `VerificationError.keyRing` when it is none.
    package func read(_ found: FoundKey, secret name: String) throws(VerificationError) -> KeyRing {
        switch ring(in: found.bytes) {
        case .success(let ring): return ring
        case .failure(let error): throw .keyRing(secret: name, namespace: found.namespace, error)
        }
    }

    private func ring(in bytes: Secret) -> Result<KeyRing, OpenPGPError> {
        if let ring = known.withLock({ $0[bytes] }) { return ring }
        let ring = Result { () throws(OpenPGPError) in try KeyRing(parsing: bytes.revealBytes()) }
        known.withLock { known in
            if known.count >= Self.capacity { known.removeAll() }
            known[bytes] = ring
        }
        return ring
    }
}
