/// Why TLS failed.
package enum TLSError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The server's certificate is not proven: whose it is, for whom it was asked, and what is wrong.
    case untrusted(host: String, problem: String, certificate: CertificateSummary?)
    /// The peers did not agree, or one of them sent nonsense.
    case handshake(String)
    /// The connection broke after the handshake.
    case broken(String)
    /// A context could not be made from certificates and keys.
    case configuration(String)

    package var description: String {
        switch self {
        case .untrusted(let host, let problem, let certificate):
            "the certificate that \(host) showed is not trusted: \(problem)"
                + (certificate.map { " (\($0))" } ?? "")
        case .handshake(let reason): "TLS handshake failed: \(reason)"
        case .broken(let reason): "TLS connection failed: \(reason)"
        case .configuration(let reason): "TLS cannot be set up: \(reason)"
        }
    }

    /// What an operator needs to find a certificate again.
    package struct CertificateSummary: Hashable, Sendable, CustomStringConvertible {
        package let subject: String
        package let issuer: String
        package let names: [String]
        package let validity: String

        package var description: String {
            let names = names.isEmpty ? "no names" : "for \(names.joined(separator: ", "))"
            return "certificate of \(subject) \(names), issued by \(issuer), valid \(validity)"
        }
    }
}
