import Foundation

/// GnuPG 2.2, asked the same as this house: a ring, a message, and the time of the forged world.
final class Oracle {
    private let program: Program
    private var homes: [[UInt8]: String] = [:]

    init() throws {
        program = try Program.inNewFolder()
    }

    deinit {
        try? program.removeFolder()
    }

    /// Whether gpg finds exactly one signature, a good one, and nothing wrong: the conditions of containers/image, which
    /// asks it through gpgme.
    ///
    /// - Returns: what it said beside, for the reader of a failure.
    func accepts(_ message: [UInt8], from ring: [UInt8]) throws -> (Bool, String) {
        let home = try home(of: ring)
        try program.write(message, to: "message")
        // No command at all, as gpgme has it: gpg looks what the message is.
        let result = try gpg(home, ["--status-fd", "2", "--output", "-", "message"])
        let words = result.errors.split(separator: "\n").filter { $0.hasPrefix("[GNUPG:]") }
            .compactMap { $0.split(separator: " ").dropFirst().first }
        let isGood = words.filter { Self.verdicts.contains(String($0)) } == ["GOODSIG"]
        return (isGood, words.joined(separator: " "))
    }

    /// A home with the ring imported, as far as gpg wanted it.
    private func home(of ring: [UInt8]) throws -> String {
        if let home = homes[ring] { return home }
        let name = "home\(homes.count)"
        try FileManager.default.createDirectory(
            at: program.folder.appendingPathComponent(name), withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700])
        try program.write(ring, to: "ring")
        _ = try gpg(name, ["--import", "ring"])
        homes[ring] = name
        return name
    }

    private func gpg(_ home: String, _ arguments: [String]) throws -> (
        output: [UInt8], errors: String, ending: Any
    ) {
        let options = [
            "gpg", "--homedir", program.folder.appendingPathComponent(home).path, "--no-options", "--batch", "--no-tty",
            "--trust-model", "always", "--no-auto-check-trustdb", "--faked-system-time", "\(Moment.now)!",
        ]
        let result = try program.attempt(options + arguments, environment: ["LC_ALL": "C"])
        return (result.output, result.errors, result.ending)
    }

    private static let verdicts: Set<String> = [
        "GOODSIG", "BADSIG", "ERRSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "NODATA", "ERROR", "UNEXPECTED",
        "DECRYPTION_FAILED", "NO_PUBKEY", "FAILURE",
    ]
}
