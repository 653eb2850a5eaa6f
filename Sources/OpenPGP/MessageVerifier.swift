internal import Cryptography
package import Primitives

/// A message whose signature was verified, by a key of the ring that may sign now.
package struct VerifiedMessage: Sendable {
    /// Exactly the bytes that were signed.
    package let content: [UInt8]
    /// The key that a policy names.
    package let primaryFingerprint: Fingerprint
    /// The key that signed: the primary one or a subkey of it.
    package let signingFingerprint: Fingerprint
    /// When the signature was made, by the signer's clock.
    package let created: Timestamp

    fileprivate init(_ message: UnverifiedMessage, signer: KeyRing.Signer) {
        content = message.content
        primaryFingerprint = signer.certificate.fingerprint
        signingFingerprint = signer.key.fingerprint
        created = message.created
    }
}

/// The answer about a message.
package enum MessageVerdict: Sendable {
    case verified(VerifiedMessage)
    case refused(MessageRefusal)
}

/// Says whether a key of a ring signed a message.
package struct MessageVerifier: Sendable {
    private let keyRing: KeyRing

    package init(keyRing: KeyRing) {
        self.keyRing = keyRing
    }

    /// Verifies `message` as of `now`: both the signature and the key must be good today.
    ///
    /// - Throws: `.cryptography` when OpenSSL could not tell, nothing else.
    package func verify(
        _ message: UnverifiedMessage, at now: Timestamp
    ) throws(OpenPGPError) -> MessageVerdict {
        let signature = message.signature
        if let number = signature.claims.unknownCritical { return .refused(.unknownRestriction(number)) }
        guard let digest = signature.hashAlgorithm.strongDigest else {
            return .refused(.weakDigest(signature.hashAlgorithm.name))
        }
        guard let issuer = signature.claims.issuer else { return .refused(.noIssuer) }
        var refusals: [MessageRefusal] = []
        for signer in keyRing.signers(named: issuer).prefix(Limits.openPGPSigners) {
            guard let refusal = try refusal(of: message, by: signer, hashing: digest, at: now) else {
                return .verified(VerifiedMessage(message, signer: signer))
            }
            refusals.append(refusal)
        }
        return .refused(refusals.first ?? keyRing.absence(of: issuer))
    }

    /// Why `signer` did not sign `message` as it should; nil when it did. The signature comes first, so that what is
    /// said about a key is said only where that key has really signed.
    private func refusal(
        of message: UnverifiedMessage, by signer: KeyRing.Signer, hashing digest: DigestAlgorithm, at now: Timestamp
    ) throws(OpenPGPError) -> MessageRefusal? {
        let (signature, key) = (message.signature, signer.key)
        guard digest.byteCount >= key.material.shortestDigest else {
            return .shortDigest(digest.rawValue, neededBits: 8 * key.material.shortestDigest)
        }
        guard try isSignature(of: message, by: key, hashing: digest) else { return .badSignature(key.fingerprint) }
        if let refusal = signer.certificate.refusal(of: key, at: now) { return refusal }
        if message.created < key.created { return .signatureBeforeKey(key.fingerprint) }
        if message.created > now.toleratingSkew { return .futureSignature(message.created) }
        if let end = signature.claims.expires, end <= now { return .expiredSignature(end) }
        return nil
    }

    /// The one place that asks OpenSSL about data: a fact about this message and this key, whatever the time is and
    /// whatever else the key's owner has said. So it is asked once.
    private func isSignature(
        of message: UnverifiedMessage, by key: KeyPacket, hashing digest: DigestAlgorithm
    ) throws(OpenPGPError) -> Bool {
        try message.checks.isValid(by: key) { () throws(OpenPGPError) in
            try message.signature.verifies(.document(message.content), by: key, hashing: digest)
        }
    }
}

extension KeyRing {
    /// A key that may have signed, with the certificate that answers for it.
    struct Signer: Sendable {
        let certificate: OpenPGPCertificate
        let key: KeyPacket
    }

    /// Every primary key and bound subkey that a hint names, in the order of the ring. Key IDs can be forged, and a
    /// subkey may stand under several primary keys, so there may be more than one.
    fileprivate func signers(named issuer: SignatureClaims.Issuer) -> [Signer] {
        certificates.flatMap { certificate in
            ([certificate.primary] + certificate.subkeys.map(\.key))
                .filter { issuer.names($0.fingerprint) }
                .map { Signer(certificate: certificate, key: $0) }
        }
    }

    /// What to say when no key of the ring has that name: perhaps one has, and is broken.
    fileprivate func absence(of issuer: SignatureClaims.Issuer) -> MessageRefusal {
        problems.first { $0.fingerprint.map(issuer.names) ?? false }.map { .unusableKey($0) }
            ?? .unknownKey(issuer.keyID)
    }
}
