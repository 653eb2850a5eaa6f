import Cluster
import Cryptography
import HTTP
import Support
import Transport

/// What the tests that use sockets share.
enum Loopback {
    static let reactor = Result { try Reactor() }
    static let threads = BlockingThreads()

    /// A client of a fake server, with a credential.
    static func client(
        of server: FakeAPIServer, prefix: String = "", roots: Material? = nil,
        credential: ClusterConfiguration.Credential = .none
    ) throws -> KubernetesClient {
        let configuration = ClusterConfiguration(
            server: try HTTP.URL(parsing: server.url + prefix), roots: roots, credential: credential)
        return try client(configuration)
    }

    static func client(
        _ configuration: ClusterConfiguration, identity: ClusterIdentity? = nil, silence: Duration = .seconds(60)
    ) throws -> KubernetesClient {
        try KubernetesClient(
            configuration, identity: identity ?? ClusterIdentity(configuration, threads: threads),
            connector: Connector(reactor: reactor.get(), resolver: Resolver(threads: threads)), userAgent: "tests/1",
            silence: silence)
    }
}

/// Contexts of servers.
enum ServingPairs {
    static func read(_ pair: CertifiedKey) throws -> TLSContext {
        try TLSContext(
            serving: ServingPair(
                certificatePEM: TemporaryFolder.read(path: pair.certificate),
                keyPEM: TemporaryFolder.read(path: pair.key)))
    }
}
