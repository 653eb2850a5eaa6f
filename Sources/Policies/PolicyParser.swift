package import Kubernetes
package import Primitives

/// Reads policies, and knows every field they have.
///
/// A field that is unknown, mistyped or not enforced here never weakens a policy: the entry it stands in becomes
/// unusable, and so is what it matches. (The API server drops unknown fields silently: a `trust` block one level too
/// high is an allow-all there.)
package enum PolicyParser {
    /// The only apiVersion of both kinds.
    package static let apiVersion = "portieris.cloud.ibm.com/v1"

    /// Reads one policy object.
    ///
    /// - Parameters:
    ///   - source: where it was read from, for messages; nil for one from the API server, which may name no folder.
    ///   - defaultNamespace: where an ImagePolicy is when it does not say; nil to insist that it does.
    /// - Throws: `PolicyError.notAPolicy`, and `.unreadable` when its name or one of its patterns cannot be read.
    package static func parse(
        _ object: JSONValue, source: String? = nil, defaultNamespace: String? = nil
    ) throws(PolicyError) -> ImagePolicy {
        let kind = try kind(of: object)
        do throws(FieldError) {
            let root = Field(object)
            let key =
                switch kind {
                case .imagePolicy: try ObjectMetadata.namespacedKey(of: root, default: defaultNamespace)
                case .clusterImagePolicy: try ObjectMetadata.clusterKey(of: root)
                }
            return try parse(root, identity: PolicyIdentity(kind: kind, key: key, source: source))
        } catch {
            throw .unreadable(kind: kind.rawValue, source: source, error)
        }
    }

    /// Reads a policy that the API server has. It is never an error: of a policy that cannot be read the name is known,
    /// and so is for which images it would be asked.
    ///
    /// - Parameter key: what it is called.
    package static func parse(_ object: JSONValue, as kind: PolicyIdentity.Kind, _ key: ObjectKey) -> ImagePolicy {
        do throws(PolicyError) {
            let policy = try parse(object)
            if policy.identity.kind == kind, policy.identity.key == key { return policy }
            throw .notAPolicy(apiVersion: apiVersion, kind: policy.identity.kind.rawValue)
        } catch {
            return ImagePolicy(unreadable: PolicyIdentity(kind: kind, key: key), error)
        }
    }

    private static func kind(of object: JSONValue) throws(PolicyError) -> PolicyIdentity.Kind {
        guard object["apiVersion"]?.isString(apiVersion) ?? false,
            let kind = PolicyIdentity.Kind.allCases.first(where: { object["kind"]?.isString($0.rawValue) ?? false })
        else {
            throw .notAPolicy(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
        }
        return kind
    }

    private static func parse(_ root: Field, identity: PolicyIdentity) throws(FieldError) -> ImagePolicy {
        let outerFlaw = flaw(around: root)
        var entries: [RepositoryEntry] = []
        var flaws = outerFlaw.map { [PolicyError.unusable(identity, $0)] } ?? []
        for field in try root.member("spec").member("repositories").elements() {
            try field.require()
            let pattern = Pattern(try field.member("name").string() ?? "")
            let requirement = requirement(in: field, of: identity)
            if case .failure(let error) = requirement { flaws.append(error) }
            let outcome = outerFlaw.map { .failure(PolicyError.unusable(identity, $0)) } ?? requirement
            entries.append(RepositoryEntry(pattern: pattern, requirement: outcome))
        }
        return ImagePolicy(identity: identity, entries: entries, flaws: flaws)
    }

    /// What is wrong outside the entries. It cannot be told what its author meant by it, so it holds for all of them.
    private static func flaw(around root: Field) -> FieldError? {
        do throws(FieldError) {
            // What the API server keeps about an object says nothing about what it asks for.
            try root.allow(["apiVersion", "kind", "metadata", "spec", "status"])
            try root.member("metadata").allow(ObjectMetadata.fields)
            try root.member("spec").allow(["repositories"])
            return nil
        } catch {
            return error
        }
    }

    private static func requirement(in entry: Field, of identity: PolicyIdentity) -> Result<Requirement, PolicyError> {
        do throws(FieldError) {
            try entry.allow(["name", "policy"])
            let policy = try entry.member("policy")
            let requirement = try RequirementParser(identity: identity).requirement(policy)
            guard let block = UnenforcedBlock.first(in: requirement) else { return .success(requirement) }
            return .failure(.notEnforced(identity, block.path(below: policy.path), block))
        } catch {
            return .failure(.unusable(identity, error))
        }
    }
}
