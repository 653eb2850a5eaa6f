/// Debian's `docker-registry` (distribution 2.8) on a port of 127.0.0.1, over TLS, with storage of its own.
package final class DockerRegistry: Sendable {
    /// `127.0.0.1:PORT`, as it stands in image references.
    package let address: String
    /// The one user the registry knows, if it asks for a password at all.
    package let account: Account?

    private let server: BackgroundServer
    private let folder: TemporaryFolder
    private let pair: CertifiedKey?

    /// Starts a registry and waits until it answers.
    ///
    /// - Parameters:
    ///   - pair: the serving pair, which should name 127.0.0.1; without one the registry speaks plain HTTP.
    ///   - account: asks every client for this user name and password by HTTP Basic.
    package static func start(pair: CertifiedKey?, account: Account? = nil) async throws -> DockerRegistry {
        try await LoopbackPort.withRetries { port in
            let registry = try await DockerRegistry(port: port, pair: pair, account: account)
            try await registry.server.wait { registry.server.log.contains("listening on ") }
            return registry
        }
    }

    private init(port: Int, pair: CertifiedKey?, account: Account?) async throws {
        let program = try CommandLineTool("docker-registry", debianPackage: "docker-registry")
        address = "127.0.0.1:\(port)"
        self.account = account
        self.pair = pair
        folder = try TemporaryFolder()
        var configuration = """
            version: 0.1
            log: {level: info, accesslog: {disabled: true}}
            storage: {filesystem: {rootdirectory: \(folder.path)/data}, delete: {enabled: true}}
            http:
              addr: \(address)

            """
        if let pair {
            configuration += "  tls: {certificate: \(pair.certificate), key: \(pair.key)}\n"
        }
        if let account {
            let file = try folder.write(try await account.passwordLine() + "\n", to: "htpasswd")
            configuration += "auth: {htpasswd: {realm: tests, path: \(file)}}\n"
        }
        server = try BackgroundServer(program, ["serve", try folder.write(configuration, to: "config.yml")])
    }

    /// What the registry wrote so far.
    package var log: String { server.log }

    /// Ends the registry now; later calls find a closed port.
    package func end() { server.end() }
}

extension DockerRegistry {
    /// A user name and a password.
    package struct Account: Sendable {
        package let username: String
        package let password: String

        package init(username: String, password: String) {
            self.username = username
            self.password = password
        }

        /// `user:bcrypt`, the only hash the registry takes. Perl's `crypt` makes it; perl-base is always there.
        fileprivate func passwordLine() async throws -> String {
            let perl = try CommandLineTool("perl", debianPackage: "perl-base")
            let salt = "$2b$04$abcdefghijklmnopqrstuu"
            let hash = try await perl.run(["-e", "print crypt($ARGV[0], $ARGV[1])", password, salt])
            return "\(username):\(hash.text)"
        }
    }
}
