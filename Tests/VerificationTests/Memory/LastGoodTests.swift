import HTTP
import OpenPGP
import Policies
import Primitives
import Registry
import Support
import Testing

@testable import Verification

/// `onUnavailable: lastGood`: what was proven counts while nobody can be asked, if the policy says so.
@Suite(.timeLimit(.minutes(2))) struct LastGoodTests {
    private static let pinned = "e.com/team/app@\(digest)"
    private static let manifestURL = "https://e.com/v2/team/app/manifests/\(digest)"
    private static let day = Duration.seconds(86_400)

    private let shelf = Shelf()
    private let signature: [UInt8]
    /// Whose signature there is.
    private let ring: KeyRing
    private let strangers: KeyRing

    init() async throws {
        let signers = try await Signers()
        shelf.putImage()
        signature = try await signers.sign(digest, as: Shelf.image, by: signers.release)
        shelf.network.put(.file(signature), at: Shelf.signatureURL())
        ring = try await signers.ring(signers.release)
        strangers = try await signers.ring(signers.other)
    }

    /// From now on registry and store answer this.
    private func fail(_ status: Int = 503) {
        for url in [Self.manifestURL, Shelf.manifestURL, Shelf.signatureURL(1), Shelf.signatureURL(2)] {
            shelf.network.put(.status(status), at: url)
        }
    }

    @Test(
        "Registry and store are down: an image by digest is admitted by what is known, and says so",
        arguments: [429, 500, 503])
    func admits(status: Int) async throws {
        #expect(try await shelf.verify(Self.pinned, ring, lastGood: Self.day).image?.unavailability == nil)
        fail(status)
        shelf.clock.advance(by: .seconds(23 * 3600))
        let image = try #require(try await shelf.verify(Self.pinned, ring, lastGood: Self.day).image)
        #expect(image.digest == digest)
        #expect(image.signatures.count == 1)
        #expect("\(try #require(image.unavailability))".hasPrefix("simple: registry e.com "))
    }

    @Test("Only the store is down")
    func admitsWithoutTheStore() async throws {
        _ = try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        fail()
        shelf.network.put(.manifest(manifest), at: Self.manifestURL)
        shelf.clock.advance(by: .seconds(7200))
        let image = try #require(try await shelf.verify(Self.pinned, ring, lastGood: Self.day).image)
        #expect("\(try #require(image.unavailability))".hasPrefix("simple: signature store sigs.e.com "))
    }

    @Test("Everything is down behind a mirror that does not have the image, or behind a proxy that is gone")
    func admitsBehindOthers() async throws {
        let base = try URL(parsing: "https://m.test/v2/")
        let isGone = Flag()
        let network = FakeNetwork { request, _ throws(HTTPError) in
            guard isGone.isRaised, request.url.host != base.host else { return }
            throw .proxyFailed(proxy: "p.test:3128", authority: request.url.authority, .refused(.badGateway))
        }
        let shelf = Shelf(network, mirrors: RegistryMirrors(others: .init(mirrors: [.init(base: base)])))
        shelf.putImage()
        network.put(.file(signature), at: Shelf.signatureURL())
        _ = try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        isGone.raise()
        shelf.clock.advance(by: .seconds(7200))
        let image = try #require(try await shelf.verify(Self.pinned, ring, lastGood: Self.day).image)
        #expect("\(try #require(image.unavailability))".contains("the proxy p.test:3128 does not lead to e.com"))
    }

    @Test("Without the policy's word, and for an image by tag, it is undecided")
    func refusesByDefault() async throws {
        _ = try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        fail()
        shelf.clock.advance(by: .seconds(7200))
        await #expect(throws: VerificationError.self) { try await shelf.verify(Self.pinned, ring) }
        await #expect(throws: VerificationError.self) {
            try await shelf.verify(Shelf.image, ring, lastGood: Self.day)
        }
    }

    @Test("What is older than the policy takes, and what was never asked for, admits nothing")
    func refusesTheOld() async throws {
        _ = try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        fail()
        shelf.clock.advance(by: .seconds(86_401))
        await #expect(throws: VerificationError.self) {
            try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        }
        await #expect(throws: VerificationError.self) {
            try await shelf.verify("e.com/team/app@\(otherDigest)", ring, lastGood: Self.day)
        }
    }

    @Test("To be down does not make what is known younger")
    func agesWhileDown() async throws {
        _ = try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        fail()
        for _ in 0..<3 {
            shelf.clock.advance(by: .seconds(7 * 3600))
            #expect(try await shelf.verify(Self.pinned, ring, lastGood: Self.day).image != nil)
        }
        shelf.clock.advance(by: .seconds(4 * 3600))
        await #expect(throws: VerificationError.self) {
            try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        }
    }

    @Test("A registry that answers is heard: gone and forbidden are answers", arguments: [401, 403, 404])
    func hearsAnswers(status: Int) async throws {
        _ = try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        fail(status)
        shelf.clock.advance(by: .seconds(7200))
        await #expect(throws: VerificationError.self) {
            try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        }
    }

    @Test("Keys and policy are today's: what another key signed, and what nobody signed, stays out")
    func judgesByToday() async throws {
        _ = try await shelf.verify(Self.pinned, ring, lastGood: Self.day)
        fail()
        shelf.clock.advance(by: .seconds(7200))
        await #expect(throws: VerificationError.self) {
            try await shelf.verify(Self.pinned, strangers, lastGood: Self.day)
        }
        let later = Timestamp(secondsSince1970: Timestamp.now.secondsSince1970 - 86_400 * 365)
        await #expect(throws: VerificationError.self) {
            try await shelf.verify(Self.pinned, ring, lastGood: Self.day, at: later)
        }
    }
}
