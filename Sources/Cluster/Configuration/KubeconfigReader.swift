internal import HTTP
internal import Kubernetes
internal import Primitives

/// Reads what one context of a kubeconfig points to.
struct KubeconfigReader {
    let context: Kubeconfig.Entry
    let cluster: Kubeconfig.Entry
    let user: Kubeconfig.Entry?

    func configuration() throws(ClusterError) -> ClusterConfiguration {
        let (server, serverName, proxy) = try cluster.read(Self.place)
        try cluster.read(Self.refuseBlindTrust)
        return ClusterConfiguration(
            server: server, serverName: serverName,
            roots: try material("certificate-authority", of: cluster), credential: try credential(),
            certificate: try clientCertificate(), impersonation: try user?.read(Self.impersonation) ?? [],
            proxy: proxy,
            namespace: try context.read { field throws(FieldError) in try field.member("namespace").string() })
    }

    private static func place(_ cluster: Field) throws(FieldError) -> (URL, serverName: String?, proxy: Proxy?) {
        let server = try cluster.member("server")
        let text = try server.requiredString()
        let url: URL
        do throws(HTTPError) { url = try URL(parsing: text) } catch { throw server.error(.invalid("\(error)")) }
        let proxy = try proxy(cluster.member("proxy-url"))
        // Behind a proxy, this machine is the proxy's.
        let isHere = proxy == nil && ["127.0.0.1", "::1", "localhost"].contains(url.host)
        guard url.scheme == .https || isHere else {
            throw server.error(
                .invalid("policies are not read over plain HTTP, except from this machine without a proxy"))
        }
        return (url, try name(cluster.member("tls-server-name")), proxy)
    }

    private static func name(_ field: Field) throws(FieldError) -> String? {
        guard let text = try field.string(), !text.isEmpty else { return nil }
        guard let name = HostSyntax.canonical(text.lowercased(), bracketed: text.utf8.contains(UInt8(ascii: ":")))
        else {
            throw field.error(.invalid("the value is neither a DNS name nor an IP address"))
        }
        return name
    }

    private static func proxy(_ field: Field) throws(FieldError) -> Proxy? {
        guard let text = try field.string(), !text.isEmpty else { return nil }
        do throws(ProxyProblem) { return try Proxy(parsing: text) } catch { throw field.error(.invalid("\(error)")) }
    }

    /// Whoever stands between could write the policies, so there is no such switch here.
    private static func refuseBlindTrust(_ cluster: Field) throws(FieldError) {
        let blind = try cluster.member("insecure-skip-tls-verify")
        guard try blind.boolean() != true else {
            throw blind.error(
                .invalid("policies are not read from a server that could be anybody: use certificate-authority"))
        }
    }

    /// The bytes in `<name>-data`, else those in the file that `<name>` names; nil without both.
    private func material(_ name: String, of entry: Kubeconfig.Entry) throws(ClusterError) -> Material? {
        let (data, path) = try entry.read { field throws(FieldError) in
            (try Self.data(try field.member("\(name)-data")), try field.member(name).string() ?? "")
        }
        if let data {
            let path = entry.field.path.appending("\(name)-data")
            return Material(inline: data, origin: "\(entry.file.path): \(path)")
        }
        return path.isEmpty ? nil : Material(file: resolved(path, in: entry))
    }

    private static func data(_ field: Field) throws(FieldError) -> Secret? {
        guard let text = try field.string(), !text.isEmpty else { return nil }
        guard let bytes = Base64.decode(text, ignoringWhitespace: true) else {
            throw field.error(.invalid("the value is not base64"))
        }
        return Secret(bytes)
    }

