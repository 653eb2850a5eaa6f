import Foundation

/// A certification authority of a test's own, made with the `openssl` command.
package final class CertificateFactory: Sendable {
    private let openssl: CommandLineTool
    private let folder: TemporaryFolder

    /// Path of the authority's certificate (PEM): what a client has to trust.
    package var authority: String { folder.path(of: "ca.pem") }
    /// Path of the authority's private key (PEM).
    package var authorityKey: String { folder.path(of: "ca.key") }

    /// Makes an authority with an ECDSA P-256 key, valid now.
    package init(commonName: String = "Ostiary test authority") async throws {
        openssl = try CommandLineTool("openssl", debianPackage: "openssl")
        folder = try TemporaryFolder()
        try folder.write(Self.configuration(folder: folder.path, name: "ca"), to: "ca.conf")
        try await makeKey(.ecdsa, at: authorityKey)
        try await openssl.run([
            "req", "-new", "-x509", "-key", authorityKey, "-out", authority, "-days", "30",
            "-config", folder.path(of: "ca.conf"), "-extensions", "authority", "-subj", "/CN=\(commonName)",
        ])
    }

    /// Issues a serving certificate.
    ///
    /// - Parameters:
    ///   - names: DNS names and IP addresses (told apart by their form) for subjectAltName.
    ///   - commonName: only for show; clients must not look at it.
    package func issue(
        for names: [String], commonName: String = "ostiary test leaf", validity: Validity = .current,
        key kind: KeyKind = .ecdsa
    ) async throws -> CertifiedKey {
        let name = UUID().uuidString
        let pair = CertifiedKey(
            certificate: folder.path(of: "\(name).crt"), key: folder.path(of: "\(name).key"), keepsAlive: folder)
        try await makeKey(kind, at: pair.key)
        let request = folder.path(of: "\(name).csr")
        try await openssl.run([
            "req", "-new", "-key", pair.key, "-out", request, "-config", folder.path(of: "ca.conf"),
            "-subj", "/CN=\(commonName)",
        ])
        let extensions = try folder.write(Self.extensions(for: names), to: "\(name).ext")
        // A database for each leaf, so that leaves can be issued at the same time.
        try folder.write("", to: "\(name).index")
        let configuration = try folder.write(Self.configuration(folder: folder.path, name: name), to: "\(name).conf")
        let (start, end) = validity.dates
        try await openssl.run([
            "ca", "-batch", "-notext", "-rand_serial", "-config", configuration, "-extfile", extensions,
            "-startdate", start, "-enddate", end, "-in", request, "-out", pair.certificate,
        ])
        return pair
    }

    private func makeKey(_ kind: KeyKind, at path: String) async throws {
        try await openssl.run(["genpkey", "-out", path] + kind.options)
    }

    private static func extensions(for names: [String]) -> String {
        let alternatives = names.map { name in
            // Written out, for a name that looks like an address.
            if name.hasPrefix("DNS:") || name.hasPrefix("IP:") { return name }
            let isAddress = name.contains(":") || name.allSatisfy { $0.isNumber || $0 == "." }
            return "\(isAddress ? "IP" : "DNS"):\(name)"
        }
        let subject = alternatives.isEmpty ? "" : "subjectAltName=\(alternatives.joined(separator: ","))\n"
        return "basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth,clientAuth\n" + subject
    }

    private static func configuration(folder: String, name: String) -> String {
        """
        [req]
        distinguished_name = name
        prompt = no
        [name]
        CN = unused
        [authority]
        basicConstraints = critical,CA:TRUE
        keyUsage = critical,keyCertSign,cRLSign
        subjectKeyIdentifier = hash
        [ca]
        default_ca = tests
        [tests]
        database = \(folder)/\(name).index
        serial = \(folder)/\(name).serial
        new_certs_dir = \(folder)
        certificate = \(folder)/ca.pem
        private_key = \(folder)/ca.key
        default_md = sha256
        policy = any
        unique_subject = no
        [any]
        commonName = supplied
        """
    }
}

extension CertificateFactory {
    /// When a certificate is valid, seen from now.
    package enum Validity: Sendable {
        case current, expired, notYet

        /// Start and end as `openssl ca` takes them (YYYYMMDDHHMMSSZ).
        fileprivate var dates: (String, String) {
            let day = 86_400.0
            return switch self {
            case .current: (Self.text(-day), Self.text(30 * day))
            case .expired: (Self.text(-30 * day), Self.text(-day))
            case .notYet: (Self.text(day), Self.text(30 * day))
            }
        }

        private static func text(_ secondsFromNow: Double) -> String {
            let formatter = DateFormatter()
            formatter.locale = Locale(identifier: "en_US_POSIX")
            formatter.timeZone = TimeZone(secondsFromGMT: 0)
            formatter.dateFormat = "yyyyMMddHHmmss'Z'"
            return formatter.string(from: Date(timeIntervalSinceNow: secondsFromNow))
        }
    }

    /// The kind of a certificate's key.
    package enum KeyKind: Sendable {
        case ecdsa, rsa, ed25519

        fileprivate var options: [String] {
            switch self {
            case .ecdsa: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
            case .rsa: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
            case .ed25519: ["-algorithm", "ED25519"]
            }
        }
    }
}

/// A certificate and its private key, as paths of PEM files that live as long as this value.
package struct CertifiedKey: Sendable {
    /// Path of the certificate (PEM).
    package let certificate: String
    /// Path of the private key (PEM, PKCS#8).
    package let key: String

    // The files are deleted with their folder.
    fileprivate let keepsAlive: TemporaryFolder
}
