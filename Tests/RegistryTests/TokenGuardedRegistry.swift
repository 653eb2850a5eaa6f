import Foundation
import Support

/// Debian's docker-registry behind a token service: nginx hands out one signed token to whoever knows the password.
///
/// The registry checks the token for real (signature, issuer, audience, time and scope).
final class TokenGuardedRegistry: Sendable {
    /// `127.0.0.1:PORT`, as it stands in image references.
    let address: String
    let username = "puller"
    let password = "correct horse"

    private let server: BackgroundServer
    private let tokens: SignatureStoreServer
    private let folder: TemporaryFolder

    /// Starts both, with serving pairs of this authority, and a token that is good for one repository.
    static func start(authority: CertificateFactory, repository: String) async throws -> TokenGuardedRegistry {
        let pair = try await authority.issue(for: ["127.0.0.1"], key: .rsa)
        let folder = try TemporaryFolder()
        let users = try folder.write("puller:{PLAIN}correct horse\n", to: "users")
        let tokens = try await SignatureStoreServer.start(
            pair: pair, rules: "location /sigs/ { auth_basic tokens; auth_basic_user_file \(users); }")
        let token = try await signedToken(for: repository, pair: pair)
        try Data(#"{"access_token":"\#(token)","expires_in":300}"#.utf8)
            .write(to: URL(fileURLWithPath: tokens.staging + "/token"))
        return try await LoopbackPort.withRetries { port in
            let registry = try TokenGuardedRegistry(
                port: port, pair: pair, authority: authority, folder: folder, tokens: tokens)
            try await registry.server.wait { registry.server.log.contains("listening on ") }
            return registry
        }
    }

    private init(
        port: Int, pair: CertifiedKey, authority: CertificateFactory, folder: TemporaryFolder,
        tokens: SignatureStoreServer
    ) throws {
        address = "127.0.0.1:\(port)"
        self.folder = folder
        self.tokens = tokens
        let configuration = """
            version: 0.1
            log: {level: info, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: \(folder.path)/data}}
            http:
              addr: \(address)
              tls: {certificate: \(pair.certificate), key: \(pair.key)}
            auth:
              token: {realm: "\(tokens.url)/token", service: tests, issuer: tests, rootcertbundle: \(authority.authority)}

            """
        server = try BackgroundServer(
            try CommandLineTool("docker-registry", debianPackage: "docker-registry"),
            ["serve", try folder.write(configuration, to: "config.yml")])
    }

    /// Pushes an image as `NAME:TAG` with the credentials.
    func push(_ image: OCIImage, as name: String, trusting authority: CertificateFactory) async throws {
        try folder.write(try TemporaryFolder.read(path: authority.authority), to: "certs/ca.crt")
        try await CommandLineTool("skopeo", debianPackage: "skopeo").run([
            "--insecure-policy", "copy", "--quiet", "--dest-cert-dir", folder.path(of: "certs"),
            "--dest-creds", "\(username):\(password)", image.skopeoName, "docker://\(address)/\(name)",
        ])
    }

    /// A JSON web token (RFC 7519) as distribution's token authentication wants it, signed by `openssl`.
    private static func signedToken(for repository: String, pair: CertifiedKey) async throws -> String {
        let lines = String(decoding: try TemporaryFolder.read(path: pair.certificate), as: UTF8.self).split(
            separator: "\n")
        let certificate = lines.filter { !$0.hasPrefix("-----") }.joined()
        let now = Int(Date().timeIntervalSince1970)
        let access = #"[{"type":"repository","name":"\#(repository)","actions":["pull","push"]}]"#
        let parts = [
            #"{"typ":"JWT","alg":"RS256","x5c":["\#(certificate)"]}"#,
            #"{"iss":"tests","sub":"puller","aud":"tests","jti":"1","iat":\#(now),"nbf":\#(now - 60),"#
                + #""exp":\#(now + 3600),"access":\#(access)}"#,
        ]
        let signed = parts.map { encoded(Array($0.utf8)) }.joined(separator: ".")
        let signature = try await CommandLineTool("openssl", debianPackage: "openssl").run(
            ["dgst", "-sha256", "-sign", pair.key], input: Array(signed.utf8))
        return signed + "." + encoded(signature.standardOutput)
    }

    /// Base 64 for URLs without padding (RFC 4648 §5).
    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}
