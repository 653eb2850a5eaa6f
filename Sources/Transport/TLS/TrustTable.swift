internal import Cryptography
package import Primitives

/// Whom clients believe and what they show, in general and for single hosts.
package struct TrustTable: Sendable {
    /// For every host without a folder of its own.
    package let common: TLSContext
    private let hosts: [String: TLSContext]

    /// Reads roots and the folders of hosts, as docker and containerd lay them out: `HOST[:PORT]` with more roots in
    /// `*.crt`, and for each `NAME.cert` that the client may show its key in `NAME.key`.
    ///
    /// The roots of a host are believed beside the others, and only there. The folder `_default` is left out: a
    /// certificate is not shown to everybody.
    ///
    /// - Parameters:
    ///   - roots: PEM files of certificates that are believed beside the system's.
    ///   - hostFiles: the files of all hosts' folders.
    /// - Throws: `.unusable`, which names the file: no certificate in it, a certificate without its key or the other way
    ///   round, a key that does not fit, or a folder whose name is no host.
    package init(roots: [NamedFile], hostFiles: [NamedFile]) throws(FileBackedError) {
        let roots = try HostCertificates.roots(in: roots)
        common = try Self.context(roots, [], for: "--ca")
        var hosts: [String: TLSContext] = [:]
        for (folder, files) in Dictionary(grouping: hostFiles, by: \.folder) where folder != "_default" {
            guard let host = Self.host(namedBy: folder) else {
                throw .unusable("\(files.first?.path ?? folder): the folder's name is not a host with an optional port")
            }
            let certificates = try HostCertificates(files)
            hosts[host] = try Self.context(roots + certificates.roots, certificates.pairs, for: folder)
        }
        self.hosts = hosts
    }

    /// The context for a host: that of `host:port`; for port 443 that of `host`, too.
    package func context(for host: String, port: Int) -> TLSContext {
        if hosts.isEmpty { return common }
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return hosts["\(name):\(port)"] ?? (port == 443 ? hosts[name] : nil) ?? common
    }

    /// Lower case; `host_port_`, which containerd takes where a file system knows no colons, is `host:port`.
    private static func host(namedBy folder: String) -> String? {
        var name = folder.lowercased()
        if name.hasSuffix("_"), let separator = name.dropLast().lastIndex(of: "_") {
            name = "\(name[..<separator]):\(name[name.index(after: separator)...].dropLast())"
        }
        let isHost = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-._:[]".utf8.contains(byte)
        }
        return isHost && !name.isEmpty ? name : nil
    }

    private static func context(
        _ roots: [Certificate], _ pairs: [ServingPair], for place: String
    ) throws(FileBackedError) -> TLSContext {
        do {
            return try TLSContext(trusting: TrustAnchors(adding: roots), choosingFrom: pairs)
        } catch {
            throw .unusable("\(place): \(error)")
        }
    }
}

/// What one host's folder holds.
private struct HostCertificates {
    let roots: [Certificate]
    let pairs: [ServingPair]

    init(_ files: [NamedFile]) throws(FileBackedError) {
        roots = try Self.roots(in: files.filter { $0.name.hasSuffix(".crt") })
        var pairs: [ServingPair] = []
        for file in files where file.name.hasSuffix(".cert") {
            let keyName = file.name.dropLast(".cert".count) + ".key"
            guard let key = files.first(where: { $0.name == keyName }) else {
                throw .unusable("\(file.path): its private key \(keyName) is missing")
            }
            do throws(PairProblem) {
                pairs.append(try ServingPair(certificatePEM: file.content, keyPEM: key.content))
            } catch {
                throw .unusable("\(file.path), \(keyName): \(error)")
            }
        }
        for file in files where file.name.hasSuffix(".key") {
            let name = file.name.dropLast(".key".count) + ".cert"
            guard files.contains(where: { $0.name == name }) else {
                throw .unusable("\(file.path): its certificate \(name) is missing")
            }
        }
        self.pairs = pairs
    }

    /// All certificates of PEM files, each of which holds at least one.
    static func roots(in files: [NamedFile]) throws(FileBackedError) -> [Certificate] {
        var roots: [Certificate] = []
        for file in files {
            let found: [Certificate]
            do throws(OpenSSLError) {
                found = try Certificate.parse(pem: file.content)
            } catch {
                throw .unusable("\(file.path): \(error)")
            }
            guard !found.isEmpty else { throw .unusable("\(file.path): no PEM block CERTIFICATE in it") }
            roots += found
        }
        return roots
    }
}
