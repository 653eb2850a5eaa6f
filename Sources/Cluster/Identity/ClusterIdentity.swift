internal import Cryptography
internal import HTTP
package import Primitives
private import Synchronization
package import Transport

/// Who asks the API server, and by which roots it is believed: everything that may change while the process runs.
package final class ClusterIdentity: Sendable {
    private struct Contents: Equatable {
        var roots: [UInt8]?
        /// Of a proxy.
        var proxyRoots: [[UInt8]]
        var certificate: [UInt8]?
        var key: Secret?
    }

    private struct State {
        var contents: Contents
        var contexts: Contexts
        var generation = 0
    }

    private struct Contexts {
        let server: TLSContext
        /// Nil without a proxy that speaks TLS.
        let proxy: TLSContext?
    }

    private enum Source: Sendable {
        case fixed(Secret?)
        case file(TokenFile)
        case plugin(PluginMemory)
    }

    private let configuration: ClusterConfiguration
    private let threads: BlockingThreads
    private let source: Source
    private let state: Mutex<State>

    /// Reads the roots, and the certificate if it stands in the configuration. It blocks.
    ///
    /// - Parameter threads: where files are read and plugins run later.
    /// - Throws: `ClusterError` that names the file or field which is not in order.
    package init(_ configuration: ClusterConfiguration, threads: BlockingThreads) throws(ClusterError) {
        self.configuration = configuration
        self.threads = threads
        source = Self.source(of: configuration.credential)
        let contents = try Self.read(configuration)
        state = Mutex(State(contents: contents, contexts: try Self.contexts(contents, configuration)))
    }

    /// The context for the next connection.
    package var context: TLSContext { state.withLock { $0.contexts.server } }

    /// The context for the next connection to a proxy. It shows no certificate: that is for the server.
    package var proxyContext: TLSContext? { state.withLock { $0.contexts.proxy } }

    /// Counts how often the context was replaced: connections of an older one belong to somebody else.
    package var generation: Int { state.withLock { $0.generation } }

    /// The value of the Authorization field as it is now; nil for none.
    ///
    /// - Throws: `ClusterError` when a file or plugin gives none.
    package func authorization(by deadline: Deadline) async throws(ClusterError) -> Secret? {
        switch source {
        case .fixed(let value): return value
        case .file(let file):
            if let token = file.current { return Self.bearer(token) }
            return Self.bearer(
                try await block("reading a token", by: deadline) { () throws(ClusterError) in try file.read() })
        case .plugin(let memory):
            let credential: PluginCredential
            if let current = memory.current {
                credential = current
            } else {
                credential = try await block("running a credential plugin", by: deadline) { () throws(ClusterError) in
                    try memory.renew()
                }
                try adopt(credential)
            }
            return credential.token.map(Self.bearer)
        }
    }

    /// Takes note that the API server did not accept who asks. The next question asks file or plugin again.
    package func forget() {
        switch source {
        case .fixed: break
        case .file(let file): file.forget()
        case .plugin(let memory): memory.forget()
        }
    }

    /// Looks at the files with roots and certificate again. It blocks.
    ///
    /// - Returns: whether they have changed.
    /// - Throws: `ClusterError` when they changed and are not in order; the old ones stay.
    package func refresh() throws(ClusterError) -> Bool {
        try replace { old throws(ClusterError) in
            var contents = try Self.read(configuration, after: old)
            // What a plugin gave is in no file.
            if configuration.certificate == nil { (contents.certificate, contents.key) = (old.certificate, old.key) }
            return contents
        }
    }

    private func adopt(_ credential: PluginCredential) throws(ClusterError) {
        guard let pair = credential.certificate else { return }
        _ = try replace { old in
            var contents = old
            (contents.certificate, contents.key) = (pair.certificate.revealBytes(), pair.key)
            return contents
        }
    }

    /// Puts other contents in place of those that are there, and looks again at those that somebody else put there
    /// meanwhile.
    private func replace(
        _ change: (Contents) throws(ClusterError) -> Contents
    ) throws(ClusterError) -> Bool {
        while true {
            let (old, generation) = state.withLock { ($0.contents, $0.generation) }
            let contents = try change(old)
            guard contents != old else { return false }
            let next = State(
                contents: contents, contexts: try Self.contexts(contents, configuration), generation: generation + 1)
            let isDone = state.withLock { state in
                guard state.generation == generation else { return false }
                state = next
                return true
            }
            if isDone { return true }
        }
    }

    private func block<Value: Sendable>(
        _ step: String, by deadline: Deadline, _ work: @escaping @Sendable () throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        let outcome: Result<Value, ClusterError>
        do throws(TransportError) {
            outcome = try await threads.run(step, by: deadline) { Result(catching: work) }
        } catch {
            throw .exchange(.connectionFailed(authority: configuration.server.authority, error))
        }
        return try outcome.get()
    }
}

