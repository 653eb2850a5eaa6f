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

    @Option(help: ArgumentHelp("The image's manifest, byte for byte; or give --digest.", valueName: "file"))
    var manifest: String?

    @Option(help: ArgumentHelp("The digest of the image's manifest, such as sha256:0123….", valueName: "digest"))
    var digest: String?

    @Option(help: ArgumentHelp("The name that must have been signed, such as registry/app:1.0.", valueName: "ref"))
    var reference: String

    @Argument(help: "The signature's file; - for standard input.")
    var signature: String

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (manifest == nil) != (digest == nil) else {
            throw ValidationError("Either --manifest or --digest says which image was signed.")
        }
    }

    func run() throws {
        let result = try verify()
        let report = SignatureReport(result)
        output.format.show(json: report.json, text: report.lines)
        if case .refused = result { throw ExitStatus.refused }
    }

    private func verify() throws -> SignatureVerdict {
        do throws(any Error) {
            let image = try ImageReference(parsing: reference).withDefaultTag()
            let keyRing = try readKeyRing()
            let digest = try readDigest()
            let blob = try FileReader.read(signature, limit: Limits.signatureBytes)
            let verifier = SimpleSigningVerifier(keyRing: keyRing, identity: .exactReference(image))
            return try verifier.verify(blob, number: 1, of: image, digest: digest, at: Timestamp.now)
                ?? .refused(.otherFamily)
        } catch {
            throw ExitStatus.ending(for: error)
        }
    }

    private func readKeyRing() throws -> KeyRing {
        let bytes = try FileReader.read(key, limit: Limits.keyRingBytes)
        do throws(OpenPGPError) {
            return try KeyRing(parsing: bytes)
        } catch {
            throw ExitStatus.badInput("\(key): \(error)")
        }
    }

    private func readDigest() throws -> ImageDigest {
        if let digest { return try ImageDigest(parsing: digest) }
        return ImageDigest.sha256(of: try FileReader.read(manifest ?? "-", limit: Limits.manifestBytes))
    }
}
