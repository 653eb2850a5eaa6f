internal import HTTP
internal import Primitives

/// One document about an image, asked for until somebody is let in.
struct RepositoryRead: Sendable {
    let document: RepositoryDocument
    let image: ImageReference
    let registry: RegistryEndpoint
    let credentials: [Credential]
    /// Whether it is asked for without a credential too.
    let isAnonymous: Bool
    let network: RegistryNetwork
    let deadline: Deadline

    /// What one question came to.
    private enum Outcome {
        case found(RepositoryAnswer)
        /// 401 or 403, with the challenges that came with it.
        case denied([Challenge])
        /// An answer that another credential may improve.
        case failed(RegistryError)
    }

    /// Asks as it was let in last; where that is not known or does not help any more, from the start.
    func run() async throws(RegistryError) -> RepositoryAnswer {
        guard let known = network.admittances.admittance(for: key) else { return try await search() }
        let credential = known.place.map { credentials[$0] }
        if case .found(let answer) = try await attempt(known.way, credential) { return answer }
        network.admittances.keep(nil, for: key)
        return try await search()
    }

    private var key: AdmittanceMemory.Key {
        AdmittanceMemory.Key(
            registry: registry.base.origin, repository: image.path, credentials: network.marks.mark(credentials),
            isAnonymous: isAnonymous)
    }

    /// Asks without credentials, then as the challenges want it: with an anonymous token, then with each credential.
    /// Where anonymous is not wanted, only a registry that challenges nobody is asked so.
    private func search() async throws(RegistryError) -> RepositoryAnswer {
        var failure: RegistryError?
        var challenges = isAnonymous ? [] : try await pingChallenges()
        if challenges.isEmpty {
            switch try await ask(with: nil, credential: nil) {
            case .found(let answer): return answer
            case .denied(let offered): challenges = offered
            case .failed(let error):
                guard !credentials.isEmpty else { throw error }
                failure = error
            }
        }
        challenges = try await answerable(challenges, or: failure)
        for place in (isAnonymous ? [nil] : []) + credentials.indices.map(Optional.some) {
            let credential = place.map { credentials[$0] }
            guard let way = Self.way(to: challenges, with: credential) else { continue }
            switch try await attempt(way, credential) {
            case .found(let answer):
                network.admittances.keep(Admittance(way: way, place: place), for: key)
                return answer
            case .denied: credential.map { network.refusal(RefusedCredential($0, at: registry.peer)) }
            case .failed(let error): failure = error
            }
        }
        throw failure ?? .unauthorised(peer, image, tried: credentials.count)
    }

    /// The challenges of a known scheme among these, or among the ping's where there are none: some registries send
    /// none with the 401 of the manifest.
    ///
    /// - Throws: `failure`, or what the registry offers instead, when there is nothing to answer.
    private func answerable(
        _ offered: [Challenge], or failure: RegistryError?
    ) async throws(RegistryError) -> [Challenge] {
        let challenges = offered.isEmpty ? try await pingChallenges() : offered
        let known = challenges.filter { $0.scheme == "basic" || $0.scheme == "bearer" }
        guard known.isEmpty, !credentials.contains(where: { $0.kind == .registryToken }) else { return known }
        let schemes = challenges.map { PlainText.make(from: $0.scheme, limit: 40) }
        throw failure ?? .unsupportedAuthentication(peer, schemes: schemes)
    }

    /// What the registry asks everybody for.
    private func pingChallenges() async throws(RegistryError) -> [Challenge] {
        challenges(of: try await network.ping(registry, by: deadline))
    }

    /// The first challenge that can be answered with this credential; a registry's own token is shown unasked.
    private static func way(to challenges: [Challenge], with credential: Credential?) -> Admittance.Way? {
        if let credential, credential.kind == .registryToken { return .ownToken }
        for challenge in challenges {
            if challenge.scheme == "bearer" { return .bearer(challenge) }
            if credential?.basicAuthorization != nil { return .basic }
        }
        return nil
    }

    private func attempt(_ way: Admittance.Way, _ credential: Credential?) async throws(RegistryError) -> Outcome {
        switch way {
        case .basic: return try await ask(with: credential?.basicAuthorization, credential: credential)
        case .ownToken: return try await ask(with: credential?.secret.bearerAuthorization, credential: credential)
        case .bearer(let challenge):
            do throws(RegistryError) {
                return try await ask(answering: challenge, credential)
            } catch {
                guard error.isWorthAnotherCredential else { throw error }
                return .failed(error)
            }
        }
    }

    /// Asks with a token; once more with another where that can help: one that was got before may not be good any more,
    /// and the registry may want it for more than was thought of.
    private func ask(answering challenge: Challenge, _ credential: Credential?) async throws(RegistryError) -> Outcome {
        let request = TokenRequest(
            realm: try TokenRealm(
                of: challenge, of: registry, isShownCredential: credential != nil, insecure: network.insecure),
            challenge: challenge, repository: image.path, credential: credential)
        guard let held = try await network.tokens.token(for: request, of: registry, by: deadline) else {
            return .denied([])
        }
        let outcome = try await ask(with: held.token.secret.bearerAuthorization, credential: credential)
        guard case .denied(let challenges) = outcome else { return outcome }
        let wider = request.widened(by: challenges)
        guard wider != nil || held.isRemembered else { return outcome }
        let next = try await network.tokens.token(
            for: wider ?? request, of: registry, insteadOf: wider == nil ? held.token : nil, by: deadline)
        guard let next else { return .denied([]) }
        return try await ask(with: next.token.secret.bearerAuthorization, credential: credential)
    }

    private func ask(with authorization: Secret?, credential: Credential?) async throws(RegistryError) -> Outcome {
        let authorization = authorization ?? registry.authorization
        let response = try await send(
            ClientRequest(
                url: document.url(of: image, at: registry), headers: registry.headers.adding("Accept", document.accept),
                authorization: authorization, bodyLimit: document.limit))
        switch response.status {
        case .ok: return .found(RepositoryAnswer(response, from: registry, isPublic: credential == nil))
        case .unauthorized, .forbidden: return .denied(challenges(of: response))
        default:
            let error = failure(response, credential, authorization)
            guard error.isWorthAnotherCredential else { throw error }
            return .failed(error)
        }
    }

    private func failure(
        _ response: ClientResponse, _ credential: Credential?, _ authorization: Secret?
    ) -> RegistryError {
        if response.status == .notFound, let missing = document.missing(image, at: registry, tried: credentials.count) {
            return missing
        }
        return response.failure(from: peer, credential: credential, authorization: authorization)
    }

    private var peer: RegistryError.Peer { document.peer(at: registry) }

    /// Only the registry itself may say who is to be shown a credential, not a host it redirects to.
    private func challenges(of response: ClientResponse) -> [Challenge] {
        guard response.url.origin == registry.base.origin else { return [] }
        return Challenge.parse(lines: response.headers.values(of: "WWW-Authenticate"))
    }

    private func send(_ request: ClientRequest) async throws(RegistryError) -> ClientResponse {
        do throws(HTTPError) {
            return try await network.exchange.send(request, by: deadline)
        } catch {
            throw .failure(peer, error)
        }
    }
}

extension RegistryError {
    /// Whether the peer is in order and only this question was not to its liking.
    fileprivate var isWorthAnotherCredential: Bool {
        switch self {
        case .notFound, .rateLimited: true
        case .unexpectedStatus(_, let status, _): (400...499).contains(status.code)
        default: false
        }
    }
}
