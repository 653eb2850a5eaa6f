import Foundation
import Support
import Testing

extension RealProgram {
    /// Reviews that a real API server (1.36) sent, byte for byte, in its own kind of request.
    @Suite("serve, on recorded reviews", .timeLimit(.minutes(2)))
    struct RecordedReviewsTests {
        /// What becomes of one recorded review.
        private struct Row {
            let file: String
            /// Where images of the shop need a signature whose key is not there, and the others nothing.
            let strict: Answer.Decision
            /// The images that no policy speaks of, where none does, in their order.
            let images: [String]

            init(_ file: String, _ strict: Answer.Decision, _ images: [String]) {
                (self.file, self.strict, self.images) = (file, strict, images)
            }
        }

        private static let model =
            "shop/model@sha256:3f7b5d2a0c9e8b1f6d4c7a2e5b8f1d4a7c0e3b6f9a2d5c8e1b4f7a0d3c6e9b2f"
        private static let first = ["shop/migrate:1.4.2", "shop/web:2.7.1", "nginx", model]
        private static let second = ["shop/migrate:1.4.2", "shop/web:2.7.2", "nginx", model]

        private static let rows = [
            Row("01-pods-create", .admitted, ["nginx"]),
            Row("02-pods-create", .undecided, first),
            Row("03-pods-create", .undecided, first),
            Row("04-deployments-create", .undecided, first),
            Row("05-deployments-create", .undecided, first),
            Row("06-replicasets-create", .undecided, first),
            Row("07-daemonsets-create", .undecided, first),
            Row("08-statefulsets-create", .undecided, first),
            Row("09-replicationcontrollers-create", .undecided, first),
            Row("10-jobs-create", .undecided, first),
            Row("11-cronjobs-create", .undecided, first),
            Row("12-podtemplates-create", .undecided, first),
            Row("13-pods-create-dryrun", .admitted, ["nginx"]),
            Row("14-pods-update", .undecided, first),
            Row("15-pods-update", .undecided, second),
            Row("16-deployments-scale-update", .admitted, []),
            Row("17-deployments-update", .undecided, second),
            Row(
                "18-pods-ephemeralcontainers-update", .undecided,
                ["shop/migrate:1.4.2", "shop/web:2.7.2", "nginx", "busybox:1.36", model]),
        ]

        /// The head of the recorded requests; the length is that of 01-pods-create.
        private static let recordedHead = [
            "POST /admit?timeout=10s HTTP/1.1", "Host: 127.0.0.1:18443", "User-Agent: kube-apiserver-admission",
            "Content-Length: 2005", "Accept: application/json, */*", "Content-Type: application/json",
            "Accept-Encoding: gzip", "", "",
        ].joined(separator: "\r\n")

        private static func body(_ file: String) throws -> [UInt8] {
            let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            return try TemporaryFolder.read(
                path: tests.appendingPathComponent("KubernetesTests/Fixtures/\(file).json").path)
        }

        /// Sends a recorded review over a connection that is kept, and reads the answer.
        private static func replay(_ file: String, over wire: inout Wire) async throws -> Answer {
            let body = try body(file)
            let head = recordedHead.replacing("2005", with: String(body.count))
            try await wire.send(Array(head.utf8) + body)
            let answer = try await wire.receiveAnswer()
            #expect(answer.head.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(!answer.head.lowercased().contains("connection: close"), "the API server keeps its connections")
            let root = try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
            let result = Answer(status: 200, contentType: nil, body: answer.body)
            #expect(result.uid == (root?["request"] as? [String: Any])?["uid"] as? String)
            return result
        }

        private static func shopName(_ image: String) -> String {
            image.hasPrefix("shop/") ? "registry.example.com:5000/\(image)" : image
        }

        @Test("With a policy that asks nothing, all are admitted and none is changed")
        func allowAll() async throws {
            let world = try World.current
            let house = try await world.house([Manifest.cluster(["*": "{}", "*/*": "{}"])])
            var wire = try await Wire(to: house.process.webhook, tls: house.tls)
            for row in Self.rows {
                let answer = try await Self.replay(row.file, over: &wire)
                #expect(answer.decision == .admitted, "\(row.file): \(answer.message)")
                #expect(answer.patch.isEmpty, "\(row.file)")
            }
        }

        @Test("With a policy that asks for signatures, those with images of the shop stay out")
        func strict() async throws {
            let world = try World.current
            let signed = Manifest.simple(Manifest.signedBy("release", in: "keys"))
            let house = try await world.house([
                Manifest.cluster(["registry.example.com:5000/shop/*": signed, "nginx": "{}", "busybox": "{}"])
            ])
            var wire = try await Wire(to: house.process.webhook, tls: house.tls)
            for row in Self.rows {
                let answer = try await Self.replay(row.file, over: &wire)
                #expect(answer.decision == row.strict, "\(row.file): \(answer.message)")
                let kept = row.images.filter { $0.hasPrefix("shop/") }.map(Self.shopName)
                let missing = #"secrets "release" not found in namespace "keys""#
                #expect(answer.lines.filter { !$0.isEmpty }.count == kept.count, "\(row.file)")
                for (line, image) in zip(answer.lines, kept) {
                    #expect(line.hasPrefix("Deny \"\(image)\", \(missing)"), "\(row.file)")
                }
            }
        }

        @Test("With policies that speak of other images, each image is refused in its order")
        func unmatched() async throws {
            let world = try World.current
            let house = try await world.house([Manifest.namespaced("shop", ["other.test/*": "{}"])])
            var wire = try await Wire(to: house.process.webhook, tls: house.tls)
            for row in Self.rows {
                let answer = try await Self.replay(row.file, over: &wire)
                #expect(answer.decision == (row.images.isEmpty ? .admitted : .refused), "\(row.file)")
                let lines = row.images.map {
                    "Deny \"\(Self.shopName($0))\", no matching repositories in the ImagePolicies"
                }
                #expect(answer.message == lines.joined(separator: "\n"), "\(row.file)")
            }
        }
    }
}
