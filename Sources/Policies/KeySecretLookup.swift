private import Kubernetes

/// Where the Secret with a key ring is looked for, in order.
///
/// Who can write the Secret decides what counts as signed. A cluster policy that names no namespace is therefore
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
    ///   - workloadNamespace: where the object under review goes.
    ///   - rule: what this Ostiary is configured to do.
    package init(
        of signedBy: SignedBy, in policy: PolicyIdentity, workloadNamespace: String, rule: KeyNamespaceRule
    ) {
        name = signedBy.keySecret
        switch signedBy.keyLocation {
        case .namespace(let namespace): places = [Place(namespace: namespace)]
        case .ownThenWorkload:
            let own = rule.ownNamespace.map { [Place(namespace: $0)] } ?? []
            let isLastResort = rule.ownNamespace != workloadNamespace && !rule.isStrict
            let warning =
                "set keySecretNamespace in \(policy.name): key secret \(QuotedText.make(from: name, limit: 64)) comes from "
                + "the workload's namespace \(QuotedText.make(from: workloadNamespace, limit: 64))"
            places = own + (isLastResort ? [Place(namespace: workloadNamespace, warning: warning)] : [])
        }
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
