import HTTP
import Primitives
import Registry
import Testing

private let digest = ImageDigest.sha256(of: Array(manifestText.utf8))
private let listURL = "https://e.com/extensions/v2/team/app/signatures/\(digest)"
private let list = #"{"signatures":[{"schemaVersion":2,"type":"atomic","name":"x","content":"YQ=="}]}"#
private let announcement = ("X-Registry-Supports-Signatures", "1")

private func signatures(
    _ exchange: ScriptedExchange, _ credentials: [Credential] = [], mirrors: RegistryMirrors = RegistryMirrors()
) async throws -> [[UInt8]] {
    try await RegistryClient(exchange: exchange, mirrors: { mirrors }).signatures(
        for: digest, of: ImageReference(parsing: "e.com/team/app:1"), credentials: credentials, by: soon)
}

@Suite struct SignatureExtensionTests {
    private static func found(
        _ fields: [(String, String)], from url: String? = nil, mirrors: RegistryMirrors = RegistryMirrors()
    ) async throws -> SignatureExtension {
        let url = try url.map { try URL(parsing: $0) }
        let exchange = ScriptedExchange { request in
            request.answer(200, [manifestType] + fields, Array(manifestText.utf8), from: url)
        }
        return try await RegistryClient(exchange: exchange, mirrors: { mirrors }).manifest(
            for: ImageReference(parsing: "e.com/team/app:1"), credentials: [], by: soon
        ).signatureExtension
    }

    @Test(
        "A registry announces with the manifest that it keeps signatures, by exactly this field",
        arguments: [
            ([announcement], true), ([("x-registry-supports-signatures", "1")], true),
            ([announcement, announcement], true),
            ([], false), ([("X-Registry-Supports-Signatures", "0")], false),
            ([("X-Registry-Supports-Signatures", "true")], false),
            ([("X-Registry-Supports-Signatures", "1, 1")], false),
        ] as [([(String, String)], Bool)])
    func announced(_ fields: [(String, String)], _ isAnnounced: Bool) async throws {
        #expect(try await Self.found(fields) == (isAnnounced ? .announced : .unannounced))
    }

    @Test("A host that the registry redirects to announces nothing for it, and a mirror neither")
    func announcedByOthers() async throws {
        #expect(try await Self.found([announcement], from: "https://cdn.test/blob") == .unannounced)
        let mirror = RegistryMirrors.Host(base: try URL(parsing: "https://m.test/v2/"))
        let mirrors = RegistryMirrors(["e.com": .init(mirrors: [mirror])])
        #expect(try await Self.found([announcement], mirrors: mirrors) == .mirrored)
    }

    @Test("The ping tells it to everybody, also with a refusal", arguments: [200, 401, 403, 404])
    func announcedByPing(_ status: Int) async throws {
        for isAnnounced in [true, false] {
            let exchange = ScriptedExchange { $0.answer(status, isAnnounced ? [announcement] : []) }
            let image = try ImageReference(parsing: "e.com/team/app:1")
            #expect(
                try await RegistryClient(exchange: exchange).announcesSignatures(for: image, by: soon) == isAnnounced)
            #expect(exchange.urls == ["https://e.com/v2/"])
        }
    }

    @Test("A registry that is not able to answer the ping has not said no", arguments: [429, 500, 503])
    func failingPing(_ status: Int) async throws {
        let exchange = ScriptedExchange { $0.answer(status) }
        await #expect(throws: RegistryError.self) {
            try await RegistryClient(exchange: exchange).announcesSignatures(
                for: ImageReference(parsing: "e.com/team/app:1"), by: soon)
        }
    }

    @Test("The list of an open registry takes one request, of the right address")
    func reads() async throws {
        let exchange = ScriptedExchange { $0.answer(200, text: list) }
        #expect(try await signatures(exchange) == [Array("a".utf8)])
        #expect(exchange.urls == [listURL])
    }

    @Test("The way that led to the manifest leads to the list, in one request and with the same token")
    func sharesAdmittance() async throws {
        let challenge = ("WWW-Authenticate", #"Bearer realm="https://e.com/token",service="s""#)
        let exchange = ScriptedExchange { request in
            switch (request.url.path, request.authorization?.revealText()) {
            case ("/token", _): request.answer(200, text: #"{"token":"t"}"#)
            case (_, "Bearer t") where request.url.path.hasPrefix("/extensions/"): request.answer(200, text: list)
            case (_, "Bearer t"): request.answer(200, [manifestType, announcement], text: manifestText)
            default: request.answer(401, [challenge])
            }
        }
        let client = RegistryClient(exchange: exchange)
        let image = try ImageReference(parsing: "e.com/team/app:1")
        let credentials = [try credential("u", "1")]
        _ = try await client.manifest(for: image, credentials: credentials, by: soon)
        let before = exchange.urls.count
        let found = try await client.signatures(for: digest, of: image, credentials: credentials, by: soon)
        #expect(found == [Array("a".utf8)])
        #expect(exchange.urls.dropFirst(before) == [listURL])
    }

    @Test(
        "Nothing but a list is an answer: every other status is a failure, a 404 too",
        arguments: [201, 204, 404, 410, 500])
    func fails(_ status: Int) async throws {
        let exchange = ScriptedExchange { $0.answer(status, text: list) }
        let error = await #expect(throws: RegistryError.self) { try await signatures(exchange) }
        #expect(error?.description.hasPrefix("signature extension of registry e.com answered \(status)") == true)
    }

    @Test("A list beyond its bound, and one that cannot be read, is a failure")
    func unreadable() async throws {
        let large = [UInt8](repeating: UInt8(ascii: " "), count: Limits.signatureListBytes) + Array(list.utf8)
        await #expect(throws: RegistryError.self) {
            try await signatures(ScriptedExchange { $0.answer(200, [], large) })
        }
        let error = await #expect(throws: RegistryError.self) {
            try await signatures(ScriptedExchange { $0.answer(200, text: #"{"signatures":7}"#) })
        }
        #expect(
            error?.description
                == "signature extension of registry e.com sent a list of signatures that cannot be read: "
                + "its signatures are no list")
    }

    @Test("A credential is shown to the registry that it names, and not to who stands in its place")
    func credentials() async throws {
        let challenge = ("WWW-Authenticate", "Basic realm=x")
        let guarded = ScriptedExchange { request in
            request.authorization == nil ? request.answer(401, [challenge]) : request.answer(200, text: list)
        }
        #expect(try await signatures(guarded, [credential("u", "1")]).count == 1)
        let server = RegistryMirrors.Host(base: try URL(parsing: "https://s.test/prefix/v2/"))
        let elsewhere = ScriptedExchange { $0.answer(401, [challenge]) }
        await #expect(throws: RegistryError.self) {
            try await signatures(
                elsewhere, [credential("u", "1")],
                mirrors: RegistryMirrors(["e.com": .init(mirrors: [], server: server)]))
        }
        #expect(elsewhere.requests.allSatisfy { $0.url.host == "s.test" && $0.authorization == nil })
    }
}
