internal import Kubernetes
internal import Policies
internal import Primitives

/// Fetches what a review needs of the cluster before it begins: the ServiceAccounts and pull secrets that the workload
/// names, and the Secrets with the keys that its policies name. Everything that does not wait for another thing is
/// fetched at the same time, and each thing once.
struct ObjectGathering: Sendable {
    let objects: any ObjectReading
    let keyRule: KeyNamespaceRule
    let namespace: String
    let deadline: Deadline

    private enum Found: Sendable {
        case secret(ObjectKey, Result<SecretObject?, ObjectUnavailable>)
        case account(ObjectKey, Result<ServiceAccount?, ObjectUnavailable>)
    }

    /// The store with all that the examination of these images may look up in it.
    func complete(_ store: PolicyStore, for images: [String], pulling sources: [PullSource]) async -> PolicyStore {
        let lookups = images.compactMap { secretLookups(for: $0, in: store) }
        // Nothing is asked of these images, neither a signature nor that the registry has them.
        guard !lookups.isEmpty else { return store }
        var basket = Basket()
        let keys = lookups.joined().flatMap { lookup in
            lookup.places.map { ObjectKey(namespace: $0.namespace, name: lookup.name) }
        }
        let accounts = sources.filter(\.secrets.isEmpty).map { key($0.serviceAccount ?? "default") }
        let named = sources.flatMap(\.secrets).map { key($0) }
        await fetch(secrets: keys + named, accounts: accounts, into: &basket)
        let further = basket.accounts.values.flatMap(\.imagePullSecrets).map { key($0) }
        await fetch(secrets: further.filter { !basket.knows($0) }, accounts: [], into: &basket)
        return store.with(
            secrets: basket.secrets, serviceAccounts: basket.accounts, unavailable: basket.unavailable)
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(namespace: namespace, name: name) }

    /// Where the Secrets that decide on an image are looked for; nil for an image that no registry is asked about.
    private func secretLookups(for image: String, in store: PolicyStore) -> [KeySecretLookup]? {
        guard case .matched(let match) = store.resolve(image: image, in: namespace),
            let simple = (try? match.requirement())?.simple
        else { return nil }
        return simple.secretLookups(in: match.policy, workloadNamespace: namespace, rule: keyRule)
    }

    /// Names are the user's and may be thousands; what is beyond the limits is not looked at later either.
    private func fetch(secrets: [ObjectKey], accounts: [ObjectKey], into basket: inout Basket) async {
        let secrets = Set(secrets.prefix(Limits.pullSecretsPerObject + Limits.imagesPerObject))
        let accounts = Set(accounts.prefix(Limits.pullSecretsPerObject))
        await withTaskGroup(of: Found.self) { group in
            for key in secrets { group.addTask { .secret(key, await secret(key)) } }
            for key in accounts { group.addTask { .account(key, await account(key)) } }
            for await found in group {
                switch found {
                case .secret(let key, let result): basket.take(key, result)
                case .account(let key, let result): basket.take(key, result)
                }
            }
        }
    }

    private func secret(_ key: ObjectKey) async -> Result<SecretObject?, ObjectUnavailable> {
        do throws(ObjectUnavailable) {
            return .success(try await objects.secret(key, by: deadline))
        } catch {
            return .failure(error)
        }
    }

    private func account(_ key: ObjectKey) async -> Result<ServiceAccount?, ObjectUnavailable> {
        do throws(ObjectUnavailable) {
            return .success(try await objects.serviceAccount(key, by: deadline))
        } catch {
            return .failure(error)
        }
    }
}

extension ObjectGathering {
    /// What was fetched so far.
    private struct Basket {
        var secrets: [ObjectKey: SecretObject] = [:]
        var accounts: [ObjectKey: ServiceAccount] = [:]
        var unavailable: [ObjectKey: String] = [:]
        private var absent: Set<ObjectKey> = []

        func knows(_ key: ObjectKey) -> Bool {
            secrets[key] != nil || unavailable[key] != nil || absent.contains(key)
        }

        mutating func take(_ key: ObjectKey, _ result: Result<SecretObject?, ObjectUnavailable>) {
            switch result {
            case .success(let secret?): secrets[key] = secret
            case .success(nil): absent.insert(key)
            case .failure(let error): unavailable[key] = error.description
            }
        }

        /// An account that could not be had names no secrets: without a credential the registry will say what it thinks.
        mutating func take(_ key: ObjectKey, _ result: Result<ServiceAccount?, ObjectUnavailable>) {
            if case .success(let account?) = result { accounts[key] = account }
        }
    }
}
