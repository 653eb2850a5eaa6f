internal import Admission
internal import Cryptography
internal import HTTP
internal import Policies
internal import Primitives
internal import Registry
internal import Transport
internal import Verification

/// Everything that decides on images, put together once at the start.
struct Wiring: Sendable {
    let reactor: Reactor
    let threads: BlockingThreads
    let client: HTTPClient
    let examiner: ImageExaminer
    /// The roots that registries are believed by; re-read when their files change.
    let roots: FileBacked<TLSContext>

    init(network: NetworkOptions, keyRule: KeyNamespaceRule) throws {
        reactor = try Reactor()
        threads = BlockingThreads()
        let roots = try Self.roots(network.authorityFiles)
        self.roots = roots
        var configuration = HTTPClient.Configuration(
            // Threads of their own: names that users chose may take long, and certificates must be renewed meanwhile.
            connector: Connector(
                reactor: reactor, resolver: Resolver(threads: BlockingThreads(threads: 16)),
                addressGuard: try network.addressGuard()),
            userAgent: "ostiary/\(Version.number)", tls: { roots.value })
        configuration.insecureHosts = Set(network.insecureHosts)
        client = HTTPClient(configuration: configuration)
        let insecure = InsecureRegistries(network.insecureHosts)
        let verifier = ImageVerifier(
            registry: RegistryClient(exchange: client, insecure: insecure),
            store: SignatureStore(exchange: client, insecure: insecure))
        examiner = ImageExaminer(verifier: verifier, keyRule: keyRule)
    }

    private static func roots(_ paths: [String]) throws(FileBackedError) -> FileBacked<TLSContext> {
        try FileBacked(paths) { contents throws(FileBackedError) in
            do {
                var certificates: [Certificate] = []
                for (path, pem) in zip(paths, contents) {
                    let found = try Certificate.parse(pem: pem)
                    guard !found.isEmpty else {
                        throw FileBackedError.unusable("\(path): no PEM block CERTIFICATE in it")
                    }
                    certificates += found
                }
                return try TLSContext(trusting: TrustAnchors(adding: certificates))
            } catch let error as FileBackedError {
                throw error
            } catch {
                throw .unusable("\(paths.joined(separator: ", ")): \(error)")
            }
        }
    }
}
