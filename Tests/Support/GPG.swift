import Foundation

/// GnuPG with a key ring of its own: the real signer of the tests. Its agent ends with this value.
package final class GPG: Sendable {
    private let program: CommandLineTool
    private let folder: TemporaryFolder

    /// The GNUPGHOME folder.
    package var home: String { folder.path }
    /// What a program has to find in its environment to use this key ring.
    package var environment: [String: String] { ["GNUPGHOME": home] }

    package init() throws {
        program = try CommandLineTool("gpg", debianPackage: "gnupg")
        folder = try TemporaryFolder()
    }

    deinit {
        if let gpgconf = try? CommandLineTool("gpgconf", debianPackage: "gnupg") {
            gpgconf.runBlocking(["--homedir", home, "--kill", "gpg-agent"])
        }
    }

    /// Runs gpg on this key ring with arguments of the test's choice.
    @discardableResult
    package func run(_ arguments: [String], input: [UInt8] = []) async throws -> CommandLineTool.Output {
        let options = ["--homedir", home, "--batch", "--yes", "--pinentry-mode", "loopback", "--passphrase", ""]
        return try await program.run(options + arguments, input: input)
    }

    /// Makes a primary key that may sign, without passphrase, for `NAME <NAME@test>`.
    ///
    /// - Parameters:
    ///   - algorithm: as gpg names it: `rsa3072`, `ed25519`, `nistp256`, `dsa2048`.
    ///   - expiry: as gpg takes it: `0` never, `1d`, `seconds=10`.
    ///   - at: pretends that it is this time (`20200101T000000`), to make keys of another age.
    package func makeKey(
        _ name: String, algorithm: String = "rsa3072", expiry: String = "0", at time: String? = nil
    ) async throws -> Key {
        let arguments = ["--quick-generate-key", "\(name) <\(name)@test>", algorithm, "sign", expiry]
        let output = try await run(pretending(time) + ["--status-fd", "1"] + arguments)
        let words = output.text.split(whereSeparator: \.isNewline).last { $0.contains("KEY_CREATED") }?
            .split(separator: " ")
        guard let fingerprint = words?.last else {
            throw ToolError.failed(command: "gpg --quick-generate-key", output: output)
        }
        return Key(name: name, fingerprint: String(fingerprint))
    }

    /// Makes two certificates of one and the same key: they differ in when it is said to have been made.
    package func makeTwins(_ name: String) async throws -> (Key, Key) {
        let first = try await makeKey(name, algorithm: "ed25519")
        let listing = try await run(["--list-keys", "--with-colons", "--with-keygrip", first.fingerprint]).text
        let grip = listing.split(separator: "\n").first { $0.hasPrefix("grp:") }?.split(separator: ":").last ?? ""
        let recipe = """
            Key-Type: eddsa
            Key-Curve: ed25519
            Key-Grip: \(grip)
            Key-Usage: sign
            Creation-Date: 20200101T000000
            Name-Real: \(name) again
            Expire-Date: 0
            """
        let output = try await run(["--status-fd", "1", "--generate-key"], input: Array(recipe.utf8))
        let words = output.text.split(whereSeparator: \.isNewline).last { $0.contains("KEY_CREATED") }?
            .split(separator: " ")
        guard let fingerprint = words?.last else {
            throw ToolError.failed(command: "gpg --generate-key", output: output)
        }
        return (first, Key(name: name, fingerprint: String(fingerprint)))
    }

    /// The public keys in one ASCII-armoured block: what a Secret's `key` holds.
    package func exportArmored(_ keys: Key...) async throws -> [UInt8] {
        try await run(["--export", "--armor"] + keys.map(\.fingerprint)).standardOutput
    }

    /// The public keys as binary packets.
    package func exportBinary(_ keys: Key...) async throws -> [UInt8] {
        try await run(["--export"] + keys.map(\.fingerprint)).standardOutput
    }

    /// A signed message (`gpg --sign`: compressed, one-pass) that holds `content`.
    ///
    /// - Parameter options: more options of gpg, such as `["--compress-algo", "none"]` or `["--digest-algo", "SHA512"]`.
    package func sign(
        _ content: [UInt8], by key: Key, options: [String] = [], at time: String? = nil
    ) async throws -> [UInt8] {
        let signer = ["--local-user", "\(key.fingerprint)!", "--sign", "--output", "-"]
        return try await run(pretending(time) + options + signer, input: content).standardOutput
    }

    private func pretending(_ time: String?) -> [String] {
        time.map { ["--faked-system-time", "\($0)!"] } ?? []
    }
}

extension GPG {
    /// A key of this ring.
    package struct Key: Sendable {
        /// The name it was made for.
        package let name: String
        /// The fingerprint of its primary key, 40 upper-case hex digits.
        package let fingerprint: String
    }
}
