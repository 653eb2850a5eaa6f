import HTTP
import Primitives
import Registry
import Testing

/// A registry at `e.com` that lets in whoever shows the token `good`, and a token service.
private func network(
    registry: String = "e.com", realm: String = "https://auth.e.com/token", service: String? = "the registry",
    token: @escaping @Sendable (ClientRequest) -> Result<ClientResponse, HTTPError>
) -> ScriptedExchange {
    let challenge = "Bearer realm=\"\(realm)\"" + (service.map { ",service=\"\($0)\"" } ?? "")
    let scope = ",scope=\"repository:other/secret:pull,push,delete\""
    return ScriptedExchange { request in
        guard request.url.path.hasPrefix("/v2/") else { return token(request) }
        if request.authorization?.revealText() == "Bearer good" {
            return request.answer(200, [manifestType], text: manifestText)
        }
        return request.answer(401, [("WWW-Authenticate", challenge + scope)])
    }
}

private func ask(
    _ exchange: ScriptedExchange, _ image: String = "e.com/team/app:1", _ credentials: [Credential] = [],
    insecure: [String] = []
) async throws -> Manifest {
    try await RegistryClient(exchange: exchange, insecure: InsecureRegistries(insecure)).manifest(
        for: ImageReference(parsing: image), credentials: credentials, by: soon)
}

@Suite struct TokenClientTests {
    @Test(
        "The token is read from either field",
        arguments: [
            #"{"token":"good"}"#, #"{"access_token":"good"}"#, #"{"token":"good","access_token":"other"}"#,
            #"{"token":"","access_token":"good"}"#, #"{"token":"good","expires_in":1,"issued_at":"never"}"#,
        ])
    func fields(_ body: String) async throws {
        let exchange = network { $0.answer(200, text: body) }
        _ = try await ask(exchange)
        #expect(
            exchange.urls == [
                "https://e.com/v2/team/app/manifests/1",
                "https://auth.e.com/token?service=the%20registry&scope=repository%3Ateam%2Fapp%3Apull",
                "https://e.com/v2/team/app/manifests/1",
            ])
        #expect(exchange.authorizations(shownTo: "auth.e.com") == [])
    }

    @Test(
        "An answer without a usable token is an error",
        arguments: [
            "", "{}", "null", "[]", "good", #"{"token":null}"#, #"{"token":7}"#, #"{"token":""}"#, #"{"token":"good"#,
            #"{"token":"a","token":"good"}"#, #"{"token":"go\r\nod"}"#, #"{"token":"go od"}"#, #"{"token":"gööd"}"#,
            #"{"Token":"good"}"#,
        ])
    func unusable(_ body: String) async {
        let exchange = network { $0.answer(200, text: body) }
        let error = await #expect(throws: RegistryError.self) { try await ask(exchange) }
        guard case .unusableToken = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("An answer beyond 1 MiB is an error")
    func huge() async {
        let exchange = network { $0.answer(200, [], [UInt8](repeating: 0x20, count: Limits.tokenBytes + 1)) }
        let error = await #expect(throws: RegistryError.self) { try await ask(exchange) }
        guard case .tooLarge(_, Limits.tokenBytes) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("A credential is shown to the token service and never to the registry")
    func credential() async throws {
        let user = try RegistryTests.credential("user", "hunter2")
        let exchange = network { request in
            request.authorization == user.basicAuthorization
                ? request.answer(200, text: #"{"token":"good"}"#) : request.answer(401)
        }
        _ = try await ask(exchange, "e.com/team/app:1", [try RegistryTests.credential("bad", "1"), user])
        #expect(exchange.authorizations(shownTo: "e.com") == ["Bearer good"])
        #expect(exchange.urls.last { $0.contains("auth") }?.hasSuffix("%3Apull&account=user") == true)
    }

    @Test("A token that is not accepted ends the attempt: nothing is asked in a loop", arguments: [0, 2])
    func loops(_ count: Int) async throws {
        let exchange = network { $0.answer(200, text: #"{"token":"bad"}"#) }
        let credentials = try (0..<count).map { try RegistryTests.credential("user\($0)", "p") }
        let error = await #expect(throws: RegistryError.self) { try await ask(exchange, "e.com/a", credentials) }
        guard case .unauthorised(_, _, count) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(exchange.requests.count == 1 + 2 * (count + 1))
    }

    @Test(
        "A realm that must not be asked is not asked (CVE-2019-10214)",
        arguments: [
            "http://auth.e.com/token", "http://e.com/token", "ftp://auth.e.com", "file:///etc/passwd", "/token", "",
            "https://user:pass@auth.e.com/token", "https://auth.e.com:0/", "https://auth.e.com/#x", "https://",
        ])
    func realms(_ realm: String) async throws {
        let exchange = network(realm: realm) { $0.answer(200, text: #"{"token":"good"}"#) }
        let error = await #expect(throws: RegistryError.self) {
            try await ask(exchange, "e.com/a", [try RegistryTests.credential("u", "p")], insecure: ["auth.e.com"])
        }
        guard case .unusableRealm = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(exchange.requests.count == 1)
    }

    @Test("A registry without TLS may have a token service without TLS; credentials then stay on its host")
    func plainText() async throws {
        let user = try RegistryTests.credential("u", "hunter2")
        let hosts = ["127.0.0.1:5000", "127.0.0.1:5001", "auth.e.com"]
        let image = "127.0.0.1:5000/a"
        let same = network(realm: "http://127.0.0.1:5001/token") { request in
            request.authorization == nil ? request.answer(401) : request.answer(200, text: #"{"token":"good"}"#)
        }
        _ = try await ask(same, image, [user], insecure: hosts)
        #expect(same.requests.contains { $0.authorization == user.basicAuthorization })

        let other = network(realm: "http://auth.e.com/token") { $0.answer(401) }
        await #expect(throws: RegistryError.self) { try await ask(other, image, [user], insecure: hosts) }
        #expect(other.authorizations(shownTo: "auth.e.com") == [])
    }

    @Test("The realm's own query is kept")
    func realmQuery() async throws {
        let exchange = network(realm: "https://auth.e.com/t?a=b%20c", service: nil) {
            $0.answer(200, text: #"{"token":"good"}"#)
        }
        _ = try await ask(exchange)
        #expect(exchange.urls[1] == "https://auth.e.com/t?a=b%20c&scope=repository%3Ateam%2Fapp%3Apull")
    }

    @Test("A service name cannot add parameters of its own")
    func injection() async throws {
        let exchange = network(service: "s&scope=repository:x:push#") { $0.answer(200, text: #"{"token":"good"}"#) }
        _ = try await ask(exchange)
        #expect(
            exchange.urls[1] == "https://auth.e.com/token?service=s%26scope%3Drepository%3Ax%3Apush%23"
                + "&scope=repository%3Ateam%2Fapp%3Apull")
    }

    @Test(
        "A token service that is broken is an error that names it, and shows no password",
        arguments: [(500, "answered 500"), (503, "answered 503"), (429, "rate of requests"), (400, "answered 400")])
    func broken(_ code: Int, _ text: String) async throws {
        let exchange = network { $0.answer(code, text: "the password hunter2 is wrong") }
        let error = await #expect(throws: RegistryError.self) {
            try await ask(exchange, "e.com/a", [try RegistryTests.credential("u", "hunter2")])
        }
        let description = try #require(error).description
        #expect(description.hasPrefix("token service auth.e.com "))
        #expect(description.contains(text))
        if code < 500 { #expect(!description.contains("hunter2")) }
    }
}
