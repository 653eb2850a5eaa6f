internal import Kubernetes
internal import Primitives

/// A program that a kubeconfig names, which prints a credential (client.authentication.k8s.io). Who may write the
/// kubeconfig may run programs here.
package struct CredentialPlugin: Sendable {
    /// A path, or a name that is looked for in `PATH`.
    package let command: String
    package let arguments: [String]
    package let environment: [(name: String, value: String)]
    /// `client.authentication.k8s.io/v1` or `/v1beta1`.
    package let apiVersion: String
    /// What to tell a person who does not have the program.
    package let hint: String?
    /// What the program is told about the cluster; nil when it did not ask.
    let cluster: JSON?

    /// Reads `exec` of a user.
    ///
    /// - Parameters:
    ///   - folder: what a command with a slash in it is relative to.
    ///   - cluster: the entry of the cluster, for `provideClusterInfo`.
    /// - Throws: `FieldError` for missing and mistyped fields, another apiVersion, and `interactiveMode: Always`, since
    ///   nobody can be asked here.
    init(_ exec: Field, folder: String, cluster: @autoclosure () throws(FieldError) -> JSON) throws(FieldError) {
        let name = try exec.member("command").requiredString()
        let isRelative = name.utf8.contains(UInt8(ascii: "/")) && name.utf8.first != UInt8(ascii: "/")
        command = isRelative ? "\(folder)/\(name)" : name
        var arguments: [String] = []
        for argument in try exec.member("args").elements() { arguments.append(try argument.string() ?? "") }
        self.arguments = arguments
        var environment: [(name: String, value: String)] = []
        for variable in try exec.member("env").elements() {
            let name = try variable.member("name").requiredString()
            environment.append((name: name, value: try variable.member("value").string() ?? ""))
        }
        self.environment = environment
        let version = try exec.member("apiVersion")
        apiVersion = try version.requiredString()
        guard Self.versions.contains(apiVersion) else {
            throw version.error(.invalid("known here are \(Self.versions.joined(separator: " and "))"))
        }
        let mode = try exec.member("interactiveMode")
        guard try mode.string() != "Always" else {
            throw mode.error(.invalid("the plugin wants to ask a person, which cannot be done here"))
        }
        hint = try exec.member("installHint").string()
        self.cluster = try exec.member("provideClusterInfo").boolean() == true ? try cluster() : nil
    }

    private static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    /// Runs the program, and reads what it prints. It blocks.
    ///
    /// - Throws: `ClusterError.plugin`. What it printed is never repeated.
    func run(by deadline: Deadline) throws(ClusterError) -> PluginCredential {
        let output: [UInt8]
        do throws(ProgramError) {
            output = try Program.output(
                of: command, arguments, environment: environment + [(name: "KUBERNETES_EXEC_INFO", value: question)],
                limit: Limits.pluginOutputBytes, by: deadline)
        } catch {
            throw failure("\(error)")
        }
        let root: JSONValue
        do throws(JSONError) {
            root = try JSONDocument(parsing: output, limit: Limits.pluginOutputBytes).root
        } catch {
            throw failure("what it printed is not JSON: \(error.reason == .empty ? "nothing" : "byte \(error.offset)")")
        }
        do throws(FieldError) {
            return try PluginCredential(root, apiVersion: apiVersion)
        } catch {
            throw failure("what it printed is no ExecCredential: \(error)")
        }
    }

    private func failure(_ problem: String) -> ClusterError {
        .plugin(command: command, problem: problem, hint: hint)
    }

    /// The ExecCredential that it is asked with.
    private var question: String {
        var spec: [(key: String, value: JSON)] = [(key: "interactive", value: false)]
        if let cluster { spec.append((key: "cluster", value: cluster)) }
        let object: JSON = [
            "apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": .object(spec),
        ]
        return String(decoding: object.serialized(), as: UTF8.self)
    }
}

/// What a plugin printed.
struct PluginCredential: Sendable {
    let token: Secret?
    /// A certificate and its key, PEM.
    let certificate: (certificate: Secret, key: Secret)?
    /// Until when it is good; nil for until it is refused.
    let expiry: Timestamp?

    /// - Throws: `FieldError` when it is another object or version, has half a certificate, or nothing at all.
    init(_ root: JSONValue, apiVersion: String) throws(FieldError) {
        let field = Field(root)
        for (key, expected) in [("apiVersion", apiVersion), ("kind", "ExecCredential")] {
            let member = try field.member(key)
            guard try member.string() == expected else { throw member.error(.invalid("\(expected) is expected here")) }
        }
        let status = try field.member("status")
        token = try status.member("token").string().flatMap { $0.isEmpty ? nil : Secret($0) }
        let key = try status.member("clientKeyData")
        let chain = try status.member("clientCertificateData")
        switch (try chain.string(), try key.string()) {
        case (nil, nil): certificate = nil
        case (let chain?, let key?): certificate = (Secret(chain), Secret(key))
        case (nil, _?): throw chain.error(.missing)
        case (_?, nil): throw key.error(.missing)
        }
        guard token != nil || certificate != nil else { throw try status.member("token").error(.missing) }
        let time = try status.member("expirationTimestamp")
        expiry = try time.string().map { text throws(FieldError) in
            guard let timestamp = Timestamp(parsing: text) else { throw time.error(.invalid("not a time of RFC 3339")) }
            return timestamp
        }
    }
}
