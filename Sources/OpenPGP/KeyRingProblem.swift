/// A part of a key ring that does not count, and why. The rest of the ring does.
package struct KeyRingProblem: Hashable, Sendable, CustomStringConvertible {
    /// The primary key or the subkey that is affected, when it could be read that far.
    package let fingerprint: Fingerprint?
    /// Where, as far as known: `key 0123…` or `armor block 2`.
    package let subject: String
    /// What is wrong with it.
    package let reason: String

    init(key: KeyPacket, reason: String) {
        fingerprint = key.fingerprint
        subject = "key \(key.fingerprint)"
        self.reason = reason
    }

    init(subkey: KeyPacket, reason: String) {
        fingerprint = subkey.fingerprint
        subject = "subkey \(subkey.fingerprint)"
        self.reason = reason
    }

    init(_ subject: String, reason: String) {
        fingerprint = nil
        self.subject = subject
        self.reason = reason
    }

    /// One line: `key 0123…: no user ID with a valid self-signature`.
    package var description: String { "\(subject): \(reason)" }
}