extension ClusterIdentity {
    private static func source(of credential: ClusterConfiguration.Credential) -> Source {
        switch credential {
        case .none: .fixed(nil)
        case .token(let token): .fixed(bearer(token))
        case .tokenFile(let path): .file(TokenFile(path: path))
        case .basic(let name, let password):
            .fixed(Secret("Basic \(Base64.encode(Array("\(name):".utf8) + password.revealBytes()))"))
        case .plugin(let plugin): .plugin(PluginMemory(plugin))
        }
    }

    private static func bearer(_ token: Secret) -> Secret {
        Secret(Array("Bearer ".utf8) + token.revealBytes())
    }

    private static func read(
        _ configuration: ClusterConfiguration, after old: Contents? = nil
    ) throws(ClusterError) -> Contents {
        Contents(
            roots: try configuration.roots?.read(), proxyRoots: try readProxyRoots(configuration, after: old),
            certificate: try configuration.certificate?.certificate.read(),
            key: try configuration.certificate.map { pair throws(ClusterError) in Secret(try pair.key.read()) })
    }

    /// A file that breaks later is used on as it was: it must not hold up the server's roots.
    private static func readProxyRoots(
        _ configuration: ClusterConfiguration, after old: Contents?
    ) throws(ClusterError) -> [[UInt8]] {
        guard configuration.proxy?.kind == .https else { return [] }
        var roots: [[UInt8]] = []
        for (number, file) in configuration.proxyRoots.enumerated() {
            do throws(ClusterError) {
                let pem = try file.read()
                _ = try certificates(pem, file)
                roots.append(pem)
            } catch {
                guard let old else { throw error }
                roots.append(old.proxyRoots[number])
            }
        }
        return roots
    }

    private static func contexts(
        _ contents: Contents, _ configuration: ClusterConfiguration
    ) throws(ClusterError) -> Contexts {
        Contexts(
            server: try serverContext(contents, configuration),
            proxy: configuration.proxy?.kind == .https ? try proxyContext(contents, configuration) : nil)
    }

    private static func serverContext(
        _ contents: Contents, _ configuration: ClusterConfiguration
    ) throws(ClusterError) -> TLSContext {
        let roots = try certificates(contents.roots, configuration.roots)
        let pair = try pair(contents, configuration)
        return try context(
            trusting: roots, andTheSystems: configuration.roots == nil, showing: pair,
            for: configuration.certificate?.certificate.origin ?? "TLS")
    }

    /// client-go believes a proxy by the roots of the server only; whoever has a bundle for both goes on with it here.
    private static func proxyContext(
        _ contents: Contents, _ configuration: ClusterConfiguration
    ) throws(ClusterError) -> TLSContext {
        var roots = try certificates(contents.roots, configuration.roots)
        for (pem, file) in zip(contents.proxyRoots, configuration.proxyRoots) { roots += try certificates(pem, file) }
        return try context(trusting: roots, andTheSystems: true, for: "TLS to the proxy")
    }

    private static func context(
        trusting roots: [Certificate], andTheSystems: Bool, showing pair: ServingPair? = nil, for origin: String
    ) throws(ClusterError) -> TLSContext {
        do {
            return try TLSContext(
                trusting: TrustAnchors(adding: roots, includingSystemRoots: andTheSystems),
                choosingFrom: pair.map { [$0] } ?? [])
        } catch {
            throw .unusable(origin: origin, problem: "\(error)")
        }
    }

    /// The certificates of a file or field, at least one; none without it.
    private static func certificates(_ pem: [UInt8]?, _ material: Material?) throws(ClusterError) -> [Certificate] {
        guard let pem, let material else { return [] }
        let certificates: [Certificate]
        do throws(OpenSSLError) {
            certificates = try Certificate.parse(pem: pem)
        } catch {
            throw .unusable(origin: material.origin, problem: "\(error)")
        }
        guard !certificates.isEmpty else {
            throw .unusable(origin: material.origin, problem: "no PEM block CERTIFICATE in it")
        }
        return certificates
    }

    private static func pair(
        _ contents: Contents, _ configuration: ClusterConfiguration
    ) throws(ClusterError) -> ServingPair? {
        guard let certificate = contents.certificate, let key = contents.key else { return nil }
        do throws(PairProblem) {
            return try ServingPair(certificatePEM: certificate, keyPEM: key.revealBytes())
        } catch {
            let origins = [configuration.certificate?.certificate.origin, configuration.certificate?.key.origin]
            let origin = origins.compactMap { $0 }.joined(separator: ", ")
            throw .unusable(origin: origin.isEmpty ? "the plugin's certificate" : origin, problem: "\(error)")
        }
    }
}
