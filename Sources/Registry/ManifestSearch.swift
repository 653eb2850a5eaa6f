internal import HTTP
internal import Primitives

/// One manifest, asked for until somebody is let in.
struct ManifestSearch: Sendable {
    let image: ImageReference
    let registry: RegistryEndpoint
    let credentials: [Credential]
    /// Whether it is asked for without a credential too.
    let isAnonymous: Bool
    let exchange: any HTTPExchanging
    let tokens: TokenClient
    let refusal: @Sendable (RefusedCredential) -> Void
    let deadline: Deadline

    /// What one question came to.
    private enum Outcome {
        case found(Manifest)
        /// 401 or 403, with the challenges that came with it.
        case denied([Challenge])
        /// An answer that another credential may improve.
        case failed(RegistryError)
    }

    /// Asks without credentials, then as the challenges want it: with an anonymous token, then with each credential.
    /// Where anonymous is not wanted, only a registry that challenges nobody is asked so.
    func run() async throws(RegistryError) -> Manifest {
        var failure: RegistryError?
        var challenges = isAnonymous ? [] : try await pingChallenges()
        if challenges.isEmpty {
            switch try await ask(with: nil, credential: nil) {
            case .found(let manifest): return manifest
            case .denied(let offered): challenges = offered
            case .failed(let error):
                guard !credentials.isEmpty else { throw error }
                failure = error
            }
        }
        challenges = try await answerable(challenges, or: failure)
        for credential in (isAnonymous ? [nil] : []) + credentials.map(Optional.some) {
            switch try await attempt(challenges, credential) {
            case .found(let manifest): return manifest
            case .denied: credential.map { refusal(RefusedCredential($0, at: registry.peer)) }
            case .failed(let error): failure = error
            }
        }
        throw failure ?? .unauthorised(registry.peer, image, tried: credentials.count)
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
        guard known.isEmpty else { return known }
        let schemes = challenges.map { PlainText.make(from: $0.scheme, limit: 40) }
        throw failure ?? .unsupportedAuthentication(registry.peer, schemes: schemes)
    }

    /// What the registry asks everybody for.
    private func pingChallenges() async throws(RegistryError) -> [Challenge] {
        challenges(of: try await send(ClientRequest(url: registry.base, bodyLimit: Limits.manifestBytes)))
    }

    /// Answers the first challenge that can be answered with this credential, and asks again once.
    private func attempt(
        _ challenges: [Challenge], _ credential: Credential?
    ) async throws(RegistryError) -> Outcome {
        if let credential, credential.kind == .registryToken {
            return try await ask(with: credential.secret.bearerAuthorization, credential: credential)
        }
        for challenge in challenges {
            if challenge.scheme == "basic" {
                guard let basic = credential?.basicAuthorization else { continue }
                return try await ask(with: basic, credential: credential)
            }
            let token: Secret?
            do throws(RegistryError) {
                token = try await tokens.token(
                    answering: challenge, of: registry, for: image, credential: credential, by: deadline)
            } catch {
                guard error.isWorthAnotherCredential else { throw error }
                return .failed(error)
            }
            guard let token else { return .denied([]) }
            return try await ask(with: token.bearerAuthorization, credential: credential)
        }
        return .denied([])
    }

    private func ask(with authorization: Secret?, credential: Credential?) async throws(RegistryError) -> Outcome {
        let response = try await send(
            ClientRequest(
                url: registry.manifest(of: image), headers: Headers([("Accept", Manifest.accept)]),
                authorization: authorization, bodyLimit: Limits.manifestBytes))
        switch response.status {
        case .ok: return .found(try manifest(in: response))
        case .unauthorized, .forbidden: return .denied(challenges(of: response))
        case .notFound: return .failed(.notFound(registry.peer, image, tried: credentials.count))
        default:
            let error = response.failure(from: registry.peer, credential: credential, authorization: authorization)
            guard error.isWorthAnotherCredential else { throw error }
            return .failed(error)
        }
    }

    private func manifest(in response: ClientResponse) throws(RegistryError) -> Manifest {
        let actual = ImageDigest.sha256(of: response.body)
        if let expected = image.digest, expected != actual {
            throw .digestMismatch(registry.peer, expected: expected, actual: actual)
        }
        do throws(Manifest.Problem) {
            return try Manifest(body: response.body, contentType: response.headers["Content-Type"])
        } catch {
            throw .unusableManifest(registry.peer, error)
        }
    }

    /// Only the registry itself may say who is to be shown a credential, not a host it redirects to.
    private func challenges(of response: ClientResponse) -> [Challenge] {
        guard response.url.origin == registry.base.origin else { return [] }
        return Challenge.parse(lines: response.headers.values(of: "WWW-Authenticate"))
    }

    private func send(_ request: ClientRequest) async throws(RegistryError) -> ClientResponse {
        do throws(HTTPError) {
            return try await exchange.send(request, by: deadline)
        } catch {
            throw .failure(registry.peer, error)
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