    private func resolved(_ path: String, in entry: Kubeconfig.Entry) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : "\(entry.file.folder)/\(path)"
    }

    private func clientCertificate() throws(ClusterError) -> ClusterConfiguration.ClientCertificate? {
        guard let user else { return nil }
        switch (try material("client-certificate", of: user), try material("client-key", of: user)) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            return ClusterConfiguration.ClientCertificate(certificate: certificate, key: key)
        case (nil, _?): throw user.missing("client-certificate")
        case (_?, nil): throw user.missing("client-key")
        }
    }

    /// A token file counts before a token, either before a name with a password, and all of them before a plugin, which
    /// is how client-go chooses. A token and a password together are refused, as there.
    private func credential() throws(ClusterError) -> ClusterConfiguration.Credential {
        guard let user else { return .none }
        let (path, token, name, password) = try user.read(Self.plainCredentials)
        if !path.isEmpty { return .tokenFile(path: resolved(path, in: user)) }
        if let token {
            guard name.isEmpty else { throw user.invalid("token", "there is a username too: remove one of them") }
            return .token(token)
        }
        if !name.isEmpty { return .basic(username: name, password: password) }
        return try plugin(of: user).map(ClusterConfiguration.Credential.plugin) ?? .none
    }

    private static func plainCredentials(
        _ user: Field
    ) throws(FieldError) -> (path: String, token: Secret?, name: String, password: Secret) {
        let provider = try user.member("auth-provider")
        guard !provider.isPresent else {
            throw provider.error(.invalid("kubectl has given this up since 1.26: use exec"))
        }
        let token = try user.member("token").string().flatMap { $0.isEmpty ? nil : Secret($0) }
        let name = try user.member("username")
        guard try !(name.string() ?? "").utf8.contains(UInt8(ascii: ":")) else {
            throw name.error(.invalid("a name with a colon cannot be sent (RFC 7617 §2)"))
        }
        return (
            path: try user.member("tokenFile").string() ?? "", token: token, name: try name.string() ?? "",
            password: Secret(try user.member("password").string() ?? "")
        )
    }

    private func plugin(of user: Kubeconfig.Entry) throws(ClusterError) -> CredentialPlugin? {
        let cluster = cluster.field
        return try user.read { field throws(FieldError) in
            let exec = try field.member("exec")
            guard exec.isPresent else { return nil }
            return try CredentialPlugin(exec, folder: user.file.folder, cluster: Self.information(about: cluster))
        }
    }

    /// What a plugin may know about the cluster (client.authentication.k8s.io, `spec.cluster`).
    private static func information(about cluster: Field) throws(FieldError) -> JSON {
        let fields = ["server", "tls-server-name", "certificate-authority-data", "proxy-url"]
        var members: [(key: String, value: JSON)] = []
        for name in fields {
            if let value = try cluster.member(name).value { members.append((key: name, value: .verbatim(value))) }
        }
        for entry in try cluster.member("extensions").elements()
        where try entry.member("name").string() == "client.authentication.k8s.io/exec" {
            if let value = try entry.member("extension").value {
                members.append((key: "config", value: .verbatim(value)))
            }
        }
        return .object(members)
    }

    private static func impersonation(_ user: Field) throws(FieldError) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        for (name, header) in [("as", "Impersonate-User"), ("as-uid", "Impersonate-Uid")] {
            if let value = try user.member(name).string(), !value.isEmpty { headers.append((header, value)) }
        }
        for group in try user.member("as-groups").elements() {
            headers.append(("Impersonate-Group", try group.requiredString()))
        }
        for (key, values) in try user.member("as-user-extra").members() {
            for value in try values.elements() {
                headers.append(("Impersonate-Extra-\(URL.encoded(key))", try value.string() ?? ""))
            }
        }
        let isAsSomebody = try user.member("as").isPresent
        guard headers.isEmpty || isAsSomebody else { throw try user.member("as").error(.missing) }
        return headers
    }
}

extension Kubeconfig.Entry {
    fileprivate func missing(_ name: String) -> ClusterError {
        file.failure(FieldError(field.path.appending(name), .missing))
    }

    fileprivate func invalid(_ name: String, _ text: String) -> ClusterError {
        file.failure(FieldError(field.path.appending(name), .invalid(text)))
    }
}
