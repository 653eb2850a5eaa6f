internal import ArgumentParser
internal import OpenPGP
internal import Policies
internal import Primitives
internal import Registry
internal import Verification

/// `ostiary signature`
struct SignatureCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signature", abstract: "Look at signatures.", subcommands: [VerifySignature.self])
}

/// `ostiary signature verify`
struct VerifySignature: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Verify one simple-signing blob, as it lies in a signature store, without asking any registry.",
        discussion: "Exit codes: 0 valid, 1 not valid, 2 bad input.")

    @Option(help: ArgumentHelp("The key ring, armored or binary.", valueName: "file"))
    var key: String

    @Option(help: ArgumentHelp("The image's manifest, byte for byte.", valueName: "file"))
    var manifest: String

    @Option(help: ArgumentHelp("The name that must have been signed, such as registry/app:1.0.", valueName: "ref"))
    var reference: String

    @Argument(help: "The signature's file.")
    var signature: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        let result = try verify()
        let report = SignatureReport(result)
        output.format.show(json: report.json, text: report.lines)
        if case .refused = result { throw ExitStatus.refused }
    }

    private func verify() throws -> SignatureVerdict {
        do throws(any Error) {
            let image = try ImageReference(parsing: reference).withDefaultTag()
            let keyRing = try KeyRing(parsing: FileReader.read(key, limit: Limits.keyRingBytes))
            let digest = ImageDigest.sha256(of: try FileReader.read(manifest, limit: Limits.manifestBytes))
            let blob = try FileReader.read(signature, limit: Limits.signatureBytes)
            let verifier = SimpleSigningVerifier(keyRing: keyRing, identity: .exactReference(image))
            return try verifier.verify(blob, number: 1, of: image, digest: digest, at: Timestamp.now)
                ?? .refused(.otherFamily)
        } catch {
            throw ExitStatus.badInput("\(error)")
        }
    }
}
