/// A lookaside signature store: Debian's nginx serving a folder over TLS on a port of 127.0.0.1.
///
/// One foreground process with all its files in a folder of its own; the system's nginx service is not touched.
package final class SignatureStoreServer: Sendable {
    /// `https://127.0.0.1:PORT/sigs`: what a policy's `storeURL` holds.
    package let url: String
    /// The folder behind the URL, as a path: what `lookaside-staging` points to.
    package let staging: String

    private let server: BackgroundServer
    private let folder: TemporaryFolder
    private let pair: CertifiedKey

    /// Starts a store and waits until it answers.
    ///
    /// - Parameters:
    ///   - pair: the serving pair, which should name 127.0.0.1.
    ///   - rules: more nginx directives for the `server` block, such as `location /broken/ { return 500; }`.
    package static func start(pair: CertifiedKey, rules: String = "") async throws -> SignatureStoreServer {
        try await LoopbackPort.withRetries { port in
            let store = try SignatureStoreServer(port: port, pair: pair, rules: rules)
            // nginx writes its process id only after it has bound the port.
            try await store.server.wait { try store.folder.files().contains("nginx.pid") }
            return store
        }
    }

    private init(port: Int, pair: CertifiedKey, rules: String) throws {
        let program = try CommandLineTool("nginx", debianPackage: "nginx-light")
        url = "https://127.0.0.1:\(port)/sigs"
        self.pair = pair
        folder = try TemporaryFolder()
        staging = try folder.makeFolder("www/sigs")
        let configuration = Self.configuration(folder: folder.path, port: port, pair: pair, rules: rules)
        let file = try folder.write(configuration, to: "nginx.conf")
        server = try BackgroundServer(program, ["-e", "stderr", "-p", folder.path, "-c", file])
    }

    /// What nginx wrote so far (errors only).
    package var log: String { server.log }

    /// Ends the store now; later calls find a closed port.
    package func end() { server.end() }

    private static func configuration(folder: String, port: Int, pair: CertifiedKey, rules: String) -> String {
        let scratch = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map { "\($0)_temp_path \(folder)/\($0);" }.joined(separator: "\n    ")
        return """
            daemon off;
            master_process off;
            pid \(folder)/nginx.pid;
            error_log stderr;
            events { worker_connections 1024; }
            http {
                access_log off;
                \(scratch)
                server {
                    listen 127.0.0.1:\(port) ssl;
                    ssl_certificate \(pair.certificate);
                    ssl_certificate_key \(pair.key);
                    root \(folder)/www;
                    \(rules)
                }
            }
            """
    }
}
