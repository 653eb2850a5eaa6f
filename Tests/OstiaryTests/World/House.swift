import HTTP
import Primitives
import Support
import Transport

/// A running `ostiary serve` with the policies of one test, and the way to ask it.
final class House: Sendable {
    let process: OstiaryProcess
    let tls: TLSContext
    private let client: HTTPClient
    private let pages: HTTPClient
    private let policies: TemporaryFolder

    /// - Parameter policies: one file each, in order.
    static func start(
        as identity: Identity, policies texts: [String], options: [String] = [], environment: [String: String] = [:],
        pair: CertifiedKey? = nil, in surroundings: Surroundings = .usual
    ) async throws -> House {
        let folder = try TemporaryFolder()
        for (number, text) in texts.enumerated() { try folder.write(text, to: "\(number).yaml") }
        let pair = pair ?? identity.pair
        let process = try await OstiaryProcess.start(
            [
                "--tls-cert", pair.certificate, "--tls-key", pair.key, "--ca", identity.authority.authority,
                "--policies", folder.path, "--log-level", "debug",
            ] + options, environment: environment, in: surroundings)
        return try House(process, policies: folder, tls: identity.tls)
    }

    /// One whose policies come from an API server.
    ///
    /// - Parameter kubeconfig: the text of the file.
    static func start(
        as identity: Identity, kubeconfig: String, options: [String] = []
    ) async throws -> House {
        let folder = try TemporaryFolder()
        let process = try await OstiaryProcess.start(
            [
                "--tls-cert", identity.pair.certificate, "--tls-key", identity.pair.key, "--ca",
                identity.authority.authority, "--log-level", "debug",
                "--kubeconfig", try folder.write(kubeconfig, to: "kubeconfig"),
            ] + options)
        return try House(process, policies: folder, tls: identity.tls)
    }

    /// One that runs as a pod.
    ///
    /// - Parameters:
    ///   - account: `token`, `ca.crt` and `namespace`, as the kubelet mounts them.
    ///   - authority: `host:port` of the API server, which the kubelet tells in two variables.
    static func start(
        as identity: Identity, account: MountedSecret, apiServer authority: String, options: [String] = []
    ) async throws -> House {
        let parts = authority.split(separator: ":").map(String.init)
        let process = try await OstiaryProcess.start(
            [
                "--tls-cert", identity.pair.certificate, "--tls-key", identity.pair.key, "--ca",
                identity.authority.authority, "--log-level", "debug",
            ] + options,
            environment: ["KUBERNETES_SERVICE_HOST": parts[0], "KUBERNETES_SERVICE_PORT": parts[1]],
            in: .pod(serviceAccount: account.folderPath))
        return try House(process, policies: TemporaryFolder(), tls: identity.tls)
    }

    private init(_ process: OstiaryProcess, policies: TemporaryFolder, tls: TLSContext) throws {
        self.process = process
        self.policies = policies
        self.tls = tls
        client = try Network.client(trusting: tls)
        pages = try Network.client(trusting: tls, insecureHosts: [process.health])
    }

    deinit {
        Transcript.shared.add(process.log)
    }

    /// Posts a review.
    func ask(_ review: Review, at target: String = "/admit?timeout=20s") async throws -> Answer {
        let request = ClientRequest(
            method: .post, url: try URL(parsing: "https://\(process.webhook)\(target)"),
            headers: ["Content-Type": "application/json"], body: review.body, bodyLimit: 1 << 24)
        let response = try await client.send(request, by: .after(.seconds(60)))
        Transcript.shared.add(response.body)
        return Answer(
            status: response.status.code, contentType: response.headers["Content-Type"], body: response.body)
    }

    /// A health page or the metrics.
    func page(_ path: String) async throws -> (status: Int, text: String) {
        let request = ClientRequest(url: try URL(parsing: "http://\(process.health)\(path)"), bodyLimit: 1 << 20)
        let response = try await pages.send(request, by: .after(.seconds(60)))
        Transcript.shared.add(response.body)
        return (response.status.code, String(decoding: response.body, as: UTF8.self))
    }
}
