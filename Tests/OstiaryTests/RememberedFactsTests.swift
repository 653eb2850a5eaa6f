import Foundation
import HTTP
import Primitives
import Support
import Testing

extension RealProgram {
    /// What the program asks of a registry and a signature store, counted there.
    @Suite("Remembered facts", .timeLimit(.minutes(5))) struct RememberedFactsTests {
        private let world: World

        init() throws {
            world = try World.current
        }

        /// A server in front of the registry and of the store, which writes down what it is asked.
        private struct Counter {
            let server: SignatureStoreServer
            let folder: TemporaryFolder
            let client: HTTPClient

            init(_ world: World) async throws {
                folder = try TemporaryFolder()
                let peers = ["v2": world.registry.address, "sigs": world.storeAddress]
                let logs = ["access", "connection-$connection"].map(folder.path)
                let places = peers.map { "location /\($0)/ { proxy_pass https://\($1); }" }.sorted()
                server = try await SignatureStoreServer.start(
                    pair: world.identity.pair,
                    rules: (logs.map { "access_log \($0);" } + places).joined(separator: "\n"))
                client = try Network.client(trusting: world.identity.tls)
            }

            var address: String { String(server.url.dropFirst("https://".count).prefix { $0 != "/" }) }

            /// A policy for the signed image under this server's name.
            func policy(_ world: World, _ more: String = "") -> [String] {
                let identity =
                    #"{"type":"matchExactRepository","dockerRepository":"\#(world.registry.address)/app/signed"}"#
                let simple = Manifest.simple(
                    store: server.url, Manifest.signedBy("alice", in: "keys", identity: identity))
                return [
                    Manifest.cluster(["\(address)/app/*": "{\(more)\(simple.dropFirst())"]),
                    Manifest.key("alice", in: "keys", world.keys.alice.armored),
                ]
            }

            /// How many connections were made to it until now, that for the marks too.
            var connectionCount: Int {
                get throws { try folder.files().count { $0.hasPrefix("connection-") } }
            }

            /// The paths that were asked for since the last look, sorted: some are asked for at the same time. The mark that
            /// is asked for here is the last of them.
            func questions(after mark: String) async throws -> [String] {
                let url = try URL(parsing: "https://\(address)/\(mark)")
                _ = try await client.send(ClientRequest(url: url, bodyLimit: 1 << 16), by: .after(.seconds(60)))
                var paths: [String] = []
                while paths.last != "/\(mark)" {
                    paths = String(decoding: try folder.read("access"), as: UTF8.self).split(separator: "\n")
                        .compactMap { $0.firstMatch(of: #/"GET (\S+) /#).map { String($0.1) } }
                }
                let start = paths.dropLast().lastIndex { $0.hasPrefix("/mark-") }.map { $0 + 1 } ?? 0
                return paths[start...].dropLast().sorted()
            }
        }

        private var signatures: [String] {
            let folder = "/sigs/app/signed@\(world.images.signed.replacing(":", with: "="))"
            return ["\(folder)/signature-1", "\(folder)/signature-2"]
        }

        @Test("Two hundred pods of one image at once make one request for its manifest and one for each signature")
        func sharesQuestions() async throws {
            let counter = try await Counter(world)
            let house = try await world.house(counter.policy(world))
            let image = "\(counter.address)/app/signed:1.0"
            try await withThrowingTaskGroup(of: Answer.Decision.self) { group in
                for _ in 0..<200 { group.addTask { try await house.ask(Review(.pod, image)).decision } }
                for try await decision in group { #expect(decision == .admitted) }
            }
            #expect(try await counter.questions(after: "mark-1") == signatures + ["/v2/app/signed/manifests/1.0"])
        }

        @Test("With nothing remembered each review asks for the manifest and the signatures, on connections that stay")
        func keepsConnections() async throws {
            let counter = try await Counter(world)
            let house = try await world.house(
                counter.policy(world), options: ["--tag-ttl", "0", "--fact-ttl", "0", "--negative-ttl", "0"])
            for number in 1...4 {
                let answer = try await house.ask(Review(.pod, "\(counter.address)/app/signed:1.0"))
                #expect(answer.decision == .admitted, "\(answer.message)")
                #expect(
                    try await counter.questions(after: "mark-\(number)")
                        == signatures + ["/v2/app/signed/manifests/1.0"])
            }
            // Two, since both signatures are asked for at once, and that of the marks.
            #expect(try counter.connectionCount <= 3)
        }

        @Test("Where images are not bound what a tag names is asked each time, however long it could be remembered")
        func asksForUnbound() async throws {
            let counter = try await Counter(world)
            let house = try await world.house(
                counter.policy(world, #""mutateImage":false,"#), options: ["--tag-ttl", "3600"])
            for number in 1...3 {
                let answer = try await house.ask(Review(.pod, "\(counter.address)/app/signed:1.0"))
                #expect(answer.decision == .admitted, "\(answer.message)")
                #expect(answer.patch.isEmpty)
                let asked = try await counter.questions(after: "mark-\(number)")
                #expect(asked == (number == 1 ? signatures : []) + ["/v2/app/signed/manifests/1.0"])
            }
        }

        @Test("A cold review asks three questions, a warm one none; one that is not bound asks for its tag each time")
        func countsQuestions() async throws {
            let counter = try await Counter(world)
            let house = try await world.house(counter.policy(world), options: ["--tag-ttl", "3600"])
            let manifest = "/v2/app/signed/manifests/1.0"
            let image = "\(counter.address)/app/signed:1.0"
            let review = Review(.pod, image)
            #expect(try await house.ask(review).decision == .admitted)
            #expect(try await counter.questions(after: "mark-1") == signatures + [manifest])
            for warm in [image, "\(counter.address)/app/signed@\(world.images.signed)"] {
                #expect(try await house.ask(Review(.pod, warm)).decision == .admitted)
            }
            #expect(try await counter.questions(after: "mark-2") == [])
            for mark in ["mark-3", "mark-4"] {
                #expect(try await house.ask(review, at: "/validate?timeout=20s").decision == .admitted)
                #expect(try await counter.questions(after: mark) == [manifest])
            }
            let page = try await house.page("/metrics").text
            #expect(page.contains(#"ostiary_memory_questions_total{memory="signatures"} 1"#))
        }

        @Test(
            "With the registry gone an image by digest runs on what is known, with a warning, where the policy says so")
        func survivesTheRegistry() async throws {
            let counter = try await Counter(world)
            let lastGood = #""onUnavailable":"lastGood","maxAge":"1h","#
            let house = try await world.house(counter.policy(world, lastGood), options: ["--fact-ttl", "0"])
            let strict = try await world.house(counter.policy(world), options: ["--fact-ttl", "0"])
            let pinned = "\(counter.address)/app/signed@\(world.images.signed)"
            for house in [house, strict] { #expect(try await house.ask(Review(.pod, pinned)).decision == .admitted) }
            counter.server.end()
            let answer = try await house.ask(Review(.pod, pinned))
            #expect(answer.decision == .admitted)
            #expect(answer.warnings.contains { $0.hasPrefix("admitted by what was known before: ") })
            #expect(try await house.page("/metrics").text.contains("ostiary_last_good_images_total 1\n"))
            #expect(try await house.ask(Review(.pod, "\(counter.address)/app/signed:1.0")).decision == .undecided)
            #expect(try await strict.ask(Review(.pod, pinned)).decision == .undecided)
        }
    }
}
