internal import COpenSSL
internal import Cryptography
internal import Primitives

/// What is wrong with a chain of certificates, in words that say what to look at.
enum CertificateProblem {
    /// - Parameters:
    ///   - code: of OpenSSL's verification (`X509_V_ERR_…`).
    ///   - chain: what was tried, the server's own certificate first.
    static func text(of code: Int, chain: [Certificate], now: Timestamp = .now) -> String {
        let reason = unsafe String(cString: X509_verify_cert_error_string(code))
        return reason + (detail(of: Int32(clamping: code), chain, now).map { ": \($0)" } ?? "")
    }

    private static func detail(of code: Int32, _ chain: [Certificate], _ now: Timestamp) -> String? {
        switch code {
        case X509_V_ERR_CERT_HAS_EXPIRED:
            chain.first { $0.notAfter.map { $0 < now } ?? false }.map {
                "the one of \($0.subject) expired at \($0.notAfter?.description ?? "?")"
            }
        case X509_V_ERR_CERT_NOT_YET_VALID:
            chain.first { $0.notBefore.map { now < $0 } ?? false }.map {
                "the one of \($0.subject) begins at \($0.notBefore?.description ?? "?")"
            }
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            chain.last.map {
                "no certificate of \($0.issuer) is trusted or was sent, which issued the one of \($0.subject)"
            }
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
            chain.last.map { "\($0.subject) is not among the trusted roots" }
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            chain.first.map { names(of: $0) }
        default: nil
        }
    }

    private static func names(of certificate: Certificate) -> String {
        let names = certificate.subjectAlternativeNames
        return names.isEmpty ? "it names no host in its subjectAltName" : "it is for \(names.joined(separator: ", "))"
    }
}
