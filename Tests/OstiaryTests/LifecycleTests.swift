import Foundation
import Support
import Testing

extension RealProgram {
    /// How the server begins, what it renews on the way, and how it ends.
    @Suite("serve, from start to end", .timeLimit(.minutes(3)))
    struct LifecycleTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private let openReview = Review(.pod, "open.test/app:1.0")

        private func openHouse(drain: Int, environment: [String: String] = [:]) async throws -> House {
            let anything = Manifest.simple(Manifest.anything)
            return try await world.house(
                [Manifest.cluster(["open.test/*": "{}", "127.0.0.1:*/*": anything])],
                options: ["--drain", "\(drain)"], environment: environment)
        }

        @Test("SIGTERM: not ready any more, but answering; what is in progress is finished; then it ends with 0")
        func drain() async throws {
            let house = try await openHouse(drain: 2)
            #expect(try await house.page("/readyz").status == 200)
            let registry = try HeldRegistry(as: world.identity)
            let review = Review(.pod, "\(registry.address)/app:1.0")
            async let held = house.ask(review)
            try await registry.receive()

            house.process.terminate()
            try await house.process.wait(forLog: "draining")

            #expect(try await house.page("/readyz").status == 503)
            #expect(try await house.page("/healthz").status == 200)
            #expect(try await house.ask(openReview).decision == .admitted, "it must answer until it is forgotten")
            // Longer than the drain: only this review is left then.
            try await Task.sleep(for: .seconds(3))
            #expect(house.process.isRunning)
            try await registry.answer()
            let answer = try await held
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(try await house.process.waitForEnd() == 0)
            #expect(house.process.events.last?["msg"] == "stopped")
            await #expect(throws: (any Error).self) {
                _ = try await Wire(to: house.process.webhook, tls: nil)
            }
        }

        @Test("A second signal ends it at once", arguments: [SIGTERM, SIGINT])
        func secondSignal(signal: Int32) async throws {
            let house = try await openHouse(drain: 600)
            let registry = try HeldRegistry(as: world.identity)
            async let held = house.ask(Review(.pod, "\(registry.address)/app:1.0"))
            try await registry.receive()
            house.process.send(signal: signal)
            try await house.process.wait(forLog: "draining")
            house.process.send(signal: signal)
            #expect(try await house.process.waitForEnd(atMost: .seconds(20)) == 0)
            _ = try? await held
        }

        @Test("Addresses, certificates and policies come from the environment as well")
        func environment() async throws {
            let folder = try TemporaryFolder()
            try folder.write(Manifest.cluster(["open.test/*": "{}"]), to: "policy.yaml")
            let process = try await OstiaryProcess.start(
                [],
                environment: [
                    "OSTIARY_LISTEN": "127.0.0.1:0", "OSTIARY_HEALTH_LISTEN": "127.0.0.1:0",
                    "OSTIARY_TLS_CERT": world.identity.pair.certificate, "OSTIARY_TLS_KEY": world.identity.pair.key,
                    "OSTIARY_POLICIES": folder.path, "OSTIARY_LOG_FORMAT": "json", "OSTIARY_LOG_LEVEL": "info",
                    "OSTIARY_DRAIN": "0",
                ], withDefaults: false)
            process.terminate()
            #expect(try await process.waitForEnd() == 0)
            #expect(process.events.map { $0["msg"] }.contains("draining"))
            Transcript.shared.add(process.log)
        }

        @Test(
            "What it cannot start with ends it with a message that names it",
            arguments: [
                (["--tls-cert", "/nonexistent"], "/nonexistent: No such file or directory", 2),
                (["--tls-key", "CERTIFICATE"], "CERTIFICATE: ", 2),
                (["--tls-key", "OTHERKEY"], "OTHERKEY: ", 2),
                (["--ca", "/nonexistent"], "/nonexistent: No such file or directory", 2),
                (["--listen", "TAKEN"], "TAKEN", 2),
                (["--listen", "127.0.0.1"], "--listen: \"127.0.0.1\" is not an address with a port", 64),
                (["--drain", "-1"], "drain", 64),
                (["--drain=99999"], "--drain: \"99999\" is not a number of seconds from 0 to 3600", 64),
                (["--log-format", "xml"], "--log-format", 64),
                (["--kubeconfig", "/etc/kubeconfig"], "--policies, or --kubeconfig", 2),
            ] as [([String], String, Int32)])
        func badStart(options: [String], reason: String, exitCode: Int32) async throws {
            let other = try await world.identity.authority.issue(for: ["127.0.0.1"])
            let named = { (text: String) in
                text.replacing("CERTIFICATE", with: world.identity.pair.certificate)
                    .replacing("OTHERKEY", with: other.key).replacing("TAKEN", with: world.house.process.webhook)
            }
            let folder = try TemporaryFolder()
            try folder.write(Manifest.cluster(["open.test/*": "{}"]), to: "policy.yaml")
            let usual = [
                "serve", "--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0", "--policies", folder.path,
                "--tls-cert", world.identity.pair.certificate, "--tls-key", world.identity.pair.key,
            ]
            let output = try await RealProgram.run(usual + options.map(named))
            #expect(output.exitCode == exitCode, "\(output.errorText)")
            #expect(output.errorText.contains(named(reason)), "\(output.errorText)")
            #expect(output.standardOutput.isEmpty)
        }

        // MARK: Renewal

        @Test("A renewed pair is shown to new connections; a broken one is reported and the old one stays")
        func renewal() async throws {
            let folder = try TemporaryFolder()
            let old = try await world.identity.authority.issue(for: ["127.0.0.1"], commonName: "the old one")
            let new = try await world.identity.authority.issue(for: ["127.0.0.1"], commonName: "the new one")
            let (certificate, key) = (folder.path(of: "tls.crt"), folder.path(of: "tls.key"))
            try Self.copy(old.certificate, to: certificate)
            try Self.copy(old.key, to: key)
            let stranger = try await CertificateFactory(commonName: "Authority of a stranger")
            let peer = try await SignatureStoreServer.start(pair: try await stranger.issue(for: ["127.0.0.1"]))
            let roots = try folder.write(
                TemporaryFolder.read(path: world.identity.authority.authority), to: "roots.pem")
            let anything = Manifest.simple(Manifest.anything)
            let house = try await world.house(
                [Manifest.cluster(["127.0.0.1:*/*": anything, "open.test/*": "{}"])],
                options: ["--tls-cert", certificate, "--tls-key", key, "--ca", roots])
            let review = Review(
                .pod, "\(peer.url.dropFirst("https://".count).prefix { $0 != "/" })/app:1.0")
            #expect(try await house.ask(review).message.contains("is not trusted"))
            #expect(try await house.certificateSubject().contains("the old one"))

            // The new certificate does not fit the old key: a moment between two writes, or a mistake.
            try Self.copy(new.certificate, to: certificate)
            try folder.write("no certificate", to: "roots.pem")
            try await house.process.wait(
                forLog: "serving certificate not renewed, going on with the old", atMost: .seconds(40))
            try await house.process.wait(forLog: "file broken, going on with the old", atMost: .seconds(40))
            let page = try await house.page("/metrics").text
            for file in [roots, "\(certificate), \(key)"] {
                #expect(page.contains("\nostiary_unusable_files{file=\"\(file)\"} 1\n"), "\(page)")
            }
            #expect(try await house.certificateSubject().contains("the old one"))
            #expect(try await house.ask(openReview).decision == .admitted)

            try Self.copy(new.key, to: key)
            let both = [world.identity.authority.authority, stranger.authority]
            try folder.write(both.flatMap { try TemporaryFolder.read(path: $0) }, to: "roots.pem")
            try await house.process.wait(forLog: "serving certificate renewed", atMost: .seconds(40))
            try await house.process.wait(forLog: "file in order again", atMost: .seconds(40))
            #expect(try await !house.page("/metrics").text.contains("ostiary_unusable_files{"))
            #expect(try await house.certificateSubject().contains("the new one"))
            #expect(try await house.ask(openReview).decision == .admitted)
            let answer = try await house.ask(review)
            #expect(answer.message.contains("has no manifest for"), "\(answer.message)")
        }

        private static func copy(_ source: String, to path: String) throws {
            try Data(TemporaryFolder.read(path: source)).write(to: URL(fileURLWithPath: path))
        }
    }
}
