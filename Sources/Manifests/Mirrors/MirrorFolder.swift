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
    /// What is wrong with files that are not used as they are now, by their paths.
    package let problems: [FileProblem]
    /// By the registry, or `_default`.
    private let registries: [String: Entry]

    /// What one `hosts.toml` says.
    private struct Entry {
        let sources: RegistryMirrors.Sources
        /// The hosts in it that have certificates of their own.
        var hosts: [String] = []
    }

    private static let fileName = "hosts.toml"

    /// All files that the folder's meaning depends on: each `hosts.toml`, and behind them the certificates and keys that
    /// they name. It blocks.
    ///
    /// - Throws: when the folder itself cannot be read. What is wrong with a file is said by `init`.
    package static func read(_ path: String) throws(FileError) -> [NamedFile] {
        let files = try FolderReader.files(inFoldersOf: path, endings: [fileName]).filter(isMain)
        var named: Set<String> = []
        for file in files {
            do throws(FileProblem) {
                for host in try HostsFile(reading: file).all { named.formUnion(host.paths(from: file)) }
            } catch {
                // It names no files then, and `init` says why.
            }
        }
        return files + NamedFile.read(named.sorted())
    }

    /// Whether it is a `hosts.toml`, or a folder that cannot be read.
    private static func isMain(_ file: NamedFile) -> Bool { file.name == fileName || file.name.isEmpty }

    /// - Parameters:
    ///   - files: as `read` gives them.
    ///   - roots: PEM files of certificates that all mirrors are believed by beside the system's.
    ///   - old: what the files stood for before, which is used on where one is broken; nil at the start, when all of them
    ///     must be in order.
    /// - Throws: at the start, what is wrong with a file.
    package init(files: [NamedFile], roots: [NamedFile], after old: MirrorFolder? = nil) throws(FileProblem) {
        let contents = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
        var registries: [String: Entry] = [:]
        var certificates: [String: HostCertificates] = [:]
        var broken: [(registry: String, problem: FileProblem)] = []
        for file in files where Self.isMain(file) {
            let registry = HostFolder.authority(namedBy: file.folder)
            do throws(FileProblem) {
                let hosts = try HostsFile(reading: file)
                let own = hosts.certificates(in: file, contents)
                certificates.merge(own) { $0.with($1) }
                registries[registry] = Entry(sources: hosts.sources, hosts: Array(own.keys))
            } catch {
                broken.append((registry, error))
                registries[registry] = old?.registries[registry] ?? Entry(sources: .unusable)
            }
        }
        if old == nil, let first = broken.first { throw first.problem }
        var trusted = certificates.mapValues { Result<HostCertificates, FileProblem>.success($0) }
        for (registry, problem) in broken {
            for host in registries[registry]?.hosts ?? [] where trusted[host] == nil {
                trusted[host] = .failure(problem)
            }
        }
        trust = try TrustTable(roots: roots, hosts: trusted, after: old?.trust)
        problems = Set(broken.map(\.problem) + trust.problems).sorted { $0.path < $1.path }
        mirrors = RegistryMirrors(
            registries.filter { $0.key != "_default" }.mapValues(\.sources), others: registries["_default"]?.sources)
        self.registries = registries
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
            return contents[path] ?? NamedFile(path: path, content: .success([]))
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
    fileprivate init(reading file: NamedFile) throws(FileProblem) {
        let content = try file.bytes()
        do throws(HostsFileError) {
            try self.init(parsing: content)
        } catch {
            throw FileProblem(path: file.path, reason: "\(error)")
        }
    }

    /// Every host in it.
    fileprivate var all: [Host] { hosts + [server].compactMap(\.self) }

    fileprivate var sources: RegistryMirrors.Sources {
        RegistryMirrors.Sources(mirrors: hosts.filter(\.canPull).map(\.mirror), server: server?.mirror)
    }

    /// Those of the hosts that have some.
    fileprivate func certificates(
        in file: NamedFile, _ contents: [String: NamedFile]
    ) -> [String: HostCertificates] {
        let own = all.map { ($0.authority, $0.certificates(in: file, contents)) }.filter { !$1.isEmpty }
        return Dictionary(own) { $0.with($1) }
    }
}

extension HostCertificates {
    /// Several registries may have one mirror.
    fileprivate func with(_ other: HostCertificates) -> HostCertificates {
        HostCertificates(
            authorities: authorities + other.authorities.filter { !authorities.contains($0) },
            pairs: pairs + other.pairs.filter { !pairs.contains($0) })
    }
}
