internal import Cryptography
package import Primitives

/// Whom clients believe and what they show, in general and for single hosts.
package struct TrustTable: Sendable {
    /// For every host without certificates of its own.
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
        var hosts: [String: HostCertificates] = [:]
        for (folder, files) in Dictionary(grouping: hostFiles, by: \.folder) where folder != "_default" {
            guard let host = Self.host(namedBy: folder) else {
                throw .unusable("\(files.first?.path ?? folder): the folder's name is not a host with an optional port")
            }
            hosts[host] = try HostCertificates(inFolder: files)
        }
        try self.init(roots: roots, hosts: hosts)
    }

    /// - Parameters:
    ///   - roots: PEM files of certificates that are believed beside the system's.
    ///   - hosts: by `host:port`, or `host` for port 443, in lower case; IPv6 in brackets.
    /// - Throws: `.unusable`, which names the file: no certificate in it, no key, or one that does not fit.
    package init(roots: [NamedFile], hosts: [String: HostCertificates]) throws(FileBackedError) {
        let roots = try HostCertificates.certificates(in: roots)
        common = try Self.context(roots, [], for: "--ca")
        var contexts: [String: TLSContext] = [:]
        for (host, own) in hosts {
            contexts[host] = try Self.context(
                roots + HostCertificates.certificates(in: own.authorities), own.servingPairs(), for: host)
        }
        self.hosts = contexts
    }

    /// The context for a host: that of `host:port`; for port 443 that of `host`, too.
    package func context(for host: String, port: Int) -> TLSContext {
        ownContext(for: host, port: port) ?? common
    }

    /// The context of a host that has certificates of its own; else nil.
    package func ownContext(for host: String, port: Int) -> TLSContext? {
        if hosts.isEmpty { return nil }
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return hosts["\(name):\(port)"] ?? (port == 443 ? hosts[name] : nil)
    }

    /// Lower case; `host_port_`, which containerd takes where a file system knows no colons, is `host:port`.
    private static func host(namedBy folder: String) -> String? {
        let name = HostFolder.authority(namedBy: folder)
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
