import Foundation
import OpenPGP
import Primitives
import Testing

/// Messages and keys by the program that signs real images.
@Suite(.timeLimit(.minutes(2))) struct GnuPGTests {
    @Test("What gpg signs with any of its algorithms is verified", arguments: GnuPG.algorithms, ["default", "sha512"])
    func verifiesEveryAlgorithm(key: String, message: String) throws {
        try verifies(key: key, message: message)
    }

    @Test("What gpg signs by default and without compression or with ZLIB is verified", arguments: keys, goodMessages)
    func verifies(key: String, message: String) throws {
        let gnupg = try GnuPG.shared.get()
        let verifier = MessageVerifier(keyRing: try KeyRing(parsing: try gnupg.file("\(key).key")))
        let verdict = try verifier.verify(
            try UnverifiedMessage(parsing: try gnupg.file("\(key).\(message)")), at: .now)
        guard case .verified(let verified) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(verified.content == GnuPG.content)
        #expect(verified.primaryFingerprint.description == gnupg.fingerprints[key])
        #expect((verified.primaryFingerprint == verified.signingFingerprint) == (key != "subkey"))
    }

    @Test(
        "Only the key that signed is named, in a ring of all, binary and armored", arguments: keys,
        ["ring", "ring.asc"])
    func findsTheKey(key: String, ring: String) throws {
        let gnupg = try GnuPG.shared.get()
        let keyRing = try KeyRing(parsing: try gnupg.file(ring))
        #expect(keyRing.certificates.count == Self.keys.count + GnuPG.algorithms.count)
        #expect(keyRing.problems.isEmpty)
        let message = try UnverifiedMessage(parsing: try gnupg.file("\(key).default"))
        guard case .verified(let verified) = try MessageVerifier(keyRing: keyRing).verify(message, at: .now) else {
            Issue.record("not verified")
            return
        }
        #expect(verified.primaryFingerprint.description == gnupg.fingerprints[key])
    }

    @Test("Every key refuses what the others signed", arguments: keys + GnuPG.algorithms, keys + GnuPG.algorithms)
    func refusesOthers(key: String, signer: String) throws {
        guard key != signer else { return }
        let gnupg = try GnuPG.shared.get()
        let verifier = MessageVerifier(keyRing: try KeyRing(parsing: try gnupg.file("\(key).key")))
        let message = try UnverifiedMessage(parsing: try gnupg.file("\(signer).default"))
        guard case .refused(.unknownKey) = try verifier.verify(message, at: .now) else {
            Issue.record("not refused as unknown")
            return
        }
    }

    @Test(
        "What gpg makes and this house does not take says why",
        arguments: [
            ("bzip2", "BZip2 compression"), ("armored", "must be a binary OpenPGP message"),
            ("cleartext", "must be a binary OpenPGP message"), ("detached", "with one signature: signature packet"),
            ("sha1", "uses SHA-1"), ("twice", "not an OpenPGP message"),
            ("bomb", "expands to more than 1048576 bytes"),
        ])
    func explainsRefusals(message: String, expected: String) throws {
        let gnupg = try GnuPG.shared.get()
        let text = answer(
            to: try gnupg.file("rsa.\(message)"), from: try gnupg.file("rsa.key"),
            at: UInt32(Timestamp.now.secondsSince1970))
        #expect(text.contains(expected))
    }

    @Test("The lines of a text end as gpg has stored them", arguments: keys)
    func readsLines(key: String) throws {
        let gnupg = try GnuPG.shared.get()
        let verifier = MessageVerifier(keyRing: try KeyRing(parsing: try gnupg.file("\(key).key")))
        let message = try UnverifiedMessage(parsing: try gnupg.file("\(key).lines"))
        guard case .verified(let verified) = try verifier.verify(message, at: .now) else {
            Issue.record("not verified")
            return
        }
        #expect(verified.content == Array("{\r\n  \"critical\": {}\r\n}\r\n".utf8))
    }

    @Test("A small bomb is refused, and quickly")
    func stopsTheBomb() throws {
        let bomb = try GnuPG.shared.get().file("rsa.bomb")
        #expect(bomb.count < 20_000)
        #expect(throws: OpenPGPError.compression(.tooLarge(limit: Limits.inflatedMessageBytes))) {
            try UnverifiedMessage(parsing: bomb)
        }
    }

    @Test("A revocation that gpg made is heeded")
    func heedsRevocations() throws {
        let gnupg = try GnuPG.shared.get()
        let text = answer(
            to: try gnupg.file("ed25519.default"), from: try gnupg.file("revoked.key"),
            at: UInt32(Timestamp.now.secondsSince1970))
        #expect(text.contains("was revoked"))
    }

    @Test("Every prefix of a real message and of a real key is refused")
    func refusesEveryPrefix() throws {
        let gnupg = try GnuPG.shared.get()
        let (message, key) = (try gnupg.file("rsa.default"), try gnupg.file("ed25519.key"))
        for length in 0..<message.count {
            #expect(throws: OpenPGPError.self) { try UnverifiedMessage(parsing: Array(message[..<length])) }
        }
        for length in key.indices {
            #expect(throws: OpenPGPError.self) { try KeyRing(parsing: Array(key[..<length])) }
        }
    }

    private static let keys = ["rsa", "ed25519", "subkey"]
    private static let goodMessages = ["default", "uncompressed", "zlib", "piped", "text"]
}

