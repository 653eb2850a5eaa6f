import HTTP
import Primitives
import Registry
import Synchronization
import Testing

private let digest = ImageDigest.sha256(of: Array(manifestText.utf8))

private func manifest(
    _ exchange: ScriptedExchange, _ image: String = "e.com/team/app:1", _ credentials: [Credential] = [],
    insecure: [String] = []
) async throws -> Manifest {
    try await RegistryClient(exchange: exchange, insecure: InsecureRegistries(insecure)).manifest(
        for: ImageReference(parsing: image), credentials: credentials, by: soon)
}

private func failure(
    _ exchange: ScriptedExchange, _ image: String = "e.com/team/app:1", _ credentials: [Credential] = [],
    insecure: [String] = []
) async -> RegistryError? {
    await #expect(throws: RegistryError.self) {
        try await manifest(exchange, image, credentials, insecure: insecure)
    }
}

extension ClientRequest {
    fileprivate func manifest() -> Result<ClientResponse, HTTPError> {
        answer(200, [manifestType], text: manifestText)
    }
}

@Suite struct RegistryClientTests {
    @Test(
        "A public manifest takes one request, of the right address",
        arguments: [
            ("e.com/team/app:1", "https://e.com/v2/team/app/manifests/1"),
            ("e.com:5000/app", "https://e.com:5000/v2/app/manifests/latest"),
            ("nginx", "https://registry-1.docker.io/v2/library/nginx/manifests/latest"),
            ("e.com/app@\(digest)", "https://e.com/v2/app/manifests/\(digest)"),
            ("e.com/app:1@\(digest)", "https://e.com/v2/app/manifests/\(digest)"),
        ])
    func anonymous(_ image: String, _ url: String) async throws {
        let exchange = ScriptedExchange { $0.manifest() }
        #expect(try await manifest(exchange, image).digest == digest)
        #expect(exchange.urls == [url])
    }

    /// A registry with Basic authentication that lets `right` read, and anybody if it is open.
    private func guarded(isOpen: Bool = false) -> ScriptedExchange {
        ScriptedExchange { request in
            let isPing = request.url.path == "/v2/"
            guard isOpen || request.authorization?.revealText() == "Basic cmlnaHQ6MQ==" else {
                return request.answer(401, [("WWW-Authenticate", "Basic realm=x")])
            }
            return isPing ? request.answer(200) : request.manifest()
        }
    }

    @Test("Each credential that is refused is reported, wherever the search ends, and none that was not shown")
    func reportsRefusals() async throws {
        let reports = Mutex<[String]>([])
        let image = try ImageReference(parsing: "e.com/app:1")
        let credentials = try ["a", "right", "b"].map { name in
            try #require(Credential(username: name, password: Secret("1"), origin: "pull secret \"\(name)\""))
        }
        let client = RegistryClient(exchange: guarded()) { refusal in
            reports.withLock { $0.append(refusal.description) }
        }
        _ = try await client.manifest(for: image, credentials: credentials, by: soon)
        #expect(reports.withLock { $0 } == [#"registry e.com refuses the credential of pull secret "a""#])
    }

