private import HTTP
package import Primitives
package import Registry
package import Transport

/// The mirrors of a folder that is laid out as containerd's `config_path`: `HOST[:PORT]/hosts.toml`.
package struct MirrorFolder: Sendable {
    /// Where images are read.
    package let mirrors: RegistryMirrors
    /// Whom mirrors with certificates of their own are believed by, and what they are shown.
    package let trust: TrustTable

    private static let fileName = "hosts.toml"

    /// All files that the folder's meaning depends on: each `hosts.toml`, and behind them the certificates and keys that
    /// they name. It blocks.
    ///
    /// - Throws: `FileError`. What is wrong in a `hosts.toml` is said by `init`.
    package static func read(_ path: String) throws(FileError) -> [NamedFile] {
        let files = try FolderReader.files(inFoldersOf: path, endings: [fileName]).filter { $0.name == fileName }
        var named: Set<String> = []
        for file in files {
            do throws(HostsFileError) {
                for host in try HostsFile(parsing: file.content).all { named.formUnion(host.paths(from: file)) }
            } catch {
                // It names no files then, and `init` says why.
            }
        }
        return files + (try NamedFile.read(named.sorted()))
    }

    /// - Parameters:
    ///   - files: as `read` gives them.
    ///   - roots: PEM files of certificates that all mirrors are believed by beside the system's.
    /// - Throws: `.unusable`, which names the file and what is wrong in it.
    package init(files: [NamedFile], roots: [NamedFile]) throws(FileBackedError) {
        let contents = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
        var registries: [String: RegistryMirrors.Sources] = [:]
        var certificates: [String: HostCertificates] = [:]
        for file in files where file.name == Self.fileName {
            let hosts: HostsFile
            do throws(HostsFileError) {
                hosts = try HostsFile(parsing: file.content)
            } catch {
                throw .unusable("\(file.path): \(error)")
            }
            for host in hosts.all {
                let own = host.certificates(in: file, contents)
                guard !own.isEmpty else { continue }
                certificates[host.authority, default: own].add(own)
            }
            registries[HostFolder.authority(namedBy: file.folder)] = RegistryMirrors.Sources(
                mirrors: hosts.hosts.filter(\.canPull).map(\.mirror), server: hosts.server?.mirror)
        }
        let others = registries.removeValue(forKey: "_default")
        mirrors = RegistryMirrors(registries, others: others)
        trust = try TrustTable(roots: roots, hosts: certificates)
    }
}

extension HostsFile.Host {
    fileprivate var authority: String {
        let url = base
        return "\(url.host.utf8.contains(UInt8(ascii: ":")) ? "[\(url.host)]" : url.host):\(url.port)"
    }

    fileprivate var mirror: RegistryMirrors.Host {
        let isCredential = { (name: String) in name.lowercased() == "authorization" }
        return RegistryMirrors.Host(
            base: base, resolvesTags: canResolve,
            headers: Headers(headers.filter { !isCredential($0.name) }.map { ($0.name, $0.value) }),
            authorization: headers.first { isCredential($0.name) }.map { Secret($0.value) })
    }

    /// The paths of the files that it names; one that is not absolute begins in the folder of the `hosts.toml`.
    fileprivate func paths(from file: NamedFile) -> [String] {
        (authorities + pairs.flatMap { [$0.certificate, $0.key].compactMap(\.self) }).map { Self.path($0, from: file) }
    }

    fileprivate func certificates(in file: NamedFile, _ contents: [String: NamedFile]) -> HostCertificates {
        // A file that was named a moment ago may not have been read yet; it soon will.
        let named = { (path: String) in
            let path = Self.path(path, from: file)
            return contents[path] ?? NamedFile(path: path, content: [])
        }
        return HostCertificates(
            authorities: authorities.map(named),
            pairs: pairs.map { .init(certificate: named($0.certificate), key: named($0.key ?? $0.certificate)) })
    }

    private static func path(_ path: String, from file: NamedFile) -> String {
        path.hasPrefix("/") ? path : file.path.dropLast(file.name.utf8.count) + path
    }
}

extension HostsFile {
    /// Every host in it.
    fileprivate var all: [Host] { hosts + [server].compactMap(\.self) }
}

extension HostCertificates {
    /// Several registries may have one mirror.
    fileprivate mutating func add(_ other: HostCertificates) {
        authorities += other.authorities.filter { !authorities.contains($0) }
        pairs += other.pairs.filter { !pairs.contains($0) }
    }
}