/// A key ring of gpg's own, made once: its keys, and what it signed with them.
struct GnuPG: Sendable {
    static let shared = Result { try GnuPG() }
    static let content = Array(#"{"critical":{"type":"atomic container signature"}}"#.utf8)
    /// What else Debian's gpg signs with, by its own names.
    static let algorithms = [
        "rsa2048", "dsa2048", "nistp256", "nistp384", "nistp521", "brainpoolP256r1", "brainpoolP384r1",
        "brainpoolP512r1", "secp256k1",
    ]

    /// The primary fingerprint of each key.
    private(set) var fingerprints: [String: String] = [:]
    private var files: [String: [UInt8]] = [:]

    func file(_ name: String) throws -> [UInt8] {
        guard let bytes = files[name] else { throw Program.Failure(description: "gpg made no \(name)") }
        return bytes
    }

    private init() throws {
        let program = try Program.inNewFolder()
        defer { try? program.removeFolder() }
        let session = Session(program: program)
        defer { session.stopAgent() }
        try makeKeys(session)
        try signMessages(session)
        try exportRings(session)
    }

    private mutating func makeKeys(_ session: Session) throws {
        let signers = [("rsa", "rsa3072"), ("ed25519", "ed25519")] + Self.algorithms.map { ($0, $0) }
        for (name, algorithm, usage) in signers.map({ ($0, $1, "sign,cert") }) + [("subkey", "ed25519", "cert")] {
            try session.gpg("--passphrase", "", "--quick-gen-key", "\(name)@example.org", algorithm, usage, "never")
            fingerprints[name] = try session.fingerprint(of: name)
        }
        try session.gpg("--passphrase", "", "--quick-add-key", fingerprints["subkey"] ?? "", "ed25519", "sign", "1y")
        try session.gpg("--passphrase", "", "--quick-add-key", fingerprints["rsa"] ?? "", "cv25519", "encr", "1y")
    }

    private mutating func signMessages(_ session: Session) throws {
        try session.program.write(Self.content, to: "content")
        try session.program.write(Array("{\n  \"critical\": {}\n}\n".utf8), to: "lines")
        try session.program.write([UInt8](repeating: 0, count: 5 << 20), to: "zeros")
        for key in ["rsa", "ed25519", "subkey"] {
            try sign("\(key).default", by: key, session, "--sign", "content")
            try sign("\(key).uncompressed", by: key, session, "-z", "0", "--sign", "content")
            try sign("\(key).text", by: key, session, "--textmode", "--sign", "content")
            try sign("\(key).lines", by: key, session, "--textmode", "--sign", "lines")
            try sign("\(key).zlib", by: key, session, "--compress-algo", "zlib", "--sign", "content")
            try sign(
                "\(key).piped", by: key, session, "--digest-algo", "SHA384", "--set-filename", "", "--sign", "content")
        }
        for key in Self.algorithms {
            try sign("\(key).default", by: key, session, "--sign", "content")
            try sign("\(key).sha512", by: key, session, "--digest-algo", "SHA512", "--sign", "content")
        }
        try sign("rsa.bzip2", by: "rsa", session, "--compress-algo", "bzip2", "--sign", "content")
        try sign("rsa.armored", by: "rsa", session, "--armor", "--sign", "content")
        try sign("rsa.cleartext", by: "rsa", session, "--clear-sign", "content")
        try sign("rsa.detached", by: "rsa", session, "--detach-sign", "content")
        try sign("rsa.sha1", by: "rsa", session, "--digest-algo", "SHA1", "--sign", "content")
        try sign("rsa.twice", by: "rsa", session, "-u", "ed25519", "--sign", "content")
        try sign("rsa.bomb", by: "rsa", session, "--sign", "zeros")
    }

    private mutating func sign(_ name: String, by key: String, _ session: Session, _ arguments: String...) throws {
        try session.gpg(["-u", "\(key)@example.org", "--output", name] + arguments)
        files[name] = try session.program.read(name)
    }

    private mutating func exportRings(_ session: Session) throws {
        for key in ["rsa", "ed25519", "subkey"] + Self.algorithms {
            files["\(key).key"] = try session.gpg("--export", "\(key)@example.org")
        }
        files["ring"] = try session.gpg("--export")
        files["ring.asc"] = try session.gpg("--armor", "--export", "rsa") + session.gpg("--armor", "--export")
        try session.revoke(fingerprints["ed25519"] ?? "")
        files["revoked.key"] = try session.gpg("--export", "ed25519@example.org")
    }
}

/// A home of gpg's in a folder that goes away.
private struct Session {
    let program: Program
    private var environment: [String: String] { ["GNUPGHOME": program.folder.path, "LC_ALL": "C"] }

    @discardableResult
    func gpg(_ arguments: String...) throws -> [UInt8] { try gpg(arguments) }

    @discardableResult
    func gpg(_ arguments: [String]) throws -> [UInt8] {
        try program.run(
            ["gpg", "--batch", "--yes", "--quiet", "--no-tty", "--pinentry-mode", "loopback"] + arguments,
            environment: environment)
    }

    func fingerprint(of name: String) throws -> String {
        let listing = String(decoding: try gpg("--with-colons", "--list-keys", name), as: UTF8.self)
        let line = listing.split(separator: "\n").first { $0.hasPrefix("fpr:") }
        return line?.split(separator: ":").last.map(String.init) ?? ""
    }

    /// Takes the revocation that gpg prepared when it made the key.
    func revoke(_ fingerprint: String) throws {
        let name = "openpgp-revocs.d/\(fingerprint).rev"
        let text = String(decoding: try program.read(name), as: UTF8.self)
        try program.write(Array(text.replacing(":-----BEGIN", with: "-----BEGIN").utf8), to: "revocation")
        try gpg("--import", "revocation")
    }

    func stopAgent() {
        _ = try? program.run("gpgconf", "--kill", "all", environment: environment)
    }
}
