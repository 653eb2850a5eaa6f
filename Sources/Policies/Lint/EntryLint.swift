internal import Kubernetes
internal import Primitives

/// Finds what is odd about the entries of a policy, each by itself, although they can be read.
enum EntryLint {
    /// The findings about one policy.
    ///
    /// - Parameter object: what the policy was parsed from.
    static func findings(in policy: ImagePolicy, _ object: JSONValue) -> [PolicyFinding] {
        let repositories = FieldPath([.member("spec"), .member("repositories")])
        guard !policy.entries.isEmpty else { return [noEntries(policy.identity, at: repositories)] }
        return zip(policy.entries, object["spec"]?["repositories"]?.elements ?? object.elements).enumerated()
            .flatMap { index, pair in findings(in: pair.0, pair.1, at: repositories.appending(index)) }
    }

    private static func noEntries(_ policy: PolicyIdentity, at path: FieldPath) -> PolicyFinding {
        let effect =
            switch policy.kind {
            case .imagePolicy: "it switches the cluster's policies off in its namespace"
            case .clusterImagePolicy: "it asks nothing"
            }
        return PolicyFinding(.noEntries, at: path, "a policy without entries matches no image; \(effect)")
    }

    private static func findings(
        in entry: RepositoryEntry, _ object: JSONValue, at path: FieldPath
    ) -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        if let remark = PatternLint.remark(on: entry.pattern) {
            findings.append(PolicyFinding(remark.code, at: path.appending("name"), remark.message))
        }
        findings += plainServers(object, at: path.appending("policy"))
        guard case .success(let requirement) = entry.requirement else { return findings }
        if requirement.isEmpty, entry.pattern.specificity == 0, !entry.pattern.isLiteral {
            findings.append(
                PolicyFinding(
                    .allowsEverything, at: path.appending("policy"),
                    "every image that no other entry matches is admitted unchecked"))
        }
        return findings
    }

    /// Addresses that are asked without TLS.
    private static func plainServers(_ entry: JSONValue, at policy: FieldPath) -> [PolicyFinding] {
        let servers = [("simple", "storeURL"), ("trust", "trustServer")]
        return servers.compactMap { block, field in
            guard entry["policy"]?[block]?[field]?.string?.lowercased().hasPrefix("http://") ?? false else {
                return nil
            }
            return PolicyFinding(
                .plainHTTP, at: policy.appending(block).appending(field),
                "plain HTTP: whoever is on the way can hide signatures and see the password of the store; it is used only "
                    + "with --insecure-registry for this host")
        }
    }
}
