internal import Kubernetes
package import Policies
package import Primitives

/// Looks whether the Secrets that a policy names are there, and hold what is needed: before an image is refused for it.
package struct KeyCheck: Sendable {
    /// What is wrong with a key ring at a time, and what will be; nil when that could not be found out in time.
    package typealias Findings = @Sendable (_ ring: Secret, _ now: Timestamp) async -> [PolicyFinding]?

    /// What is known about one Secret.
    private enum Standing {
        case usable(notes: [String])
        case unusable(String)
        /// It is not told whether it is there.
        case hidden(String)
        /// Each workload's namespace may have another one.
        case open(String)
    }

    /// Of the condition that it finds.
    static let conditionType = "KeysReady"

    private let objects: ClusterObjects
    private let keyRule: KeyNamespaceRule
    private let findings: Findings

    /// - Parameters:
    ///   - keyRule: where keys are looked for.
    ///   - findings: reads key rings.
    package init(objects: ClusterObjects, keyRule: KeyNamespaceRule, findings: @escaping Findings) {
        self.objects = objects
        self.keyRule = keyRule
        self.findings = findings
    }

    /// The condition `KeysReady`; nil when it could not be found out now: whoever knew it before may go on with that.
    ///
    /// - Parameter store: any; only its way of finding keys is used.
    func condition(
        of policy: ImagePolicy, in store: PolicyStore, at now: Timestamp, by deadline: Deadline
    ) async -> PolicyCondition? {
        guard policy.darkness == nil else {
            return PolicyCondition(
                type: Self.conditionType, state: .unknown, reason: "Unreadable", message: "The policy cannot be read.")
        }
        var standings: [Standing] = []
        for lookup in lookups(of: policy) {
            guard let standing = await standing(of: lookup, in: store, at: now, by: deadline) else { return nil }
            standings.append(standing)
        }
        return Self.sum(standings)
    }

    /// Each Secret once, as it would be looked for by an object in Ostiary's own namespace: no other workload is known.
    private func lookups(of policy: ImagePolicy) -> [SecretLookup] {
        let own = keyRule.ownNamespace ?? ""
        var lookups: [SecretLookup] = []
        for case .success(let requirement) in policy.entries.map(\.requirement) {
            guard let simple = requirement.simple else { continue }
            for case .signedBy(let signedBy) in simple.requirements {
                lookups += signedBy.keySecrets.map { secret in
                    SecretLookup(
                        lookup: KeySecretLookup(
                            ofKey: secret, in: policy.identity, workloadNamespace: own, rule: keyRule),
                        isKey: true, isOpen: secret.location == .ownThenWorkload && !keyRule.isStrict)
                }
            }
            if let secret = simple.storeSecret {
                lookups.append(
                    SecretLookup(
                        lookup: KeySecretLookup(ofStore: secret, workloadNamespace: own, rule: keyRule),
                        isKey: false, isOpen: secret.location == .ownThenWorkload))
            }
        }
        var known: Set<SecretLookup> = []
        return lookups.filter { known.insert($0).inserted }
    }

    private func standing(
        of lookup: SecretLookup, in store: PolicyStore, at now: Timestamp, by deadline: Deadline
    ) async -> Standing? {
        var (secrets, hidden): ([ObjectKey: SecretObject], [ObjectKey: String]) = ([:], [:])
        for place in lookup.lookup.places {
            let key = ObjectKey(namespace: place.namespace, name: lookup.lookup.name)
            switch await objects.look(for: key, by: deadline) {
            case .success(let secret)?: secrets[key] = secret
            case .failure(.refused(let status))? where status.code == 403: hidden[key] = "\(status)"
            // That a server does not answer says nothing about a Secret.
            case .failure?, nil: return nil
            }
        }
        let store = store.with(secrets: secrets, serviceAccounts: [:], unavailable: hidden)
        do throws(PolicyError) {
            guard lookup.isKey else {
                _ = try store.storeCredential(for: lookup.lookup)
                return .usable(notes: [])
            }
            return await standing(of: try store.key(for: lookup.lookup), at: now)
        } catch {
            return Self.standing(of: lookup, error)
        }
    }

    private func standing(of key: FoundKey, at now: Timestamp) async -> Standing? {
        guard let findings = await findings(key.bytes, now) else { return nil }
        let name = "secret \(QuotedText.make(from: key.name)) in \(QuotedText.make(from: key.namespace))"
        let errors = findings.filter { $0.severity == .error }
        if let error = errors.first { return .unusable("\(name): \(error.message)") }
        return .usable(notes: findings.map { "\(name): \($0.message)" })
    }

    private static func standing(of lookup: SecretLookup, _ error: PolicyError) -> Standing {
        switch error {
        case .keyUnavailable: .hidden("\(error)")
        case .keySecretNotFound, .keyNamespaceUnknown:
            lookup.isOpen ? .open("\(error): it is taken from the namespace of each workload") : .unusable("\(error)")
        default: .unusable("\(error)")
        }
    }

    /// What is certain outweighs what is not.
    private static func sum(_ standings: [Standing]) -> PolicyCondition {
        let make = { (state: PolicyCondition.State, reason: String, texts: [String]) in
            PolicyCondition(type: conditionType, state: state, reason: reason, message: PolicyCondition.list(texts))
        }
        let unusable = standings.compactMap { if case .unusable(let text) = $0 { text } else { nil } }
        if !unusable.isEmpty { return make(.no, "KeysUnusable", unusable) }
        let hidden = standings.compactMap { if case .hidden(let text) = $0 { text } else { nil } }
        if !hidden.isEmpty { return make(.unknown, "KeysUnreadable", hidden) }
        let open = standings.compactMap { if case .open(let text) = $0 { text } else { nil } }
        if !open.isEmpty { return make(.unknown, "KeysInWorkloadNamespaces", open) }
        if standings.isEmpty { return make(.yes, "NoKeysNamed", ["No Secret is named."]) }
        let notes = standings.flatMap { standing -> [String] in
            if case .usable(let notes) = standing { notes } else { [] }
        }
        let count = standings.count == 1 ? "The only Secret" : "All \(standings.count) Secrets"
        return make(.yes, "KeysUsable", ["\(count) can be used"] + notes)
    }
}

/// A Secret, where it is looked for, and what for.
private struct SecretLookup: Hashable {
    let lookup: KeySecretLookup
    /// Else a store's password.
    let isKey: Bool
    /// Whether the workload's namespace may have it when no other has.
    let isOpen: Bool
}
