package import HTTP
package import Primitives

/// Where an API server is, how it proves who it is, and how it is told who asks.
package struct ClusterConfiguration: Sendable {
    /// With the path prefix that some have in front of all API paths.
    package let server: URL
    /// The name that its certificate must hold, when that is not the host of `server`.
    package let serverName: String?
    /// The only roots that it is believed by; nil for the system's.
    package let roots: Material?
    /// Who asks, in the header of each request.
    package let credential: Credential
    /// Who asks, in the TLS handshake.
    package let certificate: ClientCertificate?
    /// As whom it asks; empty for itself.
    package let impersonation: [(name: String, value: String)]
    /// Through what it is reached; nil for straight.
    package let proxy: Proxy?
    /// Roots by which a proxy that speaks TLS is believed, beside the system's and `roots`. The server is not.
    package var proxyRoots: [Material] = []
    /// The namespace that is meant where none is named.
    package let namespace: String?

    package init(
        server: URL, serverName: String? = nil, roots: Material? = nil, credential: Credential = .none,
        certificate: ClientCertificate? = nil, impersonation: [(name: String, value: String)] = [],
        proxy: Proxy? = nil, namespace: String? = nil
    ) {
        self.server = server
        self.serverName = serverName
        self.roots = roots
        self.credential = credential
        self.certificate = certificate
        self.impersonation = impersonation
        self.proxy = proxy
        self.namespace = namespace
    }

    /// The kinds of the Authorization field.
    package enum Credential: Sendable {
        case none
        /// A token that stays as it is.
        case token(Secret)
        /// A token in a file that somebody renews.
        case tokenFile(path: String)
        case basic(username: String, password: Secret)
        /// A program that gives a token, a certificate, or both.
        case plugin(CredentialPlugin)
    }

    /// A certificate and its key, PEM.
    package struct ClientCertificate: Sendable {
        package let certificate: Material
        package let key: Material

        package init(certificate: Material, key: Material) {
            self.certificate = certificate
            self.key = key
        }
    }
}

/// Bytes that stand in a configuration, or in a file that it names.
package struct Material: Sendable {
    /// Where they are.
    package enum Place: Sendable {
        case inline(Secret)
        case file(path: String)
    }

    package let place: Place
    /// The file, or the file and the field, for messages.
    package let origin: String

    package init(file path: String) {
        place = .file(path: path)
        origin = path
    }

    package init(inline bytes: Secret, origin: String) {
        place = .inline(bytes)
        self.origin = origin
    }

    /// The bytes as they are now. It blocks when they are in a file.
    func read() throws(ClusterError) -> [UInt8] {
        switch place {
        case .inline(let bytes): return bytes.revealBytes()
        case .file(let path):
            do throws(FileError) { return try FileReader.read(path) } catch { throw .unreadableFile(error) }
        }
    }
}
