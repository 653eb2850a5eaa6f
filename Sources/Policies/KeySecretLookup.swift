private import Kubernetes

/// Where a Secret that a policy names is looked for, in order.
///
/// Who can write the Secret with a key ring decides what counts as signed. A cluster policy that names no namespace is therefore
/// answered from Ostiary's own first. Portieris asks the workload's, where a tenant may supply the key: that is only
/// the last resort, for set-ups that come from there, and never silent.
package struct KeySecretLookup: Hashable, Sendable {
    /// One namespace to look in.
    package struct Place: Hashable, Sendable {
        package let namespace: String
        /// What the user is to be told when the Secret is found here.
        package let warning: String?

        package init(namespace: String, warning: String? = nil) {
            self.namespace = namespace
            self.warning = warning
        }
    }

    /// The name of the Secret.
    package let name: String
    /// Empty only where no namespace may be asked.
    package let places: [Place]

    /// - Parameters:
    ///   - secret: one with a key ring.
    ///   - workloadNamespace: where the object under review goes.
    ///   - rule: what this Ostiary is configured to do.
    package init(
        ofKey secret: NamedSecret, in policy: PolicyIdentity, workloadNamespace: String, rule: KeyNamespaceRule
    ) {
        let warning =
            "set keySecretNamespace in \(policy.name): key secret \(QuotedText.make(from: secret.name, limit: 64)) comes "
            + "from the workload's namespace \(QuotedText.make(from: workloadNamespace, limit: 64))"
        self.init(secret, workloadNamespace, rule, isWorkloadAsked: !rule.isStrict, warning: warning)
    }

    /// A Secret with the password of a signature store. It proves nothing, so that the workload's namespace may always
    /// supply it, as in Portieris: the password goes to the store that the policy names, and to nobody else.
    package init(ofStore secret: NamedSecret, workloadNamespace: String, rule: KeyNamespaceRule) {
        self.init(secret, workloadNamespace, rule, isWorkloadAsked: true, warning: nil)
    }

    private init(
        _ secret: NamedSecret, _ workloadNamespace: String, _ rule: KeyNamespaceRule, isWorkloadAsked: Bool,
        warning: String?
    ) {
        name = secret.name
        switch secret.location {
        case .namespace(let namespace): places = [Place(namespace: namespace)]
        case .ownThenWorkload:
            let own = rule.ownNamespace.map { [Place(namespace: $0)] } ?? []
            let isLastResort = rule.ownNamespace != workloadNamespace && isWorkloadAsked
            places = own + (isLastResort ? [Place(namespace: workloadNamespace, warning: warning)] : [])
        }
    }
}

extension SimpleSigning {
    /// Everywhere that a Secret is looked for to decide by these requirements.
    package func secretLookups(
        in policy: PolicyIdentity, workloadNamespace: String, rule: KeyNamespaceRule
    ) -> [KeySecretLookup] {
        let keys = requirements.flatMap { requirement -> [NamedSecret] in
            guard case .signedBy(let signedBy) = requirement else { return [] }
            return signedBy.keySecrets
        }
        let store = storeSecret.map { KeySecretLookup(ofStore: $0, workloadNamespace: workloadNamespace, rule: rule) }
        return keys.map {
            KeySecretLookup(ofKey: $0, in: policy, workloadNamespace: workloadNamespace, rule: rule)
        } + [store].compactMap(\.self)
    }
}

/// What an Ostiary is configured to do about keys whose namespace a cluster policy leaves open.
package struct KeyNamespaceRule: Hashable, Sendable {
    /// The namespace that Ostiary itself runs in; nil when it runs outside a cluster and was not told.
    package let ownNamespace: String?
    /// Whether the workload's namespace may never be asked (`--strict-key-namespaces`).
    package let isStrict: Bool

    package init(ownNamespace: String?, isStrict: Bool) {
        self.ownNamespace = ownNamespace
        self.isStrict = isStrict
    }
}
