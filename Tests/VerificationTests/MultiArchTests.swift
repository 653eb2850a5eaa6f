import HTTP
import OpenPGP
import Policies
import Primitives
import Registry
import Support
import Testing
import Verification

private let store = "https://sigs.e.com/store"
private let index = """
    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[
    {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\(digest)",
    "platform":{"os":"linux","architecture":"amd64"}},
    {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\(otherDigest)",
    "platform":{"os":"unknown","architecture":"unknown"}}]}
    """
private let indexDigest = ImageDigest.sha256(of: Array(index.utf8))
private let indexType = ("Content-Type", "application/vnd.oci.image.index.v1+json")

/// What `policy.multiArch` asks beyond the index.
@Suite(.timeLimit(.minutes(2))) struct MultiArchTests {
    private let network = FakeNetwork()

    private func verify(
        _ requirement: SimpleRequirement, _ multiArch: MultiArch, rings: [SignedBy: KeyRing] = [:],
        image: String = "e.com/team/app:1"
    ) async throws -> ImageVerdict {
        let verifier = ImageVerifier(
            registry: RegistryClient(exchange: network), store: SignatureStore(exchange: network))
        let simple = SimpleSigning(requirements: [requirement], storeURL: try URL(parsing: store))
        let demand = VerificationDemand(
            image: try ImageReference(parsing: image), simple: simple, multiArch: multiArch, keyRings: rings,
            credentials: [])
        return try await verifier.verify(demand, by: .after(.seconds(60)))
    }

    /// Signs each digest as the image, and puts the signatures into the store.
    private func sign(_ digests: ImageDigest..., by signers: Signers, as name: String = "e.com/team/app:1") async throws
    {
        for digest in digests {
            let signature = try await signers.sign(digest, as: name, by: signers.release)
            network.put(.file(signature), at: "\(store)/team/app@sha256=\(digest.hex)/signature-1")
        }
    }

    private func putIndex(_ text: String = index) {
        network.put(.status(200, [indexType], text), at: "https://e.com/v2/team/app/manifests/1")
    }

    @Test("With index, the signature of the index is enough, and no other is asked for")
    func indexOnly() async throws {
        let signers = try await Signers()
        try await sign(indexDigest, by: signers)
        putIndex()
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        guard case .verified(let image) = try await verify(.signedBy(signedBy("release")), .index, rings: rings) else {
            Issue.record("not verified")
            return
        }
        #expect(image.digest == indexDigest)
        #expect(!network.urls.contains { $0.contains(digest.hex) || $0.contains(otherDigest.hex) })
    }

    @Test("With all, every manifest of the index needs a signature of its own, an attached one too")
    func everyManifest() async throws {
        let signers = try await Signers()
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        putIndex()
        try await sign(indexDigest, digest, by: signers)
        guard case .refused(let refusal) = try await verify(.signedBy(signedBy("release")), .all, rings: rings) else {
            Issue.record("not refused")
            return
        }
        #expect(
            refusal.description.hasPrefix(
                "simple: policy denied the request: the manifest \(otherDigest) of the index (unknown/unknown): A "
                    + "signature was required, but no signature exists; "))
        #expect(refusal.digest == indexDigest)

        try await sign(otherDigest, by: signers)
        guard case .verified(let image) = try await verify(.signedBy(signedBy("release")), .all, rings: rings) else {
            Issue.record("not verified")
            return
        }
        #expect(image.digest == indexDigest)
    }

    @Test("With all, the index itself needs its signature as well")
    func indexToo() async throws {
        let signers = try await Signers()
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        putIndex()
        try await sign(digest, otherDigest, by: signers)
        guard case .refused(let refusal) = try await verify(.signedBy(signedBy("release")), .all, rings: rings) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.reason == .unsigned)
    }

    @Test("A signature of one manifest is not one of another, and not under another name")
    func ownSignatures() async throws {
        let signers = try await Signers()
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        putIndex()
        try await sign(indexDigest, digest, by: signers)
        let stray = try await signers.sign(indexDigest, as: "e.com/team/app:1", by: signers.release)
        for (blob, text) in [
            (stray, "Signature for digest \(indexDigest) does not match"),
            (try await signers.sign(otherDigest, as: "e.com/team/other:1", by: signers.release), "is not accepted"),
        ] {
            network.put(.file(blob), at: "\(store)/team/app@sha256=\(otherDigest.hex)/signature-1")
            guard case .refused(let refusal) = try await verify(.signedBy(signedBy("release")), .all, rings: rings)
            else {
                Issue.record("not refused")
                return
            }
            #expect(refusal.description.contains(text))
        }
    }

    @Test("A store that fails for one manifest leaves the image undecided")
    func storeFails() async throws {
        let signers = try await Signers()
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        putIndex()
        try await sign(indexDigest, digest, by: signers)
        network.put(.status(500), at: "\(store)/team/app@sha256=\(otherDigest.hex)/signature-1")
        await #expect(throws: VerificationError.self) {
            try await verify(.signedBy(signedBy("release")), .all, rings: rings)
        }
    }

    @Test("An index that hides its manifests is refused under all")
    func unusableIndex() async throws {
        let text = index.replacing("image.manifest.v1", with: "image.index.v1")
        let signers = try await Signers()
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        putIndex(text)
        try await sign(.sha256(of: Array(text.utf8)), by: signers)
        guard case .refused(let refusal) = try await verify(.signedBy(signedBy("release")), .all, rings: rings) else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.reason == .unusableIndex(.nestedIndex))
        guard case .verified = try await verify(.signedBy(signedBy("release")), .index, rings: rings) else {
            Issue.record("not verified")
            return
        }
    }

    @Test("A digest that is not SHA-256 is a no, without a question to anybody: a retry could not help")
    func unprovable() async throws {
        let image = "e.com/team/app@sha512:" + String(repeating: "0", count: 128)
        guard case .refused(let refusal) = try await verify(.insecureAcceptAnything, .index, image: image) else {
            Issue.record("not refused")
            return
        }
        #expect(
            refusal.description == "simple: policy denied the request: \(image) is bound to a sha512 digest; only "
                + "sha256 can be proven, so name the image by its sha256 digest")
        #expect(refusal.digest == nil)
        #expect(network.urls.isEmpty)
    }
}
