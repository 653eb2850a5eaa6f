internal import OpenPGP
internal import Primitives
internal import Registry
internal import Verification

/// What `signature verify` prints.
struct SignatureReport {
    private let signature: VerifiedSignature?
    private let reason: String?

    init(_ verdict: SignatureVerdict) {
        switch verdict {
        case .verified(let signature): (self.signature, reason) = (signature, nil)
        case .refused(let fault): (signature, reason) = (nil, fault.description)
        }
    }

    /// The members of the JSON form, in their documented order.
    var json: JSON {
        [
            "valid": .boolean(signature != nil),
            "fingerprint": .optional(signature?.primaryFingerprint.description),
            "signingFingerprint": .optional(signature?.signingFingerprint.description),
            "reference": .optional(signature?.reference.description),
            "digest": .optional(signature?.digest.description),
            "creator": .optional(signature?.creator),
            "timestamp": signature?.timestamp.map { .integer($0.secondsSince1970) } ?? .null,
            "created": .optional(signature?.created.description),
            "reason": .optional(reason),
        ]
    }

    /// The form for people.
    var lines: [String] {
        guard let signature else { return ["\(Terminal.styled("✗", .bad)) not valid: \(Terminal.plain(reason ?? ""))"] }
        return [
            "\(Terminal.styled("✓", .good)) valid",
            "    key         \(signature.primaryFingerprint)",
            "    signed by   \(signature.signingFingerprint)",
            "    reference   \(signature.reference)",
            "    digest      \(signature.digest)",
            "    created     \(signature.created)",
        ]
    }
}
