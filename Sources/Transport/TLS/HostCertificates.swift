internal import Cryptography
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
    package var authorities: [NamedFile]
    /// What it may be shown.
    package var pairs: [Pair]

    package init(authorities: [NamedFile], pairs: [Pair]) {
        self.authorities = authorities
        self.pairs = pairs
    }

    /// Whether there is nothing.
    package var isEmpty: Bool { authorities.isEmpty && pairs.isEmpty }

    /// Sorts the files of a folder by the ends of their names, as docker does.
    init(inFolder files: [NamedFile]) throws(FileBackedError) {
        authorities = files.filter { $0.name.hasSuffix(".crt") }
        pairs = []
        for file in files where file.name.hasSuffix(".cert") {
            let keyName = file.name.dropLast(".cert".count) + ".key"
            guard let key = files.first(where: { $0.name == keyName }) else {
                throw .unusable("\(file.path): its private key \(keyName) is missing")
            }
            pairs.append(Pair(certificate: file, key: key))
        }
        for file in files where file.name.hasSuffix(".key") {
            guard pairs.contains(where: { $0.key == file }) else {
                throw .unusable("\(file.path): its certificate \(file.name.dropLast(".key".count)).cert is missing")
            }
        }
    }

    func servingPairs() throws(FileBackedError) -> [ServingPair] {
        var read: [ServingPair] = []
        for pair in pairs {
            do throws(PairProblem) {
                read.append(try ServingPair(certificatePEM: pair.certificate.content, keyPEM: pair.key.content))
            } catch {
                throw .unusable("\(pair.certificate.path), \(pair.key.path): \(error)")
            }
        }
        return read
    }

    /// All certificates of PEM files, each of which holds at least one.
    static func certificates(in files: [NamedFile]) throws(FileBackedError) -> [Certificate] {
        var certificates: [Certificate] = []
        for file in files {
            let found: [Certificate]
            do throws(OpenSSLError) {
                found = try Certificate.parse(pem: file.content)
            } catch {
                throw .unusable("\(file.path): \(error)")
            }
            guard !found.isEmpty else { throw .unusable("\(file.path): no PEM block CERTIFICATE in it") }
            certificates += found
        }
        return certificates
    }
}
