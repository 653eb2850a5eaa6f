internal import OpenPGP
internal import Primitives

/// What `key inspect` prints.
struct KeyRingReport {
    private let file: String
    private let certificates: [CertificateReport]
    private let problems: [KeyRingProblem]

    init(file: String, _ ring: KeyRing, at now: Timestamp) {
        self.file = file
        certificates = ring.certificates.map { CertificateReport($0, at: now) }
        problems = ring.problems
    }

    /// Of a ring that has no usable key.
    init(file: String, problems: [KeyRingProblem]) {
        (self.file, certificates, self.problems) = (file, [], problems)
    }

    /// Whether an image that one of the keys signs now can be admitted.
    var isAccepted: Bool { certificates.contains(where: \.isAccepted) }

    /// The members of the JSON form, in their documented order.
    var json: JSON {
        [
            "file": .string(file),
            "accepted": .boolean(isAccepted),
            "keys": .array(certificates.map(\.json)),
            "problems": .array(problems.map(Self.json)),
        ]
    }

    /// The form for people.
    var lines: [String] {
        certificates.flatMap(\.lines)
            + problems.map { "\(Terminal.styled("✗", .bad)) does not count: \(Terminal.plain("\($0)"))" }
    }

    private static func json(_ problem: KeyRingProblem) -> JSON {
        [
            "subject": .string(problem.subject),
            "fingerprint": .optional(problem.fingerprint?.description),
            "reason": .string(problem.reason),
        ]
    }
}

/// What `key inspect` prints about one certificate: its primary key with the names, and its subkeys.
private struct CertificateReport {
    private let userIDs: [String]
    private let refusal: MessageRefusal?
    private let keys: [KeySummary]

    init(_ certificate: OpenPGPCertificate, at now: Timestamp) {
        userIDs = certificate.userIDs
        refusal = certificate.signingRefusal(at: now)
        keys = certificate.summaries(at: now)
    }

    var isAccepted: Bool { refusal == nil }

    var json: JSON {
        let names = JSON.array(userIDs.map(JSON.string))
        let subkeys = JSON.array(keys.dropFirst().map { .object(Self.members(of: $0)) })
        return .object((keys.first.map(Self.members) ?? []) + [("userIDs", names), ("subkeys", subkeys)])
    }

    var lines: [String] {
        keys.enumerated().flatMap { index, key in
            index == 0 ? Self.lines(key, "key", userIDs) : Self.lines(key, "subkey", []).map { "    " + $0 }
        }
    }

    private static func members(of key: KeySummary) -> [(key: String, value: JSON)] {
        [
            ("fingerprint", .string(key.fingerprint.description)),
            ("version", .integer(Int64(key.version))),
            ("algorithm", .string(key.algorithm)),
            ("created", .string(key.created.description)),
            ("expires", .optional(key.expires?.description)),
            ("usages", key.usages.map { .array($0.map { .string($0.rawValue) }) } ?? .null),
            ("maySign", .boolean(key.refusal == nil)),
            ("reason", .optional(key.refusal?.description)),
        ]
    }

    private static func lines(_ key: KeySummary, _ kind: String, _ userIDs: [String]) -> [String] {
        let mark = key.refusal == nil ? Terminal.styled("✓", .good) : Terminal.styled("✗", .bad)
        let facts =
            userIDs.map { ("name", $0) } + [
                ("algorithm", "\(key.algorithm), version \(key.version)"),
                ("created", "\(key.created)"),
                ("expires", key.expires?.description ?? "never"),
                ("may", key.usages.map(text) ?? "anything: its owner does not say"),
                ("counts", key.refusal.map { "no: \($0)" } ?? "yes: what it signs is accepted"),
            ]
        return ["\(mark) \(kind) \(Terminal.styled(key.fingerprint.description, .strong))"]
            + facts.map { "    " + Terminal.styled($0.padded(to: 12), .faint) + Terminal.plain($1) }
    }

    private static func text(of usages: [KeyUsage]) -> String {
        usages.isEmpty ? "nothing" : usages.map(\.rawValue).joined(separator: ", ")
    }
}
