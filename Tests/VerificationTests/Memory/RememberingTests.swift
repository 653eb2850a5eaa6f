import HTTP
import OpenPGP
import Policies
import Primitives
import Registry
import Support
import Testing

@testable import Verification

/// What is remembered between reviews, and what never is.
@Suite(.timeLimit(.minutes(2))) struct RememberingTests {
    /// An image with a signature, and the key ring that it is by.
    private func signed(_ shelf: Shelf, _ signers: Signers) async throws -> KeyRing {
        shelf.putImage()
        let signature = try await signers.sign(digest, as: Shelf.image, by: signers.release)
        shelf.network.put(.file(signature), at: Shelf.signatureURL())
        return try await signers.ring(signers.release)
    }

    // MARK: - Asking less

    @Test("A cold review asks three questions, a warm one none, by the tag and by the digest it was bound to")
    func asksNobodyTwice() async throws {
        let shelf = Shelf()
        let ring = try await signed(shelf, Signers())
        #expect(try await shelf.verify(Shelf.image, ring).image?.digest == digest)
        #expect(shelf.network.urls.sorted() == [Shelf.manifestURL, Shelf.signatureURL(1), Shelf.signatureURL(2)])
        for image in [Shelf.image, "e.com/team/app@\(digest)", "e.com/team/app:1@\(digest)"] {
            #expect(try await shelf.verify(image, ring).image?.digest == digest)
        }
        #expect(shelf.network.urls.count == 3)
        #expect(shelf.metrics.exposition().contains(#"lookups_total{memory="signatures",result="hit"} 3"#))
    }

    @Test("Two hundred at once make one request for the manifest and one for each signature")
    func sharesQuestions() async throws {
        let door = Door()
        let shelf = Shelf(FakeNetwork { _, _ in await door.pass() })
        let ring = try await signed(shelf, Signers())
        try await withThrowingTaskGroup(of: ImageDigest?.self) { group in
            for _ in 0..<200 { group.addTask { try await shelf.verify(Shelf.image, ring).image?.digest } }
            door.open()
            for try await found in group { #expect(found == digest) }
        }
        #expect(shelf.network.urls.sorted() == [Shelf.manifestURL, Shelf.signatureURL(1), Shelf.signatureURL(2)])
    }

    @Test("What a tag names is asked again after ten seconds; what is known of the digest holds for an hour")
    func forgetsInTime() async throws {
        let shelf = Shelf()
        let ring = try await signed(shelf, Signers())
        _ = try await shelf.verify(Shelf.image, ring)
        shelf.clock.advance(by: .seconds(10))
        _ = try await shelf.verify(Shelf.image, ring)
        #expect(shelf.count(Shelf.manifestURL) == 1)
        shelf.clock.advance(by: .seconds(1))
        _ = try await shelf.verify(Shelf.image, ring)
        #expect(shelf.count(Shelf.manifestURL) == 2)
        #expect(shelf.count(Shelf.signatureURL()) == 1)
        shelf.clock.advance(by: .seconds(3600))
        _ = try await shelf.verify("e.com/team/app@\(digest)", ring)
        #expect(shelf.count(Shelf.signatureURL()) == 2)
    }

    // MARK: - Tags

    @Test("A tag that moved is seen at once where the image stays unbound, and otherwise bound to what was proven")
    func movedTag() async throws {
        let signers = try await Signers()
        let shelf = Shelf()
        let ring = try await signed(shelf, signers)
        #expect(try await shelf.verify(Shelf.image, ring, isBound: false).image?.digest == digest)
        shelf.network.put(.manifest(otherManifest), at: Shelf.manifestURL)
        shelf.clock.advance(by: .milliseconds(1))
        // The other bytes are nobody's: an attacker pushed them between two reviews.
        #expect(try await shelf.verify(Shelf.image, ring, isBound: false).reason == .unsigned)
        // Of what an unbound review saw last a bound one may make use.
        let later = try await signers.sign(otherDigest, as: Shelf.image, by: signers.release)
        shelf.network.put(.file(later), at: Shelf.signatureURL(of: otherDigest))
        shelf.clock.advance(by: .seconds(6))
        #expect(try await shelf.verify(Shelf.image, ring).image?.digest == otherDigest)
        shelf.network.put(.manifest(manifest), at: Shelf.manifestURL)
        let bound = try #require(try await shelf.verify(Shelf.image, ring).image)
        #expect(bound.pinnedName == "e.com/team/app@\(otherDigest)")
        shelf.clock.advance(by: .seconds(11))
        #expect(try await shelf.verify(Shelf.image, ring).image?.digest == digest)
    }

    // MARK: - Who may hear it

    @Test("What one namespace could read with its credentials is not told to one with others or none")
    func keepsNamespacesApart() async throws {
        let login = { (name: String) in try #require(Credential(username: name, password: Secret("hunter2"))) }
        let (ann, bob) = (try login("ann"), try login("bob"))
        let registry = GuardedRegistry(admitting: ann)
        let verifier = ImageVerifier(
            registry: RegistryClient(exchange: registry), store: SignatureStore(exchange: registry),
            memory: MemorySettings())
        func verify(_ credentials: [Credential], _ image: String) async throws -> ImageDigest? {
            let demand = VerificationDemand(
                image: try ImageReference(parsing: image),
                simple: SimpleSigning(requirements: [.insecureAcceptAnything], storeURL: nil), keyRings: [:],
                credentials: credentials, isBound: true, lastGood: .seconds(3600))
            return try await verifier.verify(demand, by: .after(.seconds(100))).image?.digest
        }
        #expect(try await verify([ann], Shelf.image) == digest)
        let count = registry.count
        #expect(try await verify([ann], Shelf.image) == digest)
        #expect(try await verify([ann], "e.com/team/app@\(digest)") == digest)
        #expect(registry.count == count, "whoever has the same credential is told")
        for image in [Shelf.image, "e.com/team/app@\(digest)"] {
            for stranger in [[], [bob]] {
                let before = registry.count
                await #expect(throws: VerificationError.self) { try await verify(stranger, image) }
                #expect(registry.count > before, "whoever has another asks the registry")
            }
        }
        // The one that is let in is among them, but first the registry has to say so.
        #expect(try await verify([bob, ann], Shelf.image) == digest)
    }

    @Test("What the registry shows to everybody is told to everybody, whatever credentials they have")
    func sharesThePublic() async throws {
        let shelf = Shelf()
        let ring = try await signed(shelf, Signers())
        let ann = try #require(Credential(username: "ann", password: Secret("hunter2")))
        #expect(try await shelf.verify(Shelf.image, ring, credentials: [ann]).image?.digest == digest)
        let count = shelf.network.urls.count
        #expect(try await shelf.verify(Shelf.image, ring).image?.digest == digest)
        #expect(try await shelf.verify("e.com/team/app@\(digest)", ring).image?.digest == digest)
        #expect(shelf.network.urls.count == count)
    }

    // MARK: - What never is remembered

    @Test(
        "A registry or a store that fails is never remembered, and never taken for unsigned",
        arguments: [429, 500, 503])
    func forgetsFailures(status: Int) async throws {
        let shelf = Shelf()
        let ring = try await signed(shelf, Signers())
        shelf.network.put(.status(status), .manifest(manifest), at: Shelf.manifestURL)
        shelf.network.put(.status(status), .status(404), at: Shelf.signatureURL(2))
        for _ in 0..<2 {
            await #expect(throws: VerificationError.self) { try await shelf.verify(Shelf.image, ring) }
        }
        #expect(try await shelf.verify(Shelf.image, ring).image?.digest == digest)
    }

    @Test("What is no signature is not remembered: the list counts when it was mended")
    func forgetsUnreadableLists() async throws {
        let shelf = Shelf()
        let signers = try await Signers()
        let ring = try await signed(shelf, signers)
        shelf.network.put(.file(Array("<html>".utf8)), at: Shelf.signatureURL(1))
        await #expect(throws: VerificationError.self) { try await shelf.verify(Shelf.image, ring) }
        _ = try await signed(shelf, signers)
        #expect(try await shelf.verify(Shelf.image, ring).image?.digest == digest)
    }

    @Test("That there is no signature holds for five seconds only")
    func forgetsAbsence() async throws {
        let signers = try await Signers()
        let shelf = Shelf()
        shelf.putImage()
        let ring = try await signers.ring(signers.release)
        #expect(try await shelf.verify(Shelf.image, ring).reason == .unsigned)
        let signature = try await signers.sign(digest, as: Shelf.image, by: signers.release)
        shelf.network.put(.file(signature), at: Shelf.signatureURL())
        #expect(try await shelf.verify(Shelf.image, ring).reason == .unsigned)
        #expect(shelf.count(Shelf.signatureURL()) == 1)
        shelf.clock.advance(by: .seconds(6))
        #expect(try await shelf.verify(Shelf.image, ring).image?.digest == digest)
    }

    @Test("No image is refused for signatures that were read long ago: one that was added since counts")
    func asksAgainBeforeItRefuses() async throws {
        let signers = try await Signers()
        let shelf = Shelf()
        shelf.putImage()
        shelf.network.put(
            .file(try await signers.sign(digest, as: Shelf.image, by: signers.other)), at: Shelf.signatureURL())
        let ring = try await signers.ring(signers.release)
        #expect(try await shelf.verify(Shelf.image, ring).reason != nil)
        shelf.network.put(
            .file(try await signers.sign(digest, as: Shelf.image, by: signers.release)), at: Shelf.signatureURL(2))
        shelf.clock.advance(by: .seconds(6))
        #expect(try await shelf.verify(Shelf.image, ring).image?.digest == digest)
    }

    // MARK: - Judged each time

    @Test("A policy or a key that changes acts at once on what is remembered")
    func judgesEachTime() async throws {
        let signers = try await Signers()
        let shelf = Shelf()
        let ring = try await signed(shelf, signers)
        let other = try await signers.ring(signers.other)
        let both = try await signers.ring(signers.other, signers.release)
        #expect(try await shelf.verify(Shelf.image, ring).image != nil)
        let known = Set(shelf.network.urls)
        #expect(try await shelf.verify(Shelf.image, other).reason != nil, "another key")
        #expect(
            try await shelf.verify(
                Shelf.image, ring, identity: .exactRepository(ImageReference(parsing: "e.com/team/other"))
            ).reason != nil)
        #expect(try await shelf.verify(Shelf.image, both).image != nil, "one of two keys")
        // For a refusal it has to be known once that the registry itself has no signatures.
        #expect(shelf.network.urls.count == known.count + 1)
        #expect(Set(shelf.network.urls).subtracting(known) == ["https://e.com/v2/"])
    }

    @Test("A key that was revoked or has expired since proves nothing any more")
    func heedsTheEndOfKeys() async throws {
        let signers = try await Signers()
        let key = try await signers.gpg.makeKey("brief", algorithm: "ed25519", expiry: "1d")
        let shelf = Shelf()
        shelf.putImage()
        shelf.network.put(.file(try await signers.sign(digest, as: Shelf.image, by: key)), at: Shelf.signatureURL())
        let ring = try await signers.ring(key)
        #expect(try await shelf.verify(Shelf.image, ring).image != nil)
        let known = Set(shelf.network.urls)
        let later = Timestamp(secondsSince1970: Timestamp.now.secondsSince1970 + 2 * 86_400)
        #expect("\(try #require(try await shelf.verify(Shelf.image, ring, at: later).reason))".contains("expired"))
        try await signers.gpg.revoke(key)
        let revoked = try await signers.ring(key, signers.other)
        #expect("\(try #require(try await shelf.verify(Shelf.image, revoked).reason))".contains("revoked"))
        #expect(Set(shelf.network.urls).subtracting(known) == ["https://e.com/v2/"])
    }

    // MARK: - Under attack

    @Test("A flood pushes out what nobody asks for, keeps within its bounds, and proves nothing")
    func survivesFloods() async throws {
        let signers = try await Signers()
        let shelf = Shelf(bytes: 64 << 10)
        let ring = try await signed(shelf, signers)
        // The signature of the good image at the place of others' signatures: whoever runs a store may try.
        let stolen = try await signers.sign(digest, as: Shelf.image, by: signers.release)
        for number in 0..<300 {
            let text = manifest + String(repeating: " ", count: number + 1)
            let bad = ImageDigest.sha256(of: Array(text.utf8))
            shelf.network.put(.manifest(text), at: "https://e.com/v2/team/app/manifests/f\(number)")
            shelf.network.put(.file(stolen), at: Shelf.signatureURL(of: bad))
            #expect(
                try await shelf.verify("e.com/team/app:f\(number)", ring).reason
                    == .noAcceptedSignature([.otherDigest(digest)]))
            if number % 20 == 0 { #expect(try await shelf.verify(Shelf.image, ring).image?.digest == digest) }
        }
        let lines = shelf.metrics.exposition().split(separator: "\n")
        let number = { (name: String) in
            lines.filter { $0.hasPrefix(name) }.reduce(0) { $0 + (Int($1.split(separator: " ").last ?? "") ?? 0) }
        }
        #expect(number("ostiary_memory_evictions_total") > 100)
        #expect(number("ostiary_memory_bytes") <= 64 << 10)
        #expect(number("ostiary_memory_entries") > 10)
    }

    @Test("The first to ask hangs up, and the others get the answer to the same question")
    func survivesTheLeader() async throws {
        let door = Door()
        let shelf = Shelf(FakeNetwork { _, _ in await door.pass() })
        shelf.putImage()
        let leader = Task { try await shelf.verify() }
        await door.wait(forVisitors: 1)
        let follower = Task { try await shelf.verify() }
        // That the second waits too shows in the misses.
        while !shelf.metrics.exposition().contains(#"lookups_total{memory="manifests",result="miss"} 2"#) {
            await Task.yield()
        }
        leader.cancel()
        await #expect(throws: VerificationError.self) { try await leader.value }
        door.open()
        #expect(try await follower.value.image?.digest == digest)
    }
}
