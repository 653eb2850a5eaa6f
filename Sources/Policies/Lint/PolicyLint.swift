internal import Kubernetes
package import Primitives

/// Says what is wrong with policies, and what about them is probably not meant.
package enum PolicyLint {
    /// The findings about one policy by itself.
    ///
    /// - Parameters:
    ///   - object: a policy of today's group and version.
    ///   - defaultNamespace: where an ImagePolicy is when it does not say.
    package static func findings(in object: JSONValue, defaultNamespace: String) -> [PolicyFinding] {
        let flaws = FieldLint.findings(in: object, defaultNamespace: defaultNamespace)
        do throws(PolicyError) {
            let policy = try PolicyParser.parse(object, defaultNamespace: defaultNamespace)
            return flaws + EntryLint.findings(in: policy, object)
        } catch {
            return flaws
        }
    }

    /// The findings about policies that are asked together, each with the index of its policy.
    ///
    /// - Parameter policies: all of them; those of different namespaces have nothing to do with each other.
    package static func findings(among policies: [ImagePolicy]) -> [(policy: Int, finding: PolicyFinding)] {
        let places = policies.indices.sorted { policies[$0].identity.key < policies[$1].identity.key }
        let lists = Dictionary(grouping: places) { policies[$0].identity.key.namespace }
        return lists.values.flatMap { places in
            ListLint(places.map { policies[$0] }).findings().map { (places[$0.policy], $0.finding) }
        }
    }
}
