internal import Kubernetes
internal import Policies

/// The policies of the cluster as they come in, and where something changed since a store was made of them.
struct PolicyBook: Sendable {
    private var policies: [PolicyIdentity.Kind: [ObjectKey: WatchedPolicy]] = [:]
    /// Namespaces; an empty name stands for the ClusterImagePolicies.
    private var changed: Set<String> = []

    /// Whether the next store would be another one.
    var hasChanged: Bool { !changed.isEmpty }

    /// How many there are of a kind.
    func count(of kind: PolicyIdentity.Kind) -> Int { policies[kind]?.count ?? 0 }

    /// One of them; nil when it is not there.
    func policy(_ kind: PolicyIdentity.Kind, _ key: ObjectKey) -> WatchedPolicy? { policies[kind]?[key] }

    /// Some policies for which a condition holds, with their kinds.
    func first(
        _ count: Int, where condition: (WatchedPolicy) -> Bool
    ) -> [(kind: PolicyIdentity.Kind, policy: WatchedPolicy)] {
        var found: [(kind: PolicyIdentity.Kind, policy: WatchedPolicy)] = []
        for (kind, policies) in policies {
            for policy in policies.values where condition(policy) {
                found.append((kind: kind, policy: policy))
                if found.count == count { return found }
            }
        }
        return found
    }

    /// Takes a change in.
    ///
    /// - Returns: what is wrong with the policies that say something new.
    mutating func apply(_ change: Watch<WatchedPolicy>.Change, to kind: PolicyIdentity.Kind) -> [PolicyError] {
        switch change {
        case .replace(let all):
            let old = policies[kind] ?? [:]
            // Also that there are none is news to a store that was never made.
            changed.formUnion(old.keys.map(\.namespace) + all.keys.map(\.namespace) + [""])
            policies[kind] = all
            let news = all.filter { key, policy in !(old[key]?.saysTheSame(as: policy) ?? false) }
            return news.sorted { $0.key < $1.key }.flatMap(\.value.policy.flaws)
        case .set(let key, let policy):
            let saysTheSame = policies[kind]?[key]?.saysTheSame(as: policy) ?? false
            policies[kind, default: [:]][key] = policy
            if saysTheSame { return [] }
            changed.insert(key.namespace)
            return policy.policy.flaws
        case .remove(let key):
            changed.insert(key.namespace)
            policies[kind]?[key] = nil
            return []
        }
    }

    /// The store as it is now.
    func makeStore(after old: PolicyStore) -> PolicyStore {
        var affected: [ImagePolicy] = []
        for policies in policies.values {
            // Names are cheaper to go through than policies.
            for key in policies.keys where changed.contains(key.namespace) {
                if let policy = policies[key] { affected.append(policy.policy) }
            }
        }
        return PolicyStore(policies: affected, after: old, changedIn: changed)
    }

    /// Takes note that a store is made of it.
    mutating func noteStored() { changed = [] }
}
