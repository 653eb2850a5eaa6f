import Support
import Transport

/// An API server of the test's own, and webhooks of its cluster.
struct Cluster: Sendable {
    let server: FakeAPIServer
    /// The way between it and the webhooks, if packets may be dropped there.
    let path: LossyPath?
    private let identity: Identity
    private let kubeconfig: String

    /// Runs an API server while `body` does.
    ///
    /// - Parameters:
    ///   - before: what is there when the webhook starts.
    ///   - authority: the path of the roots that the kubeconfig names; nil for those of the peers.
    ///   - user: the credentials of the kubeconfig.
    ///   - proxy: its `proxy-url`, if it has one.
    ///   - isLossy: whether there is a `path`.
    static func run(
        as identity: Identity, authority: String? = nil, user: String = "token: t0", proxy: String? = nil,
        isLossy: Bool = false,
        before: (FakeAPIServer) throws -> Void = { _ in }, body: @Sendable (Cluster) async throws -> Void
    ) async throws {
        let server = try FakeAPIServer(reactor: Network.reactor.get(), tls: Network.serving(identity.pair))
        try before(server)
        let path = try isLossy ? LossyPath(to: Network.address(server.authority).port) : nil
        let kubeconfig = kubeconfig(
            path.map { "https://\($0.address)" } ?? server.url, authority: authority ?? identity.authority.authority,
            user: user, proxy: proxy)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await server.serve() }
            defer { group.cancelAll() }
            try await body(Cluster(server: server, path: path, identity: identity, kubeconfig: kubeconfig))
        }
    }

    /// Starts a webhook, which may not be ready yet.
    func startHouse(options: [String] = []) async throws -> House {
        try await House.start(as: identity, kubeconfig: kubeconfig, options: options)
    }

    /// Starts a webhook, and waits until it is ready.
    func house(options: [String] = []) async throws -> House {
        let house = try await startHouse(options: options)
        try await house.waitUntilReady()
        return house
    }

    /// A kubeconfig with one cluster and one user.
    static func kubeconfig(_ url: String, authority: String, user: String, proxy: String? = nil) -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts:
        - name: test
          context: {cluster: test, user: test}
        clusters:
        - name: test
          cluster:
            server: \(url)
            certificate-authority: \(authority)
            \(proxy.map { "proxy-url: \($0)" } ?? "")
        users:
        - name: test
          user:
            \(user)
        """
    }
}

extension House {
    /// Asks until it says that it is ready; the test's time limit ends it.
    func waitUntilReady() async throws {
        while try await page("/readyz").status != 200 { try await Task.sleep(for: .milliseconds(5)) }
    }

    /// Asks until it has heard from the API server about all policies; the test's time limit ends it.
    func waitForNews() async throws {
        while try await page("/readyz").text.contains("no news") { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Asks until the answer is as it should be; the test's time limit ends it.
    @discardableResult
    func ask(_ review: Review, until isRight: (Answer) -> Bool) async throws -> Answer {
        while true {
            let answer = try await ask(review)
            if isRight(answer) { return answer }
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

extension FakeAPIServer {
    /// Puts a policy; each entry is a pattern and the JSON of its `policy`.
    func put(entries: [String: String], as name: String, in namespace: String = "") {
        let list = entries.map { #"{"name":"\#($0.key)","policy":\#($0.value)}"# }.joined(separator: ",")
        put(
            name, namespace: namespace, at: namespace.isEmpty ? .clusterImagePolicy : .imagePolicy,
            #""spec":{"repositories":[\#(list)]}"#)
    }
}
