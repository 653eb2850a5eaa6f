import HTTP
import Primitives
import Registry
import Testing

private let image = "e.com:5000/team/app:1"
private let digest = ImageDigest.sha256(of: [])

private func signatures(
    _ exchange: ScriptedExchange, store: String = "https://sigs.e.com/store", insecure: [String] = [],
    credential: Credential? = nil
) async throws -> [[UInt8]] {
    try await SignatureStore(exchange: exchange, insecure: InsecureRegistries(insecure)).signatures(
        for: digest, of: ImageReference(parsing: image), in: .server(URL(parsing: store)), credential: credential,
        by: soon)
}

@Suite struct SignatureStoreTests {
    @Test("Signatures are read from the first on until the store has no more")
    func reads() async throws {
        let exchange = ScriptedExchange { request in
            switch request.url.path.last {
            case "1": request.answer(200, [], [1])
            case "2": request.answer(200, [], [2, 2])
            default: request.answer(404, text: "not found")
            }
        }
        #expect(try await signatures(exchange) == [[1], [2, 2]])
        let directory = "https://sigs.e.com/store/team/app@sha256=\(digest.hex)"
        #expect(exchange.urls.prefix(2).sorted() == ["\(directory)/signature-1", "\(directory)/signature-2"])
        #expect(exchange.urls.contains("\(directory)/signature-3"))
        #expect(exchange.urls.count <= 6, "no more than a few are asked for ahead")
    }

    @Test("A 404 for the first means no signatures", arguments: ["https://sigs.e.com", "https://sigs.e.com/"])
    func none(_ store: String) async throws {
        let exchange = ScriptedExchange { $0.answer(404) }
        #expect(try await signatures(exchange, store: store) == [])
        let directory = "https://sigs.e.com/team/app@sha256=\(digest.hex)"
        #expect(exchange.urls.sorted() == ["\(directory)/signature-1", "\(directory)/signature-2"])
    }

    @Test(
        "Any other status is an error, never an image without signatures",
        arguments: [201, 204, 206, 301, 400, 401, 403, 405, 410, 418, 429, 500, 502, 503], [1, 3])
    func otherStatus(_ code: Int, at position: Int) async {
        let exchange = ScriptedExchange { request in
            request.url.path.hasSuffix("signature-\(position)") ? request.answer(code) : request.answer(200, [], [1])
        }
        await #expect(throws: RegistryError.self) { try await signatures(exchange) }
    }

    @Test("A store that does not answer is an error")
    func silence() async {
        let exchange = ScriptedExchange { _ in .failure(.truncated) }
        await #expect(throws: RegistryError.self) { try await signatures(exchange) }
    }

    @Test("An endless list of signatures is an error after the last one allowed")
    func endless() async {
        let exchange = ScriptedExchange { $0.answer(200, [], [1]) }
        let error = await #expect(throws: RegistryError.self) { try await signatures(exchange) }
        guard case .tooManySignatures(_, Limits.signaturesPerImage) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(exchange.requests.count == Limits.signaturesPerImage + 1)
    }

    @Test("What comes behind the first gap does not count, neither signatures nor failures")
    func gap() async throws {
        let exchange = ScriptedExchange { request in
            switch request.url.path.suffix(2) {
            case "-1": request.answer(200, [], [1])
            case "-2": request.answer(200, [], [2])
            case "-3": request.answer(404)
            case "-4": request.answer(500)
            default: request.answer(200, [], [9])
            }
        }
        #expect(try await signatures(exchange) == [[1], [2]])
    }

    @Test("A folder is read like a server, where folders may be read at all")
    func folder() async throws {
        let files =
            [
                "/sigs/team/app@sha256=\(digest.hex)/signature-1": [1],
                "/sigs/team/app@sha256=\(digest.hex)/signature-2": [2],
            ] as [String: [UInt8]]
        func read(_ files: SignatureStore.FileReading?) async throws -> [[UInt8]] {
            try await SignatureStore(exchange: ScriptedExchange { $0.answer(500) }, files: files).signatures(
                for: digest, of: ImageReference(parsing: image), in: .folder("/sigs"), by: soon)
        }
        #expect(try await read { path, _, _ in files[path].map { .content($0) } ?? .missing } == [[1], [2]])
        #expect(try await read { _, _, _ in .missing } == [])
        await #expect(throws: RegistryError.self) { try await read(nil) }
        for answer in [SignatureStore.FileAnswer.content([]), .unreadable("it burns")] {
            await #expect(throws: RegistryError.self) { try await read { _, _, _ in answer } }
        }
    }

    @Test("As many signatures as are allowed are read")
    func most() async throws {
        let exchange = ScriptedExchange { request in
            request.url.path.hasSuffix("signature-\(Limits.signaturesPerImage + 1)")
                ? request.answer(404) : request.answer(200, [], [1])
        }
        #expect(try await signatures(exchange).count == Limits.signaturesPerImage)
    }

    @Test("A signature of 5 MiB is an error, and so are many that are large together")
    func large() async {
        for size in [5 << 20, 3 << 20] {
            let exchange = ScriptedExchange { $0.answer(200, [], [UInt8](repeating: 1, count: size)) }
            let error = await #expect(throws: RegistryError.self) { try await signatures(exchange) }
            guard case .tooLarge = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(exchange.requests.count <= 6)
        }
    }

    @Test("An empty signature is an error")
    func empty() async {
        let exchange = ScriptedExchange { $0.answer(200) }
        await #expect(throws: RegistryError.self) { try await signatures(exchange) }
    }

    @Test("Without TLS only an allowed host is asked")
    func plainText() async throws {
        let exchange = ScriptedExchange { $0.answer(404) }
        let store = "http://127.0.0.1:5056/sigs"
        await #expect(throws: RegistryError.self) { try await signatures(exchange, store: store) }
        await #expect(throws: RegistryError.self) {
            try await signatures(exchange, store: store, insecure: ["127.0.0.1", "127.0.0.1:5057"])
        }
        #expect(exchange.requests.isEmpty)
        #expect(try await signatures(exchange, store: store, insecure: ["127.0.0.1:5056"]) == [])
    }

    @Test("The store is asked without credentials unless it has its own")
    func credentials() async throws {
        let exchange = ScriptedExchange { $0.answer(404) }
        _ = try await signatures(exchange)
        #expect(exchange.authorizations(shownTo: "sigs.e.com") == [])
        _ = try await signatures(exchange, credential: try credential("user", "hunter2"))
        #expect(Set(exchange.authorizations(shownTo: "sigs.e.com")) == ["Basic dXNlcjpodW50ZXIy"])
    }

    @Test("The error says which host answered what, on one line, and repeats no password")
    func message() async throws {
        let exchange = ScriptedExchange { $0.answer(500, text: "broken\r\n\u{1B}[2Jdisk") }
        let error = await #expect(throws: RegistryError.self) { try await signatures(exchange) }
        #expect(
            error?.description == "signature store sigs.e.com answered 500 Internal Server Error (broken [2Jdisk)")
        let echo = ScriptedExchange { $0.answer(500, text: "bad password hunter2") }
        let other = await #expect(throws: RegistryError.self) {
            try await signatures(echo, credential: try credential("user", "hunter2"))
        }
        #expect(other?.description == "signature store sigs.e.com answered 500 Internal Server Error")
    }
}
