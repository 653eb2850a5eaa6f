internal import HTTP
internal import Primitives

/// Gets bearer tokens from the token services that registries name (distribution's token authentication), and shows the
/// same one again while it is good.
struct TokenClient: Sendable {
    private let exchange: any HTTPExchanging
    private let memory = TokenMemory()
    private let marks: CredentialMarks
    private let flights = SingleFlight<TokenMemory.Key, Token?, RegistryError>(patience: .seconds(30))

    init(exchange: any HTTPExchanging, marks: CredentialMarks) {
        self.exchange = exchange
        self.marks = marks
    }

    /// A token, and whether it is one that was got before.
    struct Held: Sendable {
        let token: Token
        let isRemembered: Bool
    }

    /// A token as it is asked for; nil if the service refuses the credential, or anyone without one. Whoever wants the
    /// same token at the same time gets the same.
    ///
    /// - Parameters:
    ///   - registry: the only one that the token is for.
    ///   - refused: one that the registry did not take, and that is not to be given again.
    /// - Throws: `RegistryError` when the service gives no answer, or sends no usable token.
    func token(
        for request: TokenRequest, of registry: RegistryEndpoint, insteadOf refused: Token? = nil, by deadline: Deadline
    ) async throws(RegistryError) -> Held? {
        let key = TokenMemory.Key(
            registry: registry.base.origin, realm: request.realm, service: request.service, scopes: request.scopes,
            credential: marks.mark(request.credential.map { [$0] } ?? []))
        if let refused { memory.forget(refused, for: key) }
        if let token = memory.token(for: key) { return Held(token: token, isRemembered: true) }
        let arrival = await flights.answer(for: key, by: deadline) { deadline in
            // Another flight may have landed since.
            if let token = memory.token(for: key) { return .success(token) }
            return await ask(request, key, by: deadline)
        }
        switch arrival {
        case .landed(let result): return try result.get().map { Held(token: $0, isRemembered: false) }
        case .late:
            throw .unreachable(request.realm.peer, .timedOut(authority: request.realm.url.authority, .receiving))
        case .cancelled: throw .unreachable(request.realm.peer, .cancelled)
        }
    }

    private func ask(
        _ request: TokenRequest, _ key: TokenMemory.Key, by deadline: Deadline
    ) async -> Result<Token?, RegistryError> {
        do throws(RegistryError) {
            let token = try await ask(request, by: deadline)
            if let token { memory.keep(token, for: key) }
            return .success(token)
        } catch {
            return .failure(error)
        }
    }

    private func ask(_ request: TokenRequest, by deadline: Deadline) async throws(RegistryError) -> Token? {
        let service = request.realm.peer
        let response: ClientResponse
        do throws(HTTPError) {
            response = try await exchange.send(request.message(), by: deadline)
        } catch {
            throw .failure(service, error)
        }
        switch response.status {
        case .ok: return try Token(parsing: response.body, from: service)
        case .unauthorized, .forbidden: return nil
        // RFC 6749 §5.2: the identity token is none, not any more, or not for us.
        case .badRequest where request.credential?.kind == .identityToken: return nil
        default: throw response.failure(from: service, credential: request.credential)
        }
    }
}
