internal import HTTP
internal import Primitives

/// One `hosts.toml` of containerd: where the images of a registry are read.
struct HostsFile {
    /// One host that may be asked.
    struct Host {
        /// With its path, `/v2` at its end unless `override_path` says that it is complete.
        let base: URL
        let canPull: Bool
        let canResolve: Bool
        /// Files with roots, as they are written.
        let authorities: [String]
        /// Files with a certificate and its key; the key is nil if both are in one.
        let pairs: [(certificate: String, key: String?)]
        let headers: [(name: String, value: String)]
    }

    /// In the order of the file.
    let hosts: [Host]
    /// Asked last in place of the registry.
    let server: Host?

    /// - Throws: `HostsFileError` for what is not TOML, what is unknown or of another type, and `skip_verify`.
    init(parsing content: [UInt8]) throws(HostsFileError) {
        let root: TOMLTable
        do throws(TOMLError) {
            root = try TOMLParser.parse(content)
        } catch {
            throw .malformed(error.description)
        }
        var own = root
        (own["server"], own["host"]) = (nil, nil)
        server = try root.string("server").map { url throws(HostsFileError) in try Host(at: url, own, named: "server") }
        if server == nil, let first = own.entries.first { throw .misplaced(first.key) }
        var hosts: [Host] = []
        for (url, value) in try root.table("host")?.entries ?? [] {
            guard case .table(let table) = value else { throw .wrongType("host.\"\(url)\"", expected: "a table") }
            hosts.append(try Host(at: url, table, named: "host.\"\(PlainText.make(from: url, limit: 200))\""))
        }
        self.hosts = hosts
    }
}

extension HostsFile.Host {
    private static let known = [
        "capabilities", "ca", "client", "skip_verify", "header", "override_path", "dial_timeout",
    ]

    fileprivate init(at text: String, _ table: TOMLTable, named name: String) throws(HostsFileError) {
        for key in table.entries.map(\.key) where !Self.known.contains(key) { throw .unknownKey("\(name).\(key)") }
        guard try table.flag("skip_verify") != true else { throw .skipsVerification(name) }
        base = try Self.base(text, isComplete: table.flag("override_path") ?? false, name)
        let capabilities = try table.strings("capabilities") ?? ["pull", "resolve"]
        canPull = capabilities.contains("pull")
        canResolve = capabilities.contains("resolve")
        authorities = try table.strings("ca") ?? []
        pairs = try Self.pairs(table["client"])
        headers = try Self.headers(table.table("header"))
    }

    /// A host without a scheme is asked over https.
    private static func base(_ text: String, isComplete: Bool, _ name: String) throws(HostsFileError) -> URL {
        let url: URL
        do throws(HTTPError) {
            url = try URL(parsing: text.utf8.firstRange(of: "://".utf8) == nil ? "https://\(text)" : text)
        } catch {
            throw .wrongHost(name, "\(error)")
        }
        guard url.query == nil else { throw .wrongHost(name, "it has a query") }
        let path = String(url.path.reversed().drop { $0 == "/" }.reversed())
        let isRoot = isComplete || path.hasSuffix("/v2")
        do throws(HTTPError) {
            return try URL(parsing: "\(url.origin)\(path)\(isRoot ? "/" : "/v2/")")
        } catch {
            throw .wrongHost(name, "\(error)")
        }
    }

    /// `"both.pem"`, `["both.pem", …]`, `[["client.cert", "client.key"], …]`; an empty key is as good as none.
    private static func pairs(_ value: TOMLValue?) throws(HostsFileError) -> [(certificate: String, key: String?)] {
        let entries: [TOMLValue]
        switch value {
        case nil: return []
        case .array(let array): entries = array
        case let single?: entries = [single]
        }
        var pairs: [(certificate: String, key: String?)] = []
        for entry in entries {
            switch entry {
            case .string(let both): pairs.append((both, nil))
            case .array(let parts):
                guard case .string(let certificate)? = parts.first, parts.count == 2, case .string(let key) = parts[1]
                else { throw .wrongType("client", expected: "pairs of file names") }
                pairs.append((certificate, key.isEmpty ? nil : key))
            default: throw .wrongType("client", expected: "a file name, or pairs of them")
            }
        }
        return pairs
    }

    private static func headers(_ table: TOMLTable?) throws(HostsFileError) -> [(name: String, value: String)] {
        guard let table else { return [] }
        var headers: [(name: String, value: String)] = []
        for name in table.entries.map(\.key) {
            for value in try table.strings(name) ?? [] { headers.append((name, value)) }
        }
        return headers
    }
}

extension TOMLTable {
    fileprivate func string(_ key: String) throws(HostsFileError) -> String? {
        switch self[key] {
        case nil: return nil
        case .string(let text): return text
        default: throw .wrongType(key, expected: "a string")
        }
    }

    fileprivate func flag(_ key: String) throws(HostsFileError) -> Bool? {
        switch self[key] {
        case nil: return nil
        case .boolean(let flag): return flag
        default: throw .wrongType(key, expected: "true or false")
        }
    }

    fileprivate func table(_ key: String) throws(HostsFileError) -> TOMLTable? {
        switch self[key] {
        case nil: return nil
        case .table(let table): return table
        default: throw .wrongType(key, expected: "a table")
        }
    }

    /// A string, or an array of strings.
    fileprivate func strings(_ key: String) throws(HostsFileError) -> [String]? {
        switch self[key] {
        case nil: return nil
        case .string(let text): return [text]
        case .array(let values):
            var texts: [String] = []
            for value in values {
                guard case .string(let text) = value else { throw .wrongType(key, expected: "strings") }
                texts.append(text)
            }
            return texts
        default: throw .wrongType(key, expected: "a string or an array of strings")
        }
    }
}

/// Why a `hosts.toml` cannot be used.
enum HostsFileError: Error, Equatable, CustomStringConvertible {
    case malformed(String)
    case unknownKey(String)
    /// A setting of the server, without one.
    case misplaced(String)
    case wrongType(String, expected: String)
    case wrongHost(String, String)
    case skipsVerification(String)

    var description: String {
        switch self {
        case .malformed(let problem): problem
        case .unknownKey(let key): "\(PlainText.make(from: key, limit: 300)) is not a setting that is known here"
        case .misplaced(let key):
            "\(PlainText.make(from: key, limit: 100)) stands outside of [host.\"…\"] and there is no server"
        case .wrongType(let key, let expected): "\(PlainText.make(from: key, limit: 300)) is not \(expected)"
        case .wrongHost(let key, let problem): "\(key): \(problem)"
        case .skipsVerification(let key):
            "\(key): skip_verify is refused, since anybody on the way could answer; name the mirror's authority with ca"
        }
    }
}
