internal import HTTP
internal import Primitives

/// Gets bearer tokens from the token services that registries name (distribution's token authentication).
struct TokenClient: Sendable {
    private let exchange: any HTTPExchanging
    private let insecure: InsecureRegistries

    init(exchange: any HTTPExchanging, insecure: InsecureRegistries) {
        self.exchange = exchange
        self.insecure = insecure
    }

    /// A token that lets the repository be read; nil if the service refuses the credential, or anyone without one.
    ///
    /// The scope is always made here, never taken from the challenge, so that a registry cannot ask for more.
    ///
    /// - Throws: `RegistryError` when the service must not be asked, gives no answer, or sends no usable token.
    func token(
        answering challenge: Challenge, of registry: RegistryEndpoint, for image: ImageReference,
        credential: Credential?, by deadline: Deadline
    ) async throws(RegistryError) -> Secret? {
        let realm = try realm(of: challenge, of: registry, credential: credential)
        let service = RegistryError.Peer(.tokenService, at: realm)
        let url = try url(of: realm, challenge, of: registry, for: image, credential: credential)
        let request = ClientRequest(
            url: url, headers: Headers([("Accept", "application/json")]),
            authorization: credential?.basicAuthorization, bodyLimit: Limits.tokenBytes)
        let response: ClientResponse
        do throws(HTTPError) {
            response = try await exchange.send(request, by: deadline)
        } catch {
            throw .failure(service, error)
        }
        switch response.status {
        case .ok: return try Self.token(in: response.body, from: service)
        case .unauthorized, .forbidden: return nil
        default: throw response.failure(from: service, credential: credential)
        }
    }

    /// The address of the service, if it may be asked (CVE-2019-10214, CVE-2026-24845): over TLS; over plain HTTP only
    /// for a registry that is itself allowed to do without, at an allowed host, and with credentials only on the
    /// registry's own host.
    private func realm(
        of challenge: Challenge, of registry: RegistryEndpoint, credential: Credential?
    ) throws(RegistryError) -> URL {
        guard let text = challenge.parameters["realm"] else { throw .unusableRealm(registry.peer, reason: "no realm") }
        let realm: URL
        do throws(HTTPError) {
            realm = try URL(parsing: text)
        } catch {
            throw .unusableRealm(registry.peer, reason: error.description)
        }
        if realm.scheme == .https { return realm }
        guard registry.base.scheme == .http, insecure.allows(realm) else {
            throw .unusableRealm(registry.peer, reason: "\(realm.origin) is not https")
        }
        guard credential == nil || realm.host == registry.base.host else {
            throw .unusableRealm(registry.peer, reason: "credentials do not go to \(realm.origin) without TLS")
        }
        return realm
    }

    /// The realm with what is asked for in its query, behind what it may have there already.
    private func url(
        of realm: URL, _ challenge: Challenge, of registry: RegistryEndpoint, for image: ImageReference,
        credential: Credential?
    ) throws(RegistryError) -> URL {
        var pairs: [(String, String)] = []
        if let service = challenge.parameters["service"] { pairs.append(("service", service)) }
        pairs.append(("scope", "repository:\(image.path):pull"))
        if let username = credential?.username { pairs.append(("account", username)) }
        let url = realm.with(query: pairs)
        guard let own = realm.query, !own.isEmpty, let added = url.query else { return url }
        do throws(HTTPError) {
            return try URL(parsing: "\(realm.origin)\(realm.path)?\(own)&\(added)")
        } catch {
            throw .unusableRealm(registry.peer, reason: error.description)
        }
    }

    /// `token`, or `access_token` as OAuth 2 names it (RFC 6749 §5.1).
    private static func token(in body: [UInt8], from service: RegistryError.Peer) throws(RegistryError) -> Secret {
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONDocument(parsing: body, limit: Limits.tokenBytes).root
        } catch {
            throw .unusableToken(service, reason: error.description)
        }
        let tokens = ["token", "access_token"].lazy.compactMap { root[$0]?.string }
        guard let token = tokens.first(where: { !$0.isEmpty }) else {
            throw .unusableToken(service, reason: "its answer holds neither token nor access_token")
        }
        guard token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .unusableToken(service, reason: "the token holds characters that cannot be sent")
        }
        return Secret(token)
    }
}
