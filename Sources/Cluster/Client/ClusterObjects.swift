package import Kubernetes
package import Policies
package import Primitives
private import Synchronization

/// Reads Secrets and ServiceAccounts by name, one at a time, and remembers each for a few seconds: the pods of a
/// Deployment come one after the other and name the same ones.
///
/// Nothing is ever listed: this process may read a Secret whose name it was told, and learns of no other.
package final class ClusterObjects: ObjectReading {
    /// How long what was read counts. A key that is taken away stops counting that much later.
    package struct Memory: Sendable {
        /// For an object that is there.
        package var present = Duration.seconds(10)
        /// For one that is not: whoever creates it waits for this.
        package var absent = Duration.seconds(2)

        package init() {}
    }

    private enum Object: Sendable {
        case secret(SecretObject)
        case account(ServiceAccount)
        case absent
    }

    private struct Name: Hashable, Sendable {
        let resource: APIResource
        let key: ObjectKey
    }

    private struct Kept: Sendable {
        let object: Object
        let expiry: Deadline
    }

    /// How long one question may take, whoever waits for it.
    private static let patience = Duration.seconds(10)

    private let client: KubernetesClient
    private let memory: Memory
    private let kept = Mutex<[Name: Kept]>([:])
    private let flight = SingleFlight<Name, Object, ClusterError>(patience: ClusterObjects.patience)

    package init(client: KubernetesClient, memory: Memory = Memory()) {
        self.client = client
        self.memory = memory
    }

    package func secret(_ key: ObjectKey, by deadline: Deadline) async throws(ObjectUnavailable) -> SecretObject? {
        guard case .secret(let secret) = try await object(Name(resource: .secrets, key: key), by: deadline) else {
            return nil
        }
        return secret
    }

    package func serviceAccount(
        _ key: ObjectKey, by deadline: Deadline
    ) async throws(ObjectUnavailable) -> ServiceAccount? {
        guard case .account(let account) = try await object(Name(resource: .serviceAccounts, key: key), by: deadline)
        else { return nil }
        return account
    }

    /// A Secret, or nil for none, and what the API server said instead; nil when it did not answer in time.
    func look(for key: ObjectKey, by deadline: Deadline) async -> Result<SecretObject?, ClusterError>? {
        guard case .landed(let result) = await arrival(of: Name(resource: .secrets, key: key), by: deadline) else {
            return nil
        }
        return result.map { if case .secret(let secret) = $0 { secret } else { nil } }
    }

    private func object(_ name: Name, by deadline: Deadline) async throws(ObjectUnavailable) -> Object {
        switch await arrival(of: name, by: deadline) {
        case .landed(.success(let object)): return object
        case .landed(.failure(let error)): throw ObjectUnavailable("\(error)")
        case .late: throw ObjectUnavailable("the API server did not answer in time")
        case .cancelled: throw ObjectUnavailable("nobody waits for the answer any more")
        }
    }

    private func arrival(
        of name: Name, by deadline: Deadline
    ) async -> SingleFlight<Name, Object, ClusterError>.Arrival {
        // Names come from whoever may create a pod: `../../kube-system/secrets/x` is no name.
        guard ObjectMetadata.isPossible(name.key) else { return .landed(.success(.absent)) }
        if let kept = kept.withLock({ $0[name] }), !kept.expiry.hasPassed { return .landed(.success(kept.object)) }
        return await flight.answer(for: name, by: deadline) { await self.fetch(name, by: $0) }
    }

    private func fetch(_ name: Name, by deadline: Deadline) async -> Result<Object, ClusterError> {
        let path = name.resource.path(namespace: name.key.namespace, name: name.key.name)
        do throws(ClusterError) {
            let value = try await client.get(path, limit: Limits.objectBytes, by: deadline)
            let object = try Self.read(value, as: name)
            keep(object, name, for: memory.present)
            return .success(object)
        } catch {
            guard case .refused(let status) = error, status.isMissing else { return .failure(error) }
            keep(.absent, name, for: memory.absent)
            return .success(.absent)
        }
    }

    private static func read(_ value: JSONValue, as name: Name) throws(ClusterError) -> Object {
        do throws(FieldError) {
            let (object, key): (Object, ObjectKey)
            if name.resource == .secrets {
                let secret = try SecretObject(value)
                (object, key) = (.secret(secret), secret.key)
            } else {
                let account = try ServiceAccount(value)
                (object, key) = (.account(account), account.key)
            }
            if key == name.key { return object }
        } catch {
            throw .malformedAnswer(problem: "\(error)")
        }
        throw .malformedAnswer(problem: "another object than \(name.key) came")
    }

    private func keep(_ object: Object, _ name: Name, for time: Duration) {
        kept.withLock { kept in
            if kept.count >= Limits.keptObjects { kept = kept.filter { !$0.value.expiry.hasPassed } }
            // Whoever may create pods may name objects without end.
            if kept.count >= Limits.keptObjects { kept = [:] }
            kept[name] = Kept(object: object, expiry: .after(time))
        }
    }
}
