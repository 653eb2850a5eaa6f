/// `skopeo`: moves images into a registry, and signs them as container tools do.
package struct Skopeo: Sendable {
    private let program: CommandLineTool
    private let folder: TemporaryFolder
    private let registry: DockerRegistry

    /// Prepares skopeo for one registry.
    ///
    /// - Parameters:
    ///   - authority: path of the CA certificate (PEM) that the registry's certificate was issued by.
    ///   - staging: the folder into which signatures are written.
    package init(registry: DockerRegistry, authority: String, staging: String) throws {
        program = try CommandLineTool("skopeo", debianPackage: "skopeo")
        folder = try TemporaryFolder()
        self.registry = registry
        try folder.write(try TemporaryFolder.read(path: authority), to: "certs/ca.crt")
        // The signatures of an image that is copied are read from where they were written.
        let rule =
            "docker:\n  \(registry.address):\n"
            + ["lookaside", "lookaside-staging"].map { "    \($0): file://\(staging)\n" }.joined()
        try folder.write(rule, to: "registries.d/tests.yaml")
    }

    /// Pushes an image as `NAME:TAG` (`demo/app:1.0`), signed if a signature is wanted.
    package func push(_ image: OCIImage, as name: String, signature: Signature? = nil) async throws {
        try await copy(image.skopeoName, to: name, signature: signature)
    }

    /// Pushes an index with all its images as `NAME:TAG`; each is signed for itself, as the index is.
    package func push(_ index: OCIIndex, as name: String, signature: Signature? = nil) async throws {
        try await copy(index.skopeoName, to: name, signature: signature, options: ["--all"])
    }

    /// Gives an image that is already in the registry another name, or one more signature under its own.
    ///
    /// - Parameter removingSignatures: the other name gets none of the signatures that the image has.
    package func copy(
        from name: String, to other: String, signature: Signature? = nil, removingSignatures: Bool = false
    ) async throws {
        try await copy(
            "docker://\(registry.address)/\(name)", to: other, signature: signature,
            options: removingSignatures ? ["--remove-signatures"] : [])
    }

    /// The bytes of the manifest that the registry holds under a name.
    package func rawManifest(of name: String) async throws -> [UInt8] {
        let arguments = ["inspect", "--raw", "--cert-dir", certificates] + credentials(for: "")
        return try await run(arguments + ["docker://\(registry.address)/\(name)"]).standardOutput
    }

    private func copy(
        _ source: String, to name: String, signature: Signature?, options: [String] = []
    ) async throws {
        var arguments = ["copy", "--quiet", "--dest-cert-dir", certificates] + options + credentials(for: "dest-")
        if source.hasPrefix("docker:") {
            arguments += ["--src-cert-dir", certificates] + credentials(for: "src-")
        }
        if let signature {
            arguments += ["--sign-by", signature.key.fingerprint]
            arguments += signature.identity.map { ["--sign-identity", $0] } ?? []
        }
        try await run(
            arguments + [source, "docker://\(registry.address)/\(name)"],
            environment: signature?.ring.environment ?? [:])
    }

    @discardableResult
    private func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> CommandLineTool.Output {
        let options = ["--registries.d", folder.path(of: "registries.d"), "--insecure-policy"]
        return try await program.run(options + arguments, environment: environment)
    }

    private var certificates: String { folder.path(of: "certs") }

    private func credentials(for side: String) -> [String] {
        guard let account = registry.account else { return [] }
        return ["--\(side)creds", "\(account.username):\(account.password)"]
    }
}

extension Skopeo {
    /// Who signs, and as what.
    package struct Signature: Sendable {
        let ring: GPG
        let key: GPG.Key
        let identity: String?

        /// - Parameter identity: the reference written into the signature, if not the one pushed to.
        package init(ring: GPG, key: GPG.Key, identity: String? = nil) {
            self.ring = ring
            self.key = key
            self.identity = identity
        }
    }
}
