package import Primitives

/// The files with one host's certificates.
package struct HostCertificates: Sendable {
    /// A certificate and its key, which may be in the same file.
    package struct Pair: Hashable, Sendable {
        /// The certificate first, then its issuers.
        package let certificate: NamedFile
        /// The private key, not encrypted.
        package let key: NamedFile

        package init(certificate: NamedFile, key: NamedFile) {
            self.certificate = certificate
            self.key = key
        }
    }

    /// PEM files with roots that this host is believed by, beside the others.
    package let authorities: [NamedFile]
    /// What it may be shown.
    package let pairs: [Pair]

    package init(authorities: [NamedFile], pairs: [Pair]) {
        self.authorities = authorities
        self.pairs = pairs
    }

    /// Whether there is nothing.
    package var isEmpty: Bool { authorities.isEmpty && pairs.isEmpty }

    /// Sorts the files of a folder by the ends of their names, as docker does.
    ///
    /// - Throws: for a folder that cannot be read, and for a certificate without its key or the other way round.
    init(inFolder files: [NamedFile]) throws(FileProblem) {
        for folder in files where folder.name.isEmpty { _ = try folder.bytes() }
        var pairs: [Pair] = []
        for file in files where file.name.hasSuffix(".cert") {
            let keyName = file.name.dropLast(".cert".count) + ".key"
            guard let key = files.first(where: { $0.name == keyName }) else {
                throw FileProblem(path: file.path, reason: "its private key \(keyName) is missing")
            }
            pairs.append(Pair(certificate: file, key: key))
        }
        for file in files where file.name.hasSuffix(".key") {
            guard pairs.contains(where: { $0.key == file }) else {
                let certificate = "\(file.name.dropLast(".key".count)).cert"
                throw FileProblem(path: file.path, reason: "its certificate \(certificate) is missing")
            }
        }
        self.init(authorities: files.filter { $0.name.hasSuffix(".crt") }, pairs: pairs)
    }
}
