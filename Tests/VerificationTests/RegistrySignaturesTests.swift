import HTTP
import OpenPGP
import Policies
import Primitives
import Registry
import Support
import Testing

@testable import Verification

/// Signatures that the registry keeps itself (`X-Registry-Supports-Signatures`).
@Suite(.timeLimit(.minutes(2))) struct RegistrySignaturesTests {
    private static let list = "https://e.com/extensions/v2/team/app/signatures/\(digest)"
    private static let ping = "https://e.com/v2/"
    private static let announcement = ("X-Registry-Supports-Signatures", "1")
    private let shelf = Shelf()
    private var network: FakeNetwork { shelf.network }

    /// Puts the image, with or without the announcement.
    private func putImage(isAnnounced: Bool) {
        let type = ("Content-Type", "application/vnd.oci.image.manifest.v1+json")
        for version in ["1", "\(digest)"] {
            network.put(
                .status(200, [type] + (isAnnounced ? [Self.announcement] : []), manifest),
                at: "https://e.com/v2/team/app/manifests/\(version)")
        }
    }

    private func putList(_ signatures: [UInt8]...) {
        let entries = signatures.map {
            #"{"schemaVersion":2,"name":"\#(digest)@0","type":"atomic","content":"\#(Base64.encode($0))"}"#
        }
        network.put(.status(200, [], #"{"signatures":[\#(entries.joined(separator: ","))]}"#), at: Self.list)
    }

    private func signature(_ signers: Signers) async throws -> [UInt8] {
        try await signers.sign(digest, as: Shelf.image, by: signers.release)
    }

    /// What comes of the image under a policy without a store.
    private func verify(
        withoutStore ring: KeyRing, mirrors: RegistryMirrors = RegistryMirrors()
    ) async throws -> ImageVerdict {
        let verifier = ImageVerifier(
            registry: RegistryClient(exchange: network, mirrors: { mirrors }), store: SignatureStore(exchange: network))
        let demand = VerificationDemand(
            image: try ImageReference(parsing: Shelf.image),
            simple: SimpleSigning(requirements: [.signedBy(signedBy("release"))], storeURL: nil),
            keyRings: [signedBy("release"): ring], credentials: [])
        return try await verifier.verify(demand, by: .after(.seconds(60)))
    }

    @Test("Where the registry announces them, it is where signatures are without a store, for two questions in all")
    func announced() async throws {
        let signers = try await Signers()
        putImage(isAnnounced: true)
        putList(try await signature(signers))
        #expect(try await verify(withoutStore: signers.ring(signers.release)).image?.digest == digest)
        #expect(network.urls == [Shelf.manifestURL, Self.list])
    }

    @Test("A registry that announces them only in answer to the ping is asked for it before an image is refused")
    func announcedByPing() async throws {
        let signers = try await Signers()
        putImage(isAnnounced: false)
        putList(try await signature(signers))
        network.put(.status(401, [Self.announcement]), at: Self.ping)
        #expect(try await verify(withoutStore: signers.ring(signers.release)).image?.digest == digest)
        #expect(network.urls == [Shelf.manifestURL, Self.ping, Self.list])
    }

    @Test("An image that a store proves costs no question more at a registry that announces nothing")
    func costsNothing() async throws {
        let signers = try await Signers()
        putImage(isAnnounced: false)
        network.put(.file(try await signature(signers)), at: Shelf.signatureURL())
        #expect(try await shelf.verify(Shelf.image, signers.ring(signers.release)).image != nil)
        #expect(network.urls.sorted() == [Shelf.manifestURL, Shelf.signatureURL(1), Shelf.signatureURL(2)])
    }

    @Test("The registry and the store are both asked, and a signature counts wherever it is", arguments: [true, false])
    func asksBoth(isAnnounced: Bool) async throws {
        let signers = try await Signers()
        let (good, bad) = try await (
            signature(signers), signers.sign(digest, as: Shelf.image, by: signers.other)
        )
        let ring = try await signers.ring(signers.release)
        for (inStore, inRegistry) in [(good, bad), (bad, good)] {
            let shelf = Shelf(network)
            putImage(isAnnounced: isAnnounced)
            network.put(.status(200, [Self.announcement]), at: Self.ping)
            network.put(.file(inStore), at: Shelf.signatureURL())
            putList(inRegistry)
            #expect(try await shelf.verify(Shelf.image, ring).image?.digest == digest)
        }
    }

    @Test("One of the two that is down stands in the way of a refusal, and not of a proof")
    func oneIsDown() async throws {
        let signers = try await Signers()
        let good = try await signature(signers)
        let ring = try await signers.ring(signers.release)
        putImage(isAnnounced: true)
        for failure in [404, 403, 500] as [Int] {
            network.put(.status(failure), at: Self.list)
            network.put(.file(good), at: Shelf.signatureURL())
            #expect(try await Shelf(network).verify(Shelf.image, ring).image != nil)
            network.put(.status(404), at: Shelf.signatureURL())
            let error = await #expect(throws: VerificationError.self) {
                try await Shelf(network).verify(Shelf.image, ring)
            }
            #expect(
                error?.description.contains("signature extension of registry e.com") == true,
                "\(String(describing: error))")
        }
        network.put(.status(500), at: Shelf.signatureURL())
        putList(good)
        #expect(try await Shelf(network).verify(Shelf.image, ring).image != nil)
        putList()
        await #expect(throws: VerificationError.self) { try await Shelf(network).verify(Shelf.image, ring) }
    }

    @Test("A registry that cannot answer the ping leaves an image undecided that nothing else proves")
    func pingFails() async throws {
        let signers = try await Signers()
        let ring = try await signers.ring(signers.release)
        putImage(isAnnounced: false)
        network.put(.status(503), at: Self.ping)
        await #expect(throws: VerificationError.self) { try await verify(withoutStore: ring) }
        network.put(.status(403), at: Self.ping)
        #expect(try await verify(withoutStore: ring).reason == .unsigned)
    }

    @Test("An empty list is no signature, and what is in a list is as little trusted as what is in a store")
    func refuses() async throws {
        let signers = try await Signers()
        let ring = try await signers.ring(signers.release)
        putImage(isAnnounced: true)
        putList()
        #expect(try await verify(withoutStore: ring).reason == .unsigned)
        putList(try await signers.sign(otherDigest, as: Shelf.image, by: signers.release))
        #expect(try await verify(withoutStore: ring).reason == .noAcceptedSignature([.otherDigest(otherDigest)]))
        // What announces its format in a store is nothing here, as in containers/image; nor is armor.
        let wrapped = try await Array("\0simple-signing\n".utf8) + signature(signers)
        putList(wrapped, Array("-----BEGIN PGP MESSAGE-----".utf8), [])
        guard case .noAcceptedSignature(let faults) = try await verify(withoutStore: ring).reason else {
            Issue.record("not refused")
            return
        }
        #expect(faults.count == 3)
    }

    @Test("An image from a mirror is not looked for in the registry's list, whoever announces it")
    func mirrored() async throws {
        let signers = try await Signers()
        let mirrors = RegistryMirrors(["e.com": .init(mirrors: [.init(base: try URL(parsing: "https://m.test/v2/"))])])
        network.put(.manifest(manifest), at: "https://m.test/v2/team/app/manifests/1?ns=e.com")
        network.put(.status(200, [Self.announcement]), at: Self.ping)
        putList(try await signature(signers))
        #expect(try await verify(withoutStore: signers.ring(signers.release), mirrors: mirrors).reason == .unsigned)
        #expect(network.urls.allSatisfy { $0.hasPrefix("https://m.test/v2/team/app/manifests/") })
    }

    @Test("What the registry said is remembered for those who may hear it, and a list without signatures for seconds")
    func remembers() async throws {
        let signers = try await Signers()
        let ring = try await signers.ring(signers.release)
        putImage(isAnnounced: false)
        network.put(.status(200, [Self.announcement]), at: Self.ping)
        putList()
        #expect(try await shelf.verify(Shelf.image, ring).reason == .unsigned)
        shelf.clock.advance(by: .seconds(6))
        putList(try await signature(signers))
        for _ in 0..<3 { #expect(try await shelf.verify(Shelf.image, ring).image != nil) }
        #expect(shelf.count(Self.list) == 2)
        #expect(shelf.count(Self.ping) == 1)
        let credential = try #require(Credential(username: "u", password: Secret("1")))
        #expect(try await shelf.verify(Shelf.image, ring, credentials: [credential]).image != nil)
        #expect(shelf.count(Self.list) == 3)
        #expect(shelf.count(Self.ping) == 1)
        // After an hour it is asked again whether there is a list at all.
        shelf.clock.advance(by: .seconds(3601))
        network.put(.status(500), at: Self.ping)
        await #expect(throws: VerificationError.self) { try await shelf.verify(Shelf.image, ring) }
    }

    @Test("With nobody to ask, what the registry kept counts as far as the policy says")
    func lastGood() async throws {
        let signers = try await Signers()
        let ring = try await signers.ring(signers.release)
        let pinned = "e.com/team/app@\(digest)"
        putImage(isAnnounced: true)
        putList(try await signature(signers))
        #expect(try await shelf.verify(pinned, ring).image != nil)
        shelf.clock.advance(by: .seconds(3601))
        for url in [
            "https://e.com/v2/team/app/manifests/\(digest)", Self.list, Shelf.signatureURL(1), Shelf.signatureURL(2),
        ] {
            network.put(.status(500), at: url)
        }
        #expect(try await shelf.verify(pinned, ring, lastGood: .seconds(7200)).image?.unavailability != nil)
        await #expect(throws: VerificationError.self) { try await shelf.verify(pinned, ring) }
    }
}
