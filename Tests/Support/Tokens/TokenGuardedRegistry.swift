/// Debian's docker-registry behind a token service of ours.
///
/// The registry checks the tokens for real (signature, issuer, audience, time and scope).
package final class TokenGuardedRegistry: Sendable {
    /// `127.0.0.1:PORT`, as it stands in image references.
    package let address: String
    /// Who is let in.
    package var issuer: TokenIssuer { tokens.issuer }

    private let server: BackgroundServer
    private let tokens: TokenService
    private let folder: TemporaryFolder

    /// Starts both, with serving pairs of this authority.
    package static func start(authority: CertificateFactory) async throws -> TokenGuardedRegistry {
        let pair = try await authority.issue(for: ["127.0.0.1"], key: .rsa)
        let tokens = try TokenService(pair: pair)
        return try await LoopbackPort.withRetries { port in
            let registry = try TokenGuardedRegistry(port: port, pair: pair, authority: authority, tokens: tokens)
            try await registry.server.wait { registry.server.log.contains("listening on ") }
            return registry
        }
    }

    private init(port: Int, pair: CertifiedKey, authority: CertificateFactory, tokens: TokenService) throws {
        address = "127.0.0.1:\(port)"
        folder = try TemporaryFolder()
        self.tokens = tokens
        let configuration = """
            version: 0.1
            log: {level: info, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: \(folder.path)/data}}
            http:
              addr: \(address)
              tls: {certificate: \(pair.certificate), key: \(pair.key)}
            auth:
              token: {realm: "\(tokens.realm)", service: tests, issuer: tests, rootcertbundle: \(authority.authority)}

            """
        server = try BackgroundServer(
            try CommandLineTool("docker-registry", debianPackage: "docker-registry"),
            ["serve", try folder.write(configuration, to: "config.yml")])
    }

    /// Pushes an image as `NAME:TAG` with the credentials.
    package func push(_ image: OCIImage, as name: String, trusting authority: CertificateFactory) async throws {
        try folder.write(try TemporaryFolder.read(path: authority.authority), to: "certs/ca.crt")
        try await CommandLineTool("skopeo", debianPackage: "skopeo").run([
            "--insecure-policy", "copy", "--quiet", "--dest-cert-dir", folder.path(of: "certs"),
            "--dest-creds", "\(TokenIssuer.username):\(TokenIssuer.password)", image.skopeoName,
            "docker://\(address)/\(name)",
        ])
    }
}
