internal import Cryptography
internal import Primitives

/// Whom one host is believed by, and what it is shown: read from its files, and kept when they break.
struct HostTrust: Sendable {
    /// What connections to it are made with.
    let context: TLSContext
    private let authorities: [Certificate]
    private let pairs: [ServingPair]

    /// - Parameter roots: those that every host is believed by.
    /// - Throws: for a file without a certificate in it, without a key, or with one that does not fit.
    init(_ files: HostCertificates, beside roots: [Certificate], for host: String) throws(FileProblem) {
        var (authorities, pairs) = ([Certificate](), [ServingPair]())
        for file in files.authorities { authorities += try Certificate.all(in: file) }
        for pair in files.pairs { pairs.append(try ServingPair(pair)) }
        try self.init(authorities, pairs, beside: roots, for: host)
    }

    private init(
        _ authorities: [Certificate], _ pairs: [ServingPair], beside roots: [Certificate], for host: String
    ) throws(FileProblem) {
        self.authorities = authorities
        self.pairs = pairs
        context = try TLSContext(trusting: roots + authorities, choosingFrom: pairs, for: host)
    }

    /// The same beside other roots.
    func beside(_ roots: [Certificate], for host: String) throws(FileProblem) -> HostTrust {
        try HostTrust(authorities, pairs, beside: roots, for: host)
    }
}

extension Certificate {
    /// All certificates of a PEM file.
    ///
    /// - Throws: for a file that cannot be read, and for one that holds none.
    static func all(in file: NamedFile) throws(FileProblem) -> [Certificate] {
        let content = try file.bytes()
        let certificates: [Certificate]
        do throws(OpenSSLError) {
            certificates = try Certificate.parse(pem: content)
        } catch {
            throw FileProblem(path: file.path, reason: "\(error)")
        }
        guard !certificates.isEmpty else {
            throw FileProblem(path: file.path, reason: "no PEM block CERTIFICATE in it")
        }
        return certificates
    }
}

extension ServingPair {
    fileprivate convenience init(_ files: HostCertificates.Pair) throws(FileProblem) {
        let (certificate, key) = (try files.certificate.bytes(), try files.key.bytes())
        do throws(PairProblem) {
            try self.init(certificatePEM: certificate, keyPEM: key)
        } catch {
            throw FileProblem(path: "\(files.certificate.path), \(files.key.path)", reason: "\(error)")
        }
    }
}

extension TLSContext {
    /// A client's context.
    ///
    /// - Parameter place: what it is for, for the message if OpenSSL does not make it.
    convenience init(
        trusting roots: [Certificate], choosingFrom pairs: [ServingPair] = [], for place: String
    ) throws(FileProblem) {
        do {
            try self.init(trusting: TrustAnchors(adding: roots), choosingFrom: pairs)
        } catch {
            throw FileProblem(path: place, reason: "\(error)")
        }
    }
}
