import OpenPGP

/// Signed messages and key rings: whatever is changed, nothing but what the known keys signed is ever verified, and
/// never as somebody else's.
enum OpenPGPCase {
    /// An input as a message to the known ring.
    static func checkMessage(_ input: [UInt8]) throws(BrokenPromise) {
        guard let verifier, let message = accepted({ try UnverifiedMessage(parsing: input) }) else { return }
        try check(verifier, message)
    }

    /// An input as a ring for the known messages.
    static func checkKeyRing(_ input: [UInt8]) throws(BrokenPromise) {
        guard let ring = accepted({ try KeyRing(parsing: input) }) else { return }
        try promise(!ring.certificates.isEmpty, "a ring without a key was accepted")
        _ = ring.problems.map(\.description)
        for message in signed { try check(MessageVerifier(keyRing: ring), message) }
    }

    private static let verifier = accepted { MessageVerifier(keyRing: try KeyRing(parsing: OpenPGPSamples.ring)) }
    private static let signed = OpenPGPSamples.messages.compactMap { bytes in
        accepted { try UnverifiedMessage(parsing: bytes) }
    }
    /// What the known ring says of the known messages.
    private static let proofs = signed.compactMap { message in verifier.flatMap { proof(of: message, by: $0) } }

    private static func check(_ verifier: MessageVerifier, _ message: UnverifiedMessage) throws(BrokenPromise) {
        try promise(proofs.count == OpenPGPSamples.messages.count, "the samples do not verify")
        guard let proof = proof(of: message, by: verifier) else { return }
        try promise(
            proofs.contains { $0.content == proof.content && $0.primaryFingerprint == proof.primaryFingerprint },
            "\(proof.primaryFingerprint) seems to have signed what it has not")
    }

    private static func proof(of message: UnverifiedMessage, by verifier: MessageVerifier) -> VerifiedMessage? {
        guard let verdict = accepted({ try verifier.verify(message, at: OpenPGPSamples.now) }) else { return nil }
        switch verdict {
        case .verified(let proof): return proof
        case .refused(let refusal):
            _ = refusal.description
            return nil
        }
    }
}
