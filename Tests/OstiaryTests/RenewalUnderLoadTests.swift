import Foundation
import Support
import Testing

extension RealProgram {
    /// Certificates and replicas come and go, and no review is lost.
    @Suite("serve, renewed under load", .atMost(2), .timeLimit(.minutes(3)))
    struct RenewalUnderLoadTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private let reviews = [Review(.pod, "open.test/app:1.0"), Review(.pod, "other.test/app:1.0")]

        private func withCluster(_ body: @Sendable (Cluster) async throws -> Void) async throws {
            try await Cluster.run(
                as: world.identity, before: { $0.put(entries: ["open.test/*": "{}"], as: "default") }, body: body)
        }

        @Test("A serving certificate is renewed, by the swap of a folder, without a request that fails")
        func certificate() async throws {
            let authority = world.identity.authority
            let first = try await authority.issue(for: ["127.0.0.1"], commonName: "the first one").files
            let second = try await authority.issue(for: ["127.0.0.1"], commonName: "the second one").files
            // The second certificate with the key of the first.
            let broken = second.merging(first.filter { $0.key == "tls.key" }) { _, new in new }
            try await withCluster { cluster in
                let mount = try MountedSecret(first)
                let house = try await cluster.house(
                    options: ["--tls-cert", mount.path(of: "tls.crt"), "--tls-key", mount.path(of: "tls.key")])
                let load = Load(reviews, tls: house.tls, pause: .milliseconds(10))
                try await load.run(kept: 3, fresh: 2, to: { house.process.webhook }) {
                    #expect(try await house.certificateSubject().contains("the first one"))
                    try mount.replace(with: broken)
                    try await house.process.wait(
                        forLog: "serving certificate not renewed, going on with the old", atMost: .seconds(60))
                    #expect(try await house.certificateSubject().contains("the first one"))
                    try mount.replace(with: second)
                    while try await !house.certificateSubject().contains("the second one") {
                        try await Task.sleep(for: .milliseconds(200))
                    }
                    // Some more with the new one.
                    try await Task.sleep(for: .milliseconds(500))
                }
                #expect(load.failures == [])
                #expect(load.samples.count > 100 && load.connections > 20)
            }
        }

        @Test("A replica that is told to end drains without a request that fails, and the other one goes on")
        func drain() async throws {
            try await withCluster { cluster in
                let leaving = try await cluster.house(options: ["--drain", "3"])
                let staying = try await cluster.house()
                let endpoints = Endpoints([leaving, staying])
                let load = Load(reviews, tls: leaving.tls)
                let probes = Task { await endpoints.probe() }
                defer { probes.cancel() }
                let drainStart = try await load.run(kept: 6, fresh: 2, to: { endpoints.next() }) {
                    try await end(leaving, of: endpoints, under: load)
                }
                #expect(endpoints.ready == [staying.process.webhook])
                #expect(load.failures == [])
                let last = load.samples.filter { $0.address == leaving.process.webhook && $0.sent > drainStart }
                #expect(last.count { !$0.isLast } == 0, "an answer of a replica that drains ends its connection")
                let served = load.samples.count { $0.address == leaving.process.webhook }
                #expect(served > 50 && load.samples.count > served)
            }
        }

        /// Ends a replica that is asked, and waits until nobody asks it any more and it has ended.
        ///
        /// - Returns: a moment when it had begun to drain.
        private func end(
            _ leaving: House, of endpoints: Endpoints, under load: Load
        ) async throws -> ContinuousClock.Instant {
            // All connections are in use before it goes.
            let isAsked = { load.samples.count { $0.address == leaving.process.webhook } > 50 }
            while !isAsked() { try await Task.sleep(for: .milliseconds(20)) }
            leaving.process.terminate()
            try await leaving.process.wait(forLog: "draining")
            let start = ContinuousClock.now
            while endpoints.ready.count == 2 { try await Task.sleep(for: .milliseconds(20)) }
            #expect(try await leaving.process.waitForEnd() == 0)
            return start
        }

        @Test("A second signal ends a replica at once, whatever it still waits for")
        func secondSignal() async throws {
            try await withCluster { cluster in
                let house = try await cluster.house(options: ["--drain", "600"])
                house.process.terminate()
                try await house.process.wait(forLog: "draining")
                #expect(try await house.page("/readyz").status == 503)
                #expect(try await house.ask(reviews[0]).decision == .admitted)
                house.process.terminate()
                #expect(try await house.process.waitForEnd(atMost: .seconds(20)) == 0)
            }
        }
    }
}

extension CertifiedKey {
    /// The files of a Secret with this pair.
    fileprivate var files: [String: [UInt8]] {
        get throws {
            ["tls.crt": try TemporaryFolder.read(path: certificate), "tls.key": try TemporaryFolder.read(path: key)]
        }
    }
}

extension House {
    /// The subject of the certificate that a new connection gets to see.
    func certificateSubject() async throws -> String {
        let openssl = try CommandLineTool("openssl", debianPackage: "openssl")
        // It says so whether or not it believes the certificate.
        let output = try await openssl.run(["s_client", "-connect", process.webhook])
        return output.text.split(separator: "\n").first { $0.hasPrefix("subject=") }.map(String.init) ?? ""
    }
}
