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
        findings += servers(object, at: path.appending("policy"))
        guard case .success(let requirement) = entry.requirement else { return findings }
        findings += idle(
            requirement.simple?.requirements ?? [],
            at: path.appending("policy").appending("simple").appending("requirements"))
        if requirement.isEmpty, entry.pattern.specificity == 0, !entry.pattern.isLiteral {
            findings.append(
                PolicyFinding(
                    .allowsEverything, at: path.appending("policy"),
                    "every image that no other entry matches is admitted unchecked"))
        }
        return findings
    }

    /// Requirements that cannot matter beside the others.
    private static func idle(_ requirements: [SimpleRequirement], at path: FieldPath) -> [PolicyFinding] {
        guard requirements.count > 1 else { return [] }
        let isRejecting = requirements.contains(.reject)
        return requirements.enumerated().compactMap { index, requirement in
            let reason: String
            switch requirement {
            case .reject: return nil
            case _ where isRejecting: reason = "it is never looked at: reject stands beside it"
            case .insecureAcceptAnything: reason = "it adds nothing: the others must hold too"
            case .signedBy: return nil
            }
            return PolicyFinding(.idleRequirement, at: path.appending(index), reason)
        }
    }

    /// Addresses that are asked without TLS, or not everywhere.
    private static func servers(_ entry: JSONValue, at policy: FieldPath) -> [PolicyFinding] {
        let servers = [("simple", "storeURL"), ("simple", "storeURLs"), ("trust", "trustServer")]
        return servers.flatMap { block, field in
            texts(entry["policy"]?[block]?[field], at: policy.appending(block).appending(field))
        }.compactMap(remark)
    }

    private static func remark(onServer text: String, at path: FieldPath) -> PolicyFinding? {
        let text = text.lowercased()
        if text.hasPrefix("http://") {
            return PolicyFinding(
                .plainHTTP, at: path,
                "plain HTTP: whoever is on the way can hide signatures and see the password of the store; it is used only "
                    + "with --insecure-registry for this host")
        }
        guard text.hasPrefix("file://") else { return nil }
        return PolicyFinding(
            .folderStore, at: path,
            "a folder is read in local mode only: in a cluster this makes the entry unusable")
    }

    /// One text, or a list of them.
    private static func texts(_ value: JSONValue?, at path: FieldPath) -> [(text: String, path: FieldPath)] {
        guard let value else { return [] }
        guard value.kind == .array else { return value.string.map { [($0, path)] } ?? [] }
        return value.elements.enumerated().compactMap { index, element in
            element.string.map { ($0, path.appending(index)) }
        }
    }
}