    @Test("Where the policy wants no anonymous pull, only credentials are shown, after a look at what is asked for")
    func withoutAnonymousPull() async throws {
        let exchange = guarded()
        let client = RegistryClient(exchange: exchange)
        let image = try ImageReference(parsing: "e.com/app:1")
        let found = try await client.manifest(
            for: image, credentials: [credential("right", "1")], anonymously: false, by: soon)
        #expect(found.digest == digest)
        #expect(exchange.urls == ["https://e.com/v2/", "https://e.com/v2/app/manifests/1"])
        #expect(exchange.requests.map { $0.authorization != nil } == [false, true])
        await #expect(throws: RegistryError.self) {
            try await client.manifest(for: image, credentials: [], anonymously: false, by: soon)
        }
        #expect(exchange.urls.count == 3, "nothing was to be asked without a credential")
    }

    @Test("A registry that asks nobody for credentials is read all the same")
    func openWithoutAnonymousPull() async throws {
        let exchange = guarded(isOpen: true)
        let image = try ImageReference(parsing: "e.com/app:1")
        let found = try await RegistryClient(exchange: exchange).manifest(
            for: image, credentials: [], anonymously: false, by: soon)
        #expect(found.digest == digest)
    }

    @Test("No anonymous token is asked for where the policy wants no anonymous pull")
    func noAnonymousToken() async throws {
        let challenge = ("WWW-Authenticate", #"Bearer realm="https://t.com/token",service="s""#)
        let exchange = ScriptedExchange { request in
            if request.url.host == "t.com" { return request.answer(200, text: #"{"token":"t"}"#) }
            return request.authorization == nil ? request.answer(401, [challenge]) : request.manifest()
        }
        let found = try await RegistryClient(exchange: exchange).manifest(
            for: ImageReference(parsing: "e.com/app:1"), credentials: [credential("u", "1")], anonymously: false,
            by: soon)
        #expect(found.digest == digest)
        #expect(exchange.requests.filter { $0.url.host == "t.com" }.allSatisfy { $0.authorization != nil })
    }

    @Test("All types are asked for in one Accept field")
    func accept() async throws {
        let exchange = ScriptedExchange { $0.manifest() }
        _ = try await manifest(exchange)
        let accept = try #require(exchange.requests.first?.headers["Accept"])
        for type in ["oci.image.manifest.v1", "oci.image.index.v1"] { #expect(accept.contains(type)) }
        for type in ["manifest.v2", "manifest.list.v2"] { #expect(accept.contains("docker.distribution.\(type)")) }
    }

    @Test("Only a registry that is allowed as insecure is asked without TLS, and then without a try over TLS")
    func insecure() async throws {
        let exchange = ScriptedExchange { $0.manifest() }
        _ = try await manifest(exchange, "127.0.0.1:5000/a", insecure: ["127.0.0.1:5000"])
        _ = try await manifest(exchange, "127.0.0.1:5001/a", insecure: ["127.0.0.1:5000", "127.0.0.1"])
        #expect(
            exchange.urls == [
                "http://127.0.0.1:5000/v2/a/manifests/latest", "https://127.0.0.1:5001/v2/a/manifests/latest",
            ])
    }

    @Test("Bytes with another digest than the reference's are refused, whatever the header says (CVE-2022-47633)")
    func digestMismatch() async {
        let other = ImageDigest.sha256(of: [])
        let exchange = ScriptedExchange {
            $0.answer(200, [manifestType, ("Docker-Content-Digest", "\(other)")], text: manifestText)
        }
        guard case .digestMismatch(_, other, digest) = await failure(exchange, "e.com/app@\(other)") else {
            Issue.record("not a digest mismatch")
            return
        }
    }

    @Test("A digest that is not SHA-256 is refused without asking anybody")
    func unprovable() async throws {
        let exchange = ScriptedExchange { $0.manifest() }
        let error = await failure(exchange, "e.com/app@sha512:\(String(repeating: "0", count: 128))")
        #expect(try #require(error).description.contains("only sha256"))
        #expect(exchange.requests.isEmpty)
    }

    @Test("A host that is no address is refused without asking anybody")
    func invalidHost() async {
        let exchange = ScriptedExchange { $0.manifest() }
        guard case .invalidHost = await failure(exchange, "127.0.0.1:99999/a") else {
            Issue.record("not an invalid host")
            return
        }
        #expect(exchange.requests.isEmpty)
    }

    @Test("A manifest beyond 4 MiB is refused")
    func tooLarge() async {
        let exchange = ScriptedExchange {
            $0.answer(200, [manifestType], [UInt8](repeating: 0x20, count: Limits.manifestBytes + 1))
        }
        guard case .tooLarge(_, Limits.manifestBytes) = await failure(exchange) else {
            Issue.record("not too large")
            return
        }
    }

    @Test(
        "Each status has its meaning and names the registry",
        arguments: [
            (404, "registry e.com has no manifest for e.com/team/app:1"),
            (403, "registry e.com does not let anonymous clients read and does not say how to authenticate"),
            (429, "registry e.com limits the rate of requests (429); it may be asked again in 17 s"),
            (500, "registry e.com answered 500 Internal Server Error (DENIED: why not)"),
            (503, "registry e.com answered 503 Service Unavailable (DENIED: why not)"),
            (400, "registry e.com answered 400 Bad Request (DENIED: why not)"),
            (204, "registry e.com answered 204 No Content (DENIED: why not)"),
        ])
    func statuses(_ code: Int, _ text: String) async {
        let exchange = ScriptedExchange {
            $0.answer(code, [("Retry-After", "17")], text: #"{"errors":[{"code":"DENIED","message":"why\nnot"}]}"#)
        }
        #expect(await failure(exchange)?.description == text)
    }

    @Test(
        "A registry that repeats a password, also behind escapes, is not repeated",
        arguments: [#"p/a<s>s"#, #"p\/a\u003cs>s"#, #"\u0070/a<s>s"#])
    func echo(_ password: String) async throws {
        let credential = try #require(Credential(username: "user", password: Secret("p/a<s>s")))
        let exchange = ScriptedExchange {
            guard $0.authorization != nil else { return $0.answer(401, [("WWW-Authenticate", "Basic")]) }
            return $0.answer(500, text: #"{"errors":[{"code":"X","message":"user:\#(password) is wrong"}]}"#)
        }
        #expect(
            await failure(exchange, "e.com/team/app:1", [credential])?.description
                == "registry e.com answered 500 Internal Server Error")
    }

    @Test("A registry that does not answer is named with the reason")
    func unreachable() async {
        let exchange = ScriptedExchange { _ in .failure(.timedOut(authority: "e.com", .connecting)) }
        #expect(
            await failure(exchange)?.description
                == "registry e.com gives no answer: the time was up while connecting (e.com)")
        #expect(exchange.requests.count == 1)
    }

    @Test("A broken registry is not asked again with each credential")
    func stopsAtBreakage() async throws {
        let exchange = ScriptedExchange { request in
            request.authorization == nil
                ? request.answer(401, [("WWW-Authenticate", "Basic realm=x")]) : request.answer(502)
        }
        _ = await failure(exchange, "e.com/a", [try credential("a", "1"), try credential("b", "2")])
        #expect(exchange.requests.count == 2)
    }
}

@Suite struct RegistryAuthenticationTests {
    private static let basic = [("WWW-Authenticate", "Basic realm=\"e\"")]

    @Test("Basic credentials are tried in order, and only after the registry asked")
    func basic() async throws {
        let good = try credential("good", "2")
        let exchange = ScriptedExchange { request in
            request.authorization == good.basicAuthorization ? request.manifest() : request.answer(401, Self.basic)
        }
        let credentials = [try credential("bad", "1"), good, try credential("never", "3")]
        #expect(try await manifest(exchange, "e.com/a", credentials).digest == digest)
        #expect(
            exchange.requests.map(\.authorization)
                == [nil, credentials[0].basicAuthorization, credentials[1].basicAuthorization])
    }

    @Test("When nobody is let in, the error counts the credentials", arguments: [0, 1, 3])
    func unauthorised(_ count: Int) async throws {
        let exchange = ScriptedExchange { $0.answer(401, Self.basic) }
        let credentials = try (0..<count).map { try credential("user\($0)", "hunter2") }
        let error = await failure(exchange, "e.com/a", credentials)
        guard case .unauthorised(_, _, count) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(exchange.requests.count == count + 1)
        #expect(error?.description.contains("hunter2") == false)
    }

    @Test("The ping's challenges are used when the manifest's 401 has none")
    func ping() async throws {
        let exchange = ScriptedExchange { request in
            if request.authorization != nil { return request.manifest() }
            return request.url.path == "/v2/" ? request.answer(401, Self.basic) : request.answer(401)
        }
        #expect(try await manifest(exchange, "e.com/a", [try credential("u", "p")]).digest == digest)
        #expect(
            exchange.urls == [
                "https://e.com/v2/a/manifests/latest", "https://e.com/v2/", "https://e.com/v2/a/manifests/latest",
            ])
    }

    @Test("A 404 for an anonymous client may be a refusal: the credentials are tried")
    func hidden() async throws {
        let exchange = ScriptedExchange { request in
            if request.authorization != nil { return request.manifest() }
            return request.url.path == "/v2/" ? request.answer(401, Self.basic) : request.answer(404)
        }
        #expect(try await manifest(exchange, "e.com/a", [try credential("u", "p")]).digest == digest)
        guard case .notFound = await failure(exchange, "e.com/a") else {
            Issue.record("not a missing manifest")
            return
        }
    }

    @Test("A way to authenticate that is not known is named")
    func unknownScheme() async throws {
        let exchange = ScriptedExchange { $0.answer(401, [("WWW-Authenticate", "Negotiate, Digest realm=x")]) }
        let error = await failure(exchange, "e.com/a", [try credential("u", "p")])
        #expect(try #require(error).description.contains("negotiate, digest"))
        #expect(exchange.authorizations(shownTo: "e.com") == [])
    }

    @Test("A challenge of a host that the registry redirects to is not answered")
    func redirectedChallenge() async throws {
        let elsewhere = try URL(parsing: "https://evil.com/blob")
        let realm = "Bearer realm=\"https://evil.com/token\""
        let exchange = ScriptedExchange { request in
            request.url.path == "/v2/"
                ? request.answer(200)
                : request.answer(401, [("WWW-Authenticate", realm), Self.basic[0]], from: elsewhere)
        }
        _ = await failure(exchange, "e.com/a", [try credential("u", "p")])
        #expect(Set(exchange.requests.map(\.url.host)) == ["e.com"])
        #expect(exchange.authorizations(shownTo: "e.com") == [])
    }
}
