internal import Admission
internal import HTTP
internal import Manifests
internal import Policies
internal import Primitives
internal import Registry
internal import Transport
internal import Verification

/// Everything that decides on images, put together once at the start.
struct Wiring: Sendable {
    let reactors: ReactorPool
    let threads: BlockingThreads
    let client: HTTPClient
    let examiner: ImageExaminer
    /// What registries are believed by and shown; re-read when the files change.
    let trust: FileBacked<TrustTable>
    /// Where images are read instead of from their registries; re-read when the files change.
    let mirrors: FileBacked<MirrorFolder>?
    /// Credentials beside those of the workloads; nil where there are none.
    let ownCredentials: FileBacked<OwnCredentials>?

    /// - Parameters:
    ///   - memory: what is remembered between reviews.
    ///   - metrics: where is counted what is remembered, and how registries are asked.
    ///   - refusal: told of each credential that a registry refuses.
    init(
        network: NetworkOptions, credentials: CredentialOptions, keyRule: KeyNamespaceRule,
        memory: MemorySettings = MemorySettings(), metrics: Metrics = Metrics(),
        refusal: @escaping @Sendable (RefusedCredential) -> Void = { _ in }
    ) throws {
        reactors = try ReactorPool()
        threads = BlockingThreads()
        let trust = try Self.trust(network)
        self.trust = trust
        let mirrors = try Self.mirrors(network)
        self.mirrors = mirrors
        var configuration = HTTPClient.Configuration(
            // Threads of their own: names that users chose may take long, and certificates must be renewed meanwhile.
            connector: Connector(
                reactor: reactors.first, resolver: Resolver(threads: BlockingThreads(threads: 16)),
                addressGuard: try network.addressGuard()),
            userAgent: "ostiary/\(Version.number)", tls: { trust.value.common })
        configuration.hostTLS = { (host, port) throws(TLSError) in
            if let own = try mirrors?.value.trust.ownContext(for: host, port: port) { return own }
            return try trust.value.context(for: host, port: port)
        }
        let proxies = try network.proxies()
        configuration.proxy = { proxies.proxy(for: $0) }
        configuration.insecureHosts = Set(network.insecureHosts)
        client = HTTPClient(configuration: configuration)
        let insecure = InsecureRegistries(network.insecureHosts)
        let exchange = PatientExchange(client, metrics: metrics)
        let verifier = ImageVerifier(
            registry: RegistryClient(
                exchange: exchange, insecure: insecure, metrics: metrics, refusal: refusal,
                mirrors: { mirrors?.value.mirrors ?? RegistryMirrors() }),
            store: SignatureStore(exchange: exchange, insecure: insecure, files: Self.reading(on: threads)),
            memory: memory, metrics: metrics)
        let own = try credentials.path.map(OwnCredentials.read)
        ownCredentials = own
        examiner = ImageExaminer(verifier: verifier, keyRule: keyRule) { own?.value.keychain ?? Keychain() }
    }

    /// What is wrong with single files that are not used as they are now, while those beside them are.
    var brokenFiles: [FileProblem] { trust.value.problems + (mirrors?.value.problems ?? []) }

    /// Why files were not renewed at all.
    var failedRenewals: [FileProblem] {
        [trust.problem, mirrors?.problem, ownCredentials?.problem].compactMap(\.self)
    }

    private static func mirrors(_ network: NetworkOptions) throws(FileProblem) -> FileBacked<MirrorFolder>? {
        guard let folder = network.mirrorsFolder else { return nil }
        let authorities = network.authorityFiles
        return try FileBacked { () throws(FileError) in
            try NamedFile.read(authorities) + MirrorFolder.read(folder)
        } make: { (files, old) throws(FileProblem) in
            try MirrorFolder(
                files: Array(files.dropFirst(authorities.count)), roots: Array(files.prefix(authorities.count)),
                after: old)
        }
    }

    private static func reading(on threads: BlockingThreads) -> SignatureStore.FileReading {
        { path, limit, deadline in
            do throws(TransportError) {
                return try await threads.run("reading \(path)", by: deadline) {
                    do throws(FileError) {
                        return .content(try FileReader.read(path, limit: limit))
                    } catch {
                        return error.isMissing ? .missing : .unreadable("\(error)")
                    }
                }
            } catch {
                return .unreadable("\(error)")
            }
        }
    }

    private static func trust(_ network: NetworkOptions) throws(FileProblem) -> FileBacked<TrustTable> {
        let (authorities, folder) = (network.authorityFiles, network.certificatesFolder)
        return try FileBacked { () throws(FileError) in
            let roots = NamedFile.read(authorities)
            guard let folder else { return roots }
            return roots + (try FolderReader.files(inFoldersOf: folder, endings: [".crt", ".cert", ".key"]))
        } make: { (files, old) throws(FileProblem) in
            try TrustTable(
                roots: Array(files.prefix(authorities.count)), hostFiles: Array(files.dropFirst(authorities.count)),
                after: old)
        }
    }
}
