import HTTP
import OpenPGP
import Policies
import Primitives
import Registry
import Support
import Testing
import Verification

private let store = "https://sigs.e.com/store"
private let manifestURL = "https://e.com/v2/team/app/manifests/1"

/// Where the store keeps a signature.
private func signatureURL(_ number: Int, of digest: ImageDigest = digest) -> String {
    "\(store)/team/app@sha256=\(digest.hex)/signature-\(number)"
}

@Suite(.timeLimit(.minutes(2))) struct ImageVerifierTests {
    private let network = FakeNetwork()

    private func verify(
        _ requirements: [SimpleRequirement], of image: String = "e.com/team/app:1", storeURL: String? = store,
        keyRings: [SignedBy: KeyRing] = [:]
    ) async throws -> ImageVerdict {
        let verifier = ImageVerifier(
            registry: RegistryClient(exchange: network), store: SignatureStore(exchange: network))
        let simple = SimpleSigning(
            requirements: requirements, storeURL: try storeURL.map { try URL(parsing: $0) })
        let demand = VerificationDemand(
            image: try ImageReference(parsing: image), simple: simple, keyRings: keyRings, credentials: [])
        return try await verifier.verify(demand, by: .after(.seconds(60)))
    }

    private func refusal(_ verdict: ImageVerdict) throws -> Refusal {
        guard case .refused(let refusal) = verdict else {
            Issue.record("not refused")
            throw CancellationError()
        }
        return refusal
    }

    private func verified(_ verdict: ImageVerdict) throws -> VerifiedImage {
        guard case .verified(let image) = verdict else {
            Issue.record("not verified: \(verdict)")
            throw CancellationError()
        }
        return image
    }

    @Test("A signed image is verified under the digest of the bytes that came")
    func verifiesSigned() async throws {
        let signers = try await Signers()
        network.put(.manifest(manifest), at: manifestURL)
        let signature = try await signers.sign(digest, as: "e.com/team/app:1", by: signers.release)
        network.put(.file(signature), at: signatureURL(1))
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        let image = try verified(try await verify([.signedBy(signedBy("release"))], keyRings: rings))
        #expect(image.digest == digest)
        #expect(image.pinnedName == "e.com/team/app@\(digest)")
        #expect(image.reference.description == "e.com/team/app:1")
        #expect(image.signatures.map(\.digest) == [digest])
        #expect(network.urls.sorted() == [manifestURL, signatureURL(1), signatureURL(2)])
    }

    @Test("An image without signatures is refused as unsigned, in Portieris' words")
    func refusesUnsigned() async throws {
        let ring = try await Signers().anyRing
        network.put(.manifest(manifest), at: manifestURL)
        let refusal = try refusal(
            try await verify([.signedBy(signedBy("release"))], keyRings: [signedBy("release"): ring]))
        #expect(refusal.reason == .unsigned)
        #expect(refusal.digest == digest)
        #expect(
            refusal.description
                == "simple: policy denied the request: A signature was required, but no signature exists; if it was "
                + "signed: signatures stay on the signing machine until its registries.d sends them to the store")
    }

    @Test("A policy without a store asks only whether the registry keeps signatures itself, and nothing is signed then")
    func refusesWithoutStore() async throws {
        let ring = try await Signers().anyRing
        network.put(.manifest(manifest), at: manifestURL)
        let rings = [signedBy("release"): ring]
        let refusal = try refusal(try await verify([.signedBy(signedBy("release"))], storeURL: nil, keyRings: rings))
        #expect(refusal.reason == .unsigned)
        #expect(
            refusal.description.hasSuffix(
                "no signature exists; the policy names no storeURL, and the registry shows none itself"))
        #expect(Set(network.urls) == [manifestURL, "https://e.com/v2/"])
    }

    @Test("A store that fails leaves the image undecided, never unsigned", arguments: [401, 403, 429, 500, 503])
    func tellsFailureFromUnsigned(_ status: Int) async throws {
        let ring = try await Signers().anyRing
        network.put(.manifest(manifest), at: manifestURL)
        network.put(.status(status), at: signatureURL(1))
        let error = await #expect(throws: VerificationError.self) {
            try await verify([.signedBy(signedBy("release"))], keyRings: [signedBy("release"): ring])
        }
        #expect(error?.description.hasPrefix("simple: signature store sigs.e.com ") ?? false)
    }

    @Test("A store that fails behind a good signature leaves the image undecided too: the list is not whole")
    func needsTheWholeList() async throws {
        let signers = try await Signers()
        network.put(.manifest(manifest), at: manifestURL)
        let signature = try await signers.sign(digest, as: "e.com/team/app:1", by: signers.release)
        network.put(.file(signature), at: signatureURL(1))
        network.put(.status(502), at: signatureURL(2))
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        await #expect(throws: VerificationError.self) {
            try await verify([.signedBy(signedBy("release"))], keyRings: rings)
        }
    }

    @Test("A registry that fails leaves the image undecided", arguments: [401, 404, 429, 500])
    func needsTheManifest(_ status: Int) async throws {
        network.put(.status(status), at: manifestURL)
        for requirement in [SimpleRequirement.insecureAcceptAnything, .reject, .signedBy(signedBy("release"))] {
            await #expect(throws: VerificationError.self) { try await verify([requirement]) }
        }
    }

    @Test("insecureAcceptAnything looks at the manifest and at nothing else")
    func acceptsAnything() async throws {
        network.put(.manifest(manifest), at: manifestURL)
        let image = try verified(try await verify([.insecureAcceptAnything]))
        #expect(image.digest == digest)
        #expect(image.signatures.isEmpty)
        #expect(network.urls == [manifestURL])
    }

    @Test("reject looks at the manifest, and refuses whatever stands beside it, even with the store down")
    func rejects() async throws {
        network.put(.manifest(manifest), at: manifestURL)
        network.put(.status(500), at: signatureURL(1))
        for requirements in [
            [.reject], [.insecureAcceptAnything, .reject], [.reject, .signedBy(signedBy("release"))],
            [.signedBy(signedBy("release")), .reject],
        ] as [[SimpleRequirement]] {
            let refusal = try refusal(try await verify(requirements))
            #expect(
                refusal.description == "simple: policy denied the request: "
                    + "Running image docker://e.com/team/app:1 is rejected by policy.")
            #expect(refusal.digest == digest)
        }
        #expect(network.urls == Array(repeating: manifestURL, count: 4))
    }

    @Test("A demand without requirements proves nothing")
    func refusesToProveNothing() async throws {
        network.put(.manifest(manifest), at: manifestURL)
        await #expect(throws: VerificationError.self) { try await verify([]) }
    }

    @Test("Two signedBy need two signers, and the first that does not hold is the one reported")
    func needsAll() async throws {
        let signers = try await Signers()
        let (first, second) = (signedBy("release"), signedBy("other"))
        let rings = [
            first: try await signers.ring(signers.release), second: try await signers.ring(signers.other),
        ]
        let requirements = [SimpleRequirement.signedBy(first), .insecureAcceptAnything, .signedBy(second)]
        let mine = try await signers.sign(digest, as: "e.com/team/app:1", by: signers.release)
        let theirs = try await signers.sign(digest, as: "e.com/team/app:1", by: signers.other)
        network.put(.manifest(manifest), at: manifestURL)

        network.put(.file(mine), at: signatureURL(1))
        let one = try refusal(try await verify(requirements, keyRings: rings))
        let keyID = signers.release.fingerprint.suffix(16).lowercased()
        #expect(one.description.lowercased().contains("signed by key \(keyID)"), "\(one)")

        network.put(.file(theirs), at: signatureURL(2))
        let both = try verified(try await verify(requirements, keyRings: rings))
        #expect(
            both.signatures.map { $0.primaryFingerprint.description.uppercased() }
                == [signers.release.fingerprint, signers.other.fingerprint])
    }

    @Test("A key ring that was not handed in is an error: its requirement is not skipped")
    func needsEveryKeyRing() async throws {
        let signers = try await Signers()
        network.put(.manifest(manifest), at: manifestURL)
        let signature = try await signers.sign(digest, as: "e.com/team/app:1", by: signers.release)
        network.put(.file(signature), at: signatureURL(1))
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        let error = await #expect(throws: VerificationError.self) {
            try await verify([.signedBy(signedBy("release")), .signedBy(signedBy("missing"))], keyRings: rings)
        }
        #expect(error?.description.contains("\"missing\"") ?? false)
    }

    @Test(
        "A digest in the reference decides what is fetched, with or without a tag beside it",
        arguments: ["e.com/team/app@\(digest)", "e.com/team/app:1@\(digest)"])
    func verifiesByDigest(_ image: String) async throws {
        let signers = try await Signers()
        let url = "https://e.com/v2/team/app/manifests/\(digest)"
        network.put(.manifest(manifest), at: url)
        let signature = try await signers.sign(digest, as: image, by: signers.release)
        network.put(.file(signature), at: signatureURL(1))
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        let proven = try verified(try await verify([.signedBy(signedBy("release"))], of: image, keyRings: rings))
        #expect(proven.pinnedName == "e.com/team/app@\(digest)")
        #expect(network.urls.first == url)
    }

    @Test("An image asked for by digest counts under any tag that was signed")
    func verifiesByDigestUnderTag() async throws {
        let signers = try await Signers()
        network.put(.manifest(manifest), at: "https://e.com/v2/team/app/manifests/\(digest)")
        let signature = try await signers.sign(digest, as: "e.com/team/app:7", by: signers.release)
        network.put(.file(signature), at: signatureURL(1))
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        let verdict = try await verify(
            [.signedBy(signedBy("release"))], of: "e.com/team/app@\(digest)", keyRings: rings)
        #expect(try verified(verdict).signatures.map(\.reference.description) == ["e.com/team/app:7"])
    }

    @Test(
        "An image with its tag kept beside the digest is verified by what was signed under the tag",
        arguments: [("e.com/team/app:1", true), ("e.com/team/app:2", false), ("e.com/team/other:1", false)])
    func verifiesKeptTag(signed: String, isAccepted: Bool) async throws {
        let signers = try await Signers()
        network.put(.manifest(manifest), at: "https://e.com/v2/team/app/manifests/\(digest)")
        let signature = try await signers.sign(digest, as: signed, by: signers.release)
        network.put(.file(signature), at: signatureURL(1))
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        let verdict = try await verify(
            [.signedBy(signedBy("release"))], of: "e.com/team/app:1@\(digest)", keyRings: rings)
        guard isAccepted else {
            _ = try refusal(verdict)
            return
        }
        let image = try verified(verdict)
        #expect(image.pinnedName(as: .nameTagAtDigest) == "e.com/team/app:1@\(digest)")
        #expect(image.pinnedName(as: .nameAtDigest) == "e.com/team/app@\(digest)")
    }

    @Test("A signature under the tag for other bytes does not count, though the tag is the same")
    func refusesKeptTagOfOtherBytes() async throws {
        let signers = try await Signers()
        network.put(.manifest(manifest), at: "https://e.com/v2/team/app/manifests/\(digest)")
        let signature = try await signers.sign(otherDigest, as: "e.com/team/app:1", by: signers.release)
        network.put(.file(signature), at: signatureURL(1))
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        let verdict = try await verify(
            [.signedBy(signedBy("release"))], of: "e.com/team/app:1@\(digest)", keyRings: rings)
        #expect("\(try refusal(verdict))".contains("does not match"))
    }

    @Test("Bytes that do not have the digest of the reference are no answer")
    func refusesOtherBytes() async throws {
        network.put(.manifest(otherManifest), at: "https://e.com/v2/team/app/manifests/\(digest)")
        await #expect(throws: VerificationError.self) {
            try await verify([.insecureAcceptAnything], of: "e.com/team/app@\(digest)")
        }
    }

    @Test("The manifest is fetched once: a registry that would answer otherwise next time changes nothing")
    func fetchesOnce() async throws {
        let signers = try await Signers()
        let (first, second) = (signedBy("release"), signedBy("other"))
        let rings = [
            first: try await signers.ring(signers.release), second: try await signers.ring(signers.other),
        ]
        network.put(.manifest(manifest), .manifest(otherManifest), at: manifestURL)
        for (number, key) in [signers.release, signers.other].enumerated() {
            let signature = try await signers.sign(digest, as: "e.com/team/app:1", by: key)
            network.put(.file(signature), at: signatureURL(number + 1))
        }
        let image = try verified(try await verify([.signedBy(first), .signedBy(second)], keyRings: rings))
        #expect(image.pinnedName == "e.com/team/app@\(digest)")
        #expect(network.urls.count { $0 == manifestURL } == 1)
        #expect(Set(network.urls).isSuperset(of: (1...3).map { signatureURL($0) }))
    }

    @Test("A tag that was moved to other bytes is not covered by the signature of the old ones")
    func refusesMovedTag() async throws {
        let signers = try await Signers()
        network.put(.manifest(otherManifest), at: manifestURL)
        let old = try await signers.sign(digest, as: "e.com/team/app:1", by: signers.release)
        network.put(.file(old), at: signatureURL(1, of: otherDigest))
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        let refusal = try refusal(try await verify([.signedBy(signedBy("release"))], keyRings: rings))
        #expect(refusal.reason == .noAcceptedSignature([.otherDigest(digest)]))
        #expect(refusal.digest == otherDigest)
    }

    private func verify(
        in stores: [String], credential: Credential? = nil, ring: KeyRing
    ) async throws -> ImageVerdict {
        network.put(.manifest(manifest), at: manifestURL)
        let simple = SimpleSigning(
            requirements: [.signedBy(signedBy("release"))],
            stores: try stores.map { .server(try URL(parsing: $0)) })
        let verifier = ImageVerifier(
            registry: RegistryClient(exchange: network), store: SignatureStore(exchange: network))
        let demand = VerificationDemand(
            image: try ImageReference(parsing: "e.com/team/app:1"), simple: simple,
            keyRings: [signedBy("release"): ring], storeCredential: credential, credentials: [])
        return try await verifier.verify(demand, by: .after(.seconds(60)))
    }

    @Test("Of several stores a signature counts wherever it is, also beside a store that is down or holds a page")
    func searchesAllStores() async throws {
        let signers = try await Signers()
        let ring = try await signers.ring(signers.release)
        let stores = [store, "https://other.e.com"]
        let other = "https://other.e.com/team/app@sha256=\(digest.hex)/signature-1"
        let good = try await signers.sign(digest, as: "e.com/team/app:1", by: signers.release)
        let wrong = try await signers.sign(digest, as: "e.com/team/app:1", by: signers.other)
        for first in [.status(404), .status(500), .file(Array("<html>".utf8)), .file(wrong)] as [FakeNetwork.Answer] {
            network.put(first, at: signatureURL(1))
            network.put(.file(good), at: other)
            _ = try verified(try await verify(in: stores, ring: ring))
            _ = try verified(try await verify(in: stores.reversed(), ring: ring))
        }
        // Without the good one the image is refused only where both stores could be read.
        network.put(.status(404), at: other)
        network.put(.file(wrong), at: signatureURL(1))
        _ = try refusal(try await verify(in: stores, ring: ring))
        network.put(.status(500), at: other)
        await #expect(throws: VerificationError.self) { try await verify(in: stores, ring: ring) }
    }

    @Test("The password of the stores is shown to them, and never to the registry")
    func showsStorePassword() async throws {
        let signers = try await Signers()
        let credential = try #require(Credential(username: "reader", password: Secret("hunter2")))
        _ = try await verify(in: [store], credential: credential, ring: signers.ring(signers.release))
        let shown = network.questions.filter { $0.request.authorization != nil }
        #expect(!shown.isEmpty)
        #expect(shown.allSatisfy { $0.request.url.host == "sigs.e.com" })
        #expect(shown.allSatisfy { $0.request.authorization?.revealText() == "Basic cmVhZGVyOmh1bnRlcjI=" })
        #expect(network.urls.allSatisfy { !$0.contains("hunter2") })
    }

    @Test("A reference without tag and digest is the tag latest, for the registry and for the signed name")
    func addsTheDefaultTag() async throws {
        let signers = try await Signers()
        network.put(.manifest(manifest), at: "https://registry-1.docker.io/v2/library/nginx/manifests/latest")
        let signature = try await signers.sign(digest, as: "docker.io/library/nginx:latest", by: signers.release)
        network.put(.file(signature), at: "\(store)/library/nginx@sha256=\(digest.hex)/signature-1")
        let rings = [signedBy("release"): try await signers.ring(signers.release)]
        let image = try verified(try await verify([.signedBy(signedBy("release"))], of: "nginx", keyRings: rings))
        #expect(image.pinnedName == "docker.io/library/nginx@\(digest)")
    }
}

extension Signers {
    /// A ring, where it does not matter whose.
    fileprivate var anyRing: KeyRing {
        get async throws { try await ring(release) }
    }
}
