import OpenPGP
import Policies
import Primitives
import Registry
import Support
import Testing

@testable import Verification

/// The table of payloads: what containers/image accepts and refuses, and what is judged otherwise here.
@Suite("Rows of payloads", .timeLimit(.minutes(3))) struct PayloadRowsTests {
    @Test("Each row is judged as the table says, with its departures", arguments: PayloadRow.all)
    func judges(row: PayloadRow) throws {
        let image = try ImageReference(parsing: PayloadRow.reference)
        let isAccepted: Bool
        do throws(PayloadError) {
            let payload = try SimpleSigningPayload(parsing: row.content)
            isAccepted =
                payload.digest == digest
                && SignedIdentity.matchRepoDigestOrExact.accepts(payload.reference, for: image)
        } catch {
            isAccepted = false
        }
        #expect(isAccepted == row.isAccepted)
    }

    @Test("Departures only refuse more")
    func departures() {
        #expect(PayloadRow.all.allSatisfy { $0.departure == nil || $0.isAcceptedElsewhere })
        #expect(Set(PayloadRow.all.map(\.name)).count == PayloadRow.all.count)
    }

    @Test("containers/image judges each row as the table says it does")
    func oracle() async throws {
        let signers = try await Signers()
        let folder = try TemporaryFolder()
        let skopeo = try CommandLineTool("skopeo", debianPackage: "skopeo")
        let manifestFile = try folder.write(manifest, to: "manifest.json")
        for row in PayloadRow.all {
            let signature = try await signers.gpg.sign(row.content, by: signers.release)
            let file = try folder.write(signature, to: "signature")
            let arguments = [
                "standalone-verify", manifestFile, PayloadRow.reference, signers.release.fingerprint, file,
            ]
            let output = try await skopeo.attempt(arguments, environment: signers.gpg.environment)
            #expect(output.succeeded == row.isAcceptedElsewhere, "\(row.name): \(output.errorText)")
        }
    }
}
