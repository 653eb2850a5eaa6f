internal import Cryptography
package import Primitives

/// Whom clients believe and what they show, in general and for single hosts.
///
/// It is made again when a file changes. A file that breaks holds nothing else up: what it said before is used on, and a
/// host that never was in order is not connected to.
package struct TrustTable: Sendable {
    /// For every host without certificates of its own.
    package let common: TLSContext
    /// What is wrong with files that are not used as they are now, by their paths.
    package let problems: [FileProblem]
    /// What each file holds.
    private let roots: [String: [Certificate]]
    private let hosts: [String: Result<HostTrust, FileProblem>]

    /// Reads roots and the folders of hosts, as docker and containerd lay them out: `HOST[:PORT]` with more roots in
    /// `*.crt`, and for each `NAME.cert` that the client may show its key in `NAME.key`.
    ///
    /// The roots of a host are believed beside the others, and only there. The folder `_default` is left out: a
    /// certificate is not shown to everybody.
    ///
    /// - Parameters:
    ///   - roots: PEM files of certificates that are believed beside the system's.
    ///   - hostFiles: the files of all hosts' folders.
    ///   - old: what the files stood for before; nil at the start, when all of them must be in order.
    /// - Throws: at the start, what is wrong with a file: no certificate in it, a certificate without its key or the other
    ///   way round, a key that does not fit, or a folder whose name is no host.
    package init(roots: [NamedFile], hostFiles: [NamedFile], after old: TrustTable? = nil) throws(FileProblem) {
        var hosts: [String: Result<HostCertificates, FileProblem>] = [:]
        for (folder, files) in Dictionary(grouping: hostFiles, by: \.folder) where folder != "_default" {
            let host = HostFolder.authority(namedBy: folder)
            hosts[host] = Result { () throws(FileProblem) in
                guard Self.isHost(host) else {
                    throw FileProblem(
                        path: files.first?.path ?? folder,
                        reason: "the folder's name is not a host with an optional port")
                }
                return try HostCertificates(inFolder: files)
            }
        }
        try self.init(roots: roots, hosts: hosts, after: old)
    }

    /// - Parameters:
    ///   - roots: PEM files of certificates that are believed beside the system's.
    ///   - hosts: by `host:port`, or `host` for port 443, in lower case; IPv6 in brackets. What is wrong with those whose
    ///     files cannot even be told.
    ///   - old: what the files stood for before; nil at the start, when all of them must be in order.
    /// - Throws: at the start, what is wrong with a file: no certificate in it, no key, or one that does not fit.
    package init(
        roots files: [NamedFile], hosts: [String: Result<HostCertificates, FileProblem>], after old: TrustTable? = nil
    ) throws(FileProblem) {
        let (roots, brokenRoots) = Self.read(files, after: old)
        let all = files.flatMap { roots[$0.path] ?? [] }
        let (trusts, brokenHosts) = try Self.read(hosts, beside: all, after: old)
        problems = Set(brokenRoots + brokenHosts).sorted { $0.path < $1.path }
        if old == nil, let first = problems.first { throw first }
        common = try TLSContext(trusting: all, for: "--ca")
        self.roots = roots
        self.hosts = trusts
    }

    private static func read(
        _ files: [NamedFile], after old: TrustTable?
    ) -> (roots: [String: [Certificate]], broken: [FileProblem]) {
        var (roots, broken) = ([String: [Certificate]](), [FileProblem]())
        for file in files {
            do throws(FileProblem) {
                roots[file.path] = try Certificate.all(in: file)
            } catch {
                broken.append(error)
                roots[file.path] = old?.roots[file.path]
            }
        }
        return (roots, broken)
    }

    private static func read(
        _ hosts: [String: Result<HostCertificates, FileProblem>], beside roots: [Certificate], after old: TrustTable?
    ) throws(FileProblem) -> (trusts: [String: Result<HostTrust, FileProblem>], broken: [FileProblem]) {
        var (trusts, broken) = ([String: Result<HostTrust, FileProblem>](), [FileProblem]())
        for (host, files) in hosts {
            do throws(FileProblem) {
                trusts[host] = .success(try HostTrust(try files.get(), beside: roots, for: host))
            } catch {
                broken.append(error)
                trusts[host] = try old?.trust(of: host, beside: roots) ?? .failure(error)
            }
        }
        return (trusts, broken)
    }

    /// The context for a host: that of `host:port`; for port 443 that of `host`, too.
    ///
    /// - Throws: `.configuration` for a host whose own files never were in order.
    package func context(for host: String, port: Int) throws(TLSError) -> TLSContext {
        try ownContext(for: host, port: port) ?? common
    }

    /// The context of a host that has certificates of its own; else nil.
    ///
    /// - Throws: `.configuration` for a host whose own files never were in order. Which files these are is for the log:
    ///   users see the error.
    package func ownContext(for host: String, port: Int) throws(TLSError) -> TLSContext? {
        if hosts.isEmpty { return nil }
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        switch hosts["\(name):\(port)"] ?? (port == 443 ? hosts[name] : nil) {
        case .success(let trust): return trust.context
        case .failure: throw .configuration("the certificates for \(name):\(port) are broken; the log names the file")
        case nil: return nil
        }
    }

    /// What a host was believed by and shown, beside new roots; nil if it was never in order.
    private func trust(
        of host: String, beside roots: [Certificate]
    ) throws(FileProblem) -> Result<HostTrust, FileProblem>? {
        guard case .success(let trust) = hosts[host] else { return nil }
        return .success(try trust.beside(roots, for: host))
    }

    private static func isHost(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-._:[]".utf8.contains(byte)
            }
    }
}
