import Foundation
import Support
import Testing

extension RealProgram {
    /// What the program makes of registries that do not behave: never a yes, and a text that says what is wrong.
    @Suite("verify, with registries that misbehave", .timeLimit(.minutes(3)))
    struct MisbehavingRegistryTests {
        /// One way to misbehave, and what is expected of the program.
        struct Case: Sendable, CustomTestStringConvertible {
            let name: String
            let script: [[MisbehavingRegistry.Act]]
            let decision: String
            /// Part of the message.
            let text: String
            let questions: Int
            var version = ":1"
            var timeout = 30

            var testDescription: String { name }
        }

        private static let whole = FaultyPeers.manifest.utf8.count

        static let cases: [Case] = [
            // It gives no answer.
            Case(
                name: "drops every question", script: [[.drop]], decision: "undecided",
                text: "could not be asked: the peer closed the connection", questions: 2),
            Case(
                name: "drops the first question only", script: [[.drop], [.manifest()]], decision: "admitted", text: "",
                questions: 2),
            Case(
                name: "says nothing", script: [[.hang]], decision: "undecided",
                text: "the time was up while waiting for the answer", questions: 1, timeout: 3),
            Case(
                name: "stops in the middle of the body",
                script: [[.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), .hang]], decision: "undecided",
                text: "the time was up while waiting for the answer", questions: 1, timeout: 3),
            Case(
                name: "cuts every body short",
                script: [[.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), .drop]],
                decision: "undecided", text: "the connection was closed in the middle of a message", questions: 2),
            Case(
                name: "cuts the first body short",
                script: [[.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"), .drop], [.manifest()]],
                decision: "admitted", text: "", questions: 2),
            // It gives too much.
            Case(
                name: "sends a body without end",
                script: [
                    [
                        .send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
                        .sendForEver("1000\r\n\(String(repeating: " ", count: 0x1000))\r\n"),
                    ]
                ], decision: "undecided", text: "sent more than the 4194304 bytes that are accepted", questions: 1),
            Case(
                name: "announces a body of 5 GB",
                script: [[.send("HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n")]],
                decision: "undecided", text: "sent more than the 4194304 bytes that are accepted", questions: 1),
            Case(
                name: "sends fields without end", script: [[.send("HTTP/1.1 200 OK\r\n"), .sendForEver("X-A: b\r\n")]],
                decision: "undecided", text: "the head of the message is too large", questions: 1),
            // It speaks something else.
            Case(
                name: "speaks SSH", script: [[.send("SSH-2.0-OpenSSH_9.2\r\n\r\n")]], decision: "undecided",
                text: "gave an answer that cannot be used", questions: 1),
            Case(
                name: "gives two lengths",
                script: [[.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}")]],
                decision: "undecided", text: "Content-Length and Transfer-Encoding are both present", questions: 1),
            // It does not want to, now.
            Case(
                name: "limits the rate, and does not say for how long", script: [[.answer("429 Too Many Requests")]],
                decision: "undecided", text: "limits the rate of requests (429); try later", questions: 1),
            Case(
                name: "limits the rate for an hour",
                script: [[.answer("429 Too Many Requests", "Retry-After: 3600")]], decision: "undecided",
                text: "it may be asked again in 3600 s", questions: 1),
            Case(
                name: "limits the rate once",
                script: [[.answer("429 Too Many Requests", "Retry-After: 0")], [.manifest()]],
                decision: "admitted", text: "", questions: 2),
            Case(
                name: "is not available until a moment that has passed",
                script: [
                    [.answer("503 Service Unavailable", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT")], [.manifest()],
                ], decision: "admitted", text: "", questions: 2),
            Case(
                name: "is never available", script: [[.answer("503 Service Unavailable", "Retry-After: 0")]],
                decision: "undecided", text: "answered 503 Service Unavailable", questions: 4),
            Case(
                name: "is broken",
                script: [[.answer("500 Internal Server Error", "Retry-After: 0", body: "out of disk")]],
                decision: "undecided", text: "answered 500 Internal Server Error (out of disk)", questions: 1),
            // It sends something else.
            Case(
                name: "has no such image", script: [[.answer("404 Not Found")]], decision: "undecided",
                text: "has no manifest for", questions: 1),
            Case(
                name: "sends other bytes than the digest names", script: [[.manifest()]], decision: "undecided",
                text: "sent other bytes than asked for", questions: 1,
                version: "@sha256:" + String(repeating: "0", count: 64)),
            Case(
                name: "sends schema 1",
                script: [
                    [
                        .manifest(
                            #"{"schemaVersion":1,"fsLayers":[]}"#,
                            type: "application/vnd.docker.distribution.manifest.v1+prettyjws")
                    ]
                ], decision: "undecided", text: "it is of schema 1, which cannot be verified; push the image again",
                questions: 1),
            Case(
                name: "calls a manifest an index", script: [[.manifest(type: MisbehavingRegistry.Act.ociIndex)]],
                decision: "undecided", text: "is not its mediaType", questions: 1),
            Case(
                name: "sends manifests beside layers",
                script: [
                    [
                        .manifest(
                            #"{"schemaVersion":2,"manifests":[],"layers":[]}"#, type: MisbehavingRegistry.Act.ociIndex)
                    ]
                ], decision: "undecided", text: "manifests beside layers", questions: 1),
            Case(
                name: "sends a page", script: [[.manifest("<html>", type: "text/html")]], decision: "undecided",
                text: "it is not JSON", questions: 1),
            Case(
                name: "sends half a manifest", script: [[.manifest(String(FaultyPeers.manifest.dropLast()))]],
                decision: "undecided", text: "it is not JSON", questions: 1),
            // It sends its clients elsewhere.
            Case(
                name: "names a token service in a private network",
                script: [[.answer("401 Unauthorized", #"WWW-Authenticate: Bearer realm="https://10.0.0.1/token""#)]],
                decision: "undecided", text: "is neither public nor the registry's own host", questions: 1),
            Case(
                name: "names a token service without TLS",
                script: [[.answer("401 Unauthorized", #"WWW-Authenticate: Bearer realm="http://auth.example.com/""#)]],
                decision: "undecided", text: "is not https", questions: 1),
            Case(
                name: "offers strange ways to authenticate",
                script: [[.answer("401 Unauthorized", "WWW-Authenticate: Negotiate, Digest realm=x")]],
                decision: "undecided", text: "asks for authentication by negotiate, digest", questions: 1),
        ]

        @Test("is not believed", arguments: cases)
        func misbehaves(_ row: Case) async throws {
            let (output, questions) = try await MisbehavingRegistry.run(row.script) { registry in
                (try await verify("\(registry.address)/app\(row.version)", row.timeout, [registry]), registry.questions)
            }
            let report = try #require(
                try JSONSerialization.jsonObject(with: Data(output.standardOutput)) as? [String: Any])
            let message = (report["reasons"] as? [String])?.first ?? ""
            #expect(report["decision"] as? String == row.decision, "\(message)")
            #expect(row.text.isEmpty ? message.isEmpty : message.contains(row.text), "\(message)")
            #expect(output.exitCode == (row.decision == "admitted" ? 0 : 2))
            #expect(questions.count == row.questions)
        }

        @Test(
            "that are not there are named",
            arguments: [
                ("ostiary-tests.invalid/app:1", "host name ostiary-tests.invalid could not be resolved"),
                ("127.0.0.1:1/app:1", "registry 127.0.0.1:1 could not be asked"),
            ])
        func absent(_ image: String, _ text: String) async throws {
            let output = try await verify(image, 30, [])
            #expect(output.exitCode == 2)
            #expect(output.text.contains(text), "\(output.text)")
        }

        @Test("that redirect to another host get no password sent there")
        func redirects() async throws {
            let output = try await MisbehavingRegistry.run([[.manifest()]]) { other in
                let script: [[MisbehavingRegistry.Act]] = [
                    [.answer("401 Unauthorized", "WWW-Authenticate: Basic realm=x")],
                    [.answer("307 Temporary Redirect", "Location: http://\(other.address)/elsewhere")],
                ]
                return try await MisbehavingRegistry.run(script) { registry in
                    let output = try await verify(
                        "\(registry.address)/app:1", 30, [registry, other],
                        [
                            Manifest.pullSecret(
                                "pull", in: "default", registry: registry.address, username: "reader",
                                password: Planted.password),
                            Manifest.serviceAccount("default", in: "default", pullSecrets: "pull"),
                        ])
                    #expect(
                        registry.questions.map { $0.lowercased().contains("authorization: basic") } == [false, true])
                    #expect(other.questions.map { $0.lowercased().contains("authorization") } == [false])
                    return output
                }
            }
            #expect(output.exitCode == 0, "\(output.text)")
        }

        private func verify(
            _ image: String, _ timeout: Int, _ registries: [MisbehavingRegistry], _ more: [String] = []
        ) async throws -> CommandLineTool.Output {
            let policies = try TemporaryFolder()
            try policies.write(Manifest.cluster(["*": Manifest.simple(Manifest.anything)]), to: "policy.json")
            for (number, text) in more.enumerated() { try policies.write(text, to: "\(number).json") }
            let insecure = registries.flatMap { ["--insecure-registry", $0.address] }
            return try await RealProgram.run(
                ["verify", image, "--policies", policies.path, "--timeout", "\(timeout)", "--output", "json"] + insecure
            )
        }
    }
}
