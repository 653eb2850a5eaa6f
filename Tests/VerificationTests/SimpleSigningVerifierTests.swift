import OpenPGP
import Policies
import Primitives
import Registry
import Support
import Testing
import Verification

@Suite(.timeLimit(.minutes(2))) struct SimpleSigningVerifierTests {
    private let signers: Signers
    private let image: ImageReference

    init() async throws {
        signers = try await Signers()
        image = try ImageReference(parsing: "e.com/team/app:1")
    }

    private func verdict(
        _ blobs: [[UInt8]], _ identity: SignedIdentity = .matchRepoDigestOrExact, at now: Timestamp = .now
    ) async throws -> SignaturesVerdict {
        try await SimpleSigningVerifier(keyRing: try await signers.ring(signers.release), identity: identity)
            .verify(blobs, of: image, digest: digest, at: now, by: .after(.seconds(100)))
    }

    /// Why the signatures were refused; fails the test when one was accepted.
    private func reason(_ blobs: [[UInt8]], at now: Timestamp = .now) async throws -> Refusal.Reason? {
        switch try await verdict(blobs, at: now) {
        case .refused(let reason): return reason
        case .verified:
            Issue.record("accepted")
            return nil
        }
    }

    /// Why the one signature was refused.
    private func onlyReason(_ blob: [UInt8], at now: Timestamp = .now) async throws -> String {
        guard case .noAcceptedSignature(let faults)? = try await reason([blob], at: now), faults.count == 1 else {
            Issue.record("not one reason")
            return ""
        }
        return faults[0].description
    }

    private var good: [UInt8] {
        get async throws { try await signers.sign(digest, as: "e.com/team/app:1", by: signers.release) }
    }

    private var bad: [[UInt8]] {
        get async throws {
            [
                try await signers.sign(digest, as: "e.com/team/app:1", by: signers.other),
                try await signers.sign(otherDigest, as: "e.com/team/app:1", by: signers.release),
                try await signers.sign(digest, as: "e.com/team/app:2", by: signers.release),
                try await signers.gpg.sign(Array("hello".utf8), by: signers.release),
                [0xC8, 0x01, 0x63],
            ]
        }
    }

    @Test("A signature of these bytes under this name by the trusted key is accepted, and says who made it")
    func accepts() async throws {
        guard case .verified(let signature) = try await verdict([good]) else {
            Issue.record("refused")
            return
        }
        #expect(signature.primaryFingerprint.description.uppercased() == signers.release.fingerprint)
        #expect(signature.signingFingerprint == signature.primaryFingerprint)
        #expect(signature.reference == image)
        #expect(signature.digest == digest)
        #expect(signature.creator == "a test")
        #expect(signature.timestamp?.secondsSince1970 == 1_795_283_136)
    }

    @Test("Each way in which a signature can be wrong is refused with its own reason")
    func refuses() async throws {
        let bad = try await bad
        #expect(try await onlyReason(bad[0]).contains("which is not in the key ring"))
        #expect(try await onlyReason(bad[1]) == "Signature for digest \(otherDigest) does not match")
        #expect(try await onlyReason(bad[2]) == #"Signature for identity "e.com/team/app:2" is not accepted"#)
        #expect(try await onlyReason(bad[3]).hasPrefix("Signature with an unusable payload: "))
        #expect(try await onlyReason(bad[4]).isEmpty == false)
    }

    @Test("What the key did not sign is not read: a changed byte is a bad signature, whatever the bytes say now")
    func refusesChangedContent() async throws {
        var blob = try await signers.gpg.sign(
            statement(digest, "e.com/team/app:2"), by: signers.release, options: ["--compress-algo", "none"])
        let tag = try #require(blob.firstRange(of: Array("app:2".utf8)))
        blob[tag.upperBound - 1] = UInt8(ascii: "1")
        #expect(try await onlyReason(blob).hasPrefix("bad signature by key "))
    }

    @Test("The digest is judged before the name, as containers/image does")
    func judgesDigestFirst() async throws {
        let blob = try await signers.sign(otherDigest, as: "e.com/other:9", by: signers.release)
        #expect(try await onlyReason(blob) == "Signature for digest \(otherDigest) does not match")
    }

    @Test("SHA-1 is too weak to sign with")
    func refusesWeakDigests() async throws {
        let old = try await signers.gpg.makeKey("old", algorithm: "rsa2048")
        let blob = try await signers.gpg.sign(
            statement(digest, "e.com/team/app:1"), by: old, options: ["--digest-algo", "SHA1"])
        let verifier = SimpleSigningVerifier(
            keyRing: try await signers.ring(old), identity: .matchRepoDigestOrExact)
        guard
            case .refused(.noAcceptedSignature(let faults)) = try await verifier.verify(
                [blob], of: image, digest: digest, at: .now, by: .after(.seconds(100)))
        else {
            Issue.record("accepted")
            return
        }
        #expect(faults == [.untrusted(.weakDigest("SHA-1"))])
    }

    @Test("A signature counts until it expires")
    func refusesExpiredSignatures() async throws {
        let blob = try await signers.gpg.sign(
            statement(digest, "e.com/team/app:1"), by: signers.release, options: ["--default-sig-expire", "1d"])
        let now = Timestamp.now.secondsSince1970
        guard case .verified = try await verdict([blob], at: Timestamp(secondsSince1970: now + 3600)) else {
            Issue.record("refused too early")
            return
        }
        let tomorrow = Timestamp(secondsSince1970: now + 86_400 + 3600)
        #expect(try await onlyReason(blob, at: tomorrow).hasPrefix("the signature expired at "))
    }

    @Test("A bad signature beside a good one does no harm, in whatever order")
    func acceptsTheGoodOne() async throws {
        let (good, bad) = (try await good, try await bad)
        for place in 0...bad.count {
            guard case .verified = try await verdict(Array(bad[..<place] + [good] + bad[place...])) else {
                Issue.record("refused at \(place)")
                continue
            }
        }
    }

    @Test("When all are bad, each reason is given, in the order of the store")
    func givesEveryReason() async throws {
        let bad = try await bad
        let expected = [
            SignatureFault.otherIdentity(try ImageReference(parsing: "e.com/team/app:2")),
            .otherDigest(otherDigest),
        ]
        #expect(try await reason([bad[2], bad[1]]) == .noAcceptedSignature(expected))
    }

    @Test("Without a signature, or with those of another family only, the image is unsigned")
    func tellsUnsigned() async throws {
        #expect(try await reason([]) == .unsigned)
        #expect(try await reason([sigstoreBlob, sigstoreBlob]) == .unsigned)
    }

    @Test("A signature of another family is passed over")
    func passesOverSigstore() async throws {
        guard case .verified = try await verdict([sigstoreBlob, good]) else {
            Issue.record("refused")
            return
        }
        let wrong = try await signers.sign(otherDigest, as: "e.com/team/app:1", by: signers.release)
        let expected = [SignatureFault.otherDigest(otherDigest)]
        #expect(try await reason([sigstoreBlob, wrong, sigstoreBlob]) == .noAcceptedSignature(expected))
    }

    @Test(
        "Something that is no signature is an error of the whole list, and says which, wherever it stands",
        arguments: [
            (Array("<html>".utf8), "unrecognized signature format, starting with binary 0x3c"), ([], "empty signature"),
            (Array("\0cosign-v9\n{}".utf8), "unrecognized signature format \"cosign-v9\""),
        ])
    func condemnsTheList(_ junk: [UInt8], _ problem: String) async throws {
        let good = try await good
        for (blobs, number) in [([junk, good], 1), ([good, junk], 2), ([good, sigstoreBlob, junk], 3)] {
            let error = await #expect(throws: VerificationError.self) { try await verdict(blobs) }
            #expect(error?.description == "simple: signature-\(number): \(problem)")
        }
    }

    @Test("After the deadline no signature is verified any more, and the image is undecided, not unsigned")
    func keepsTheDeadline() async throws {
        let verifier = SimpleSigningVerifier(
            keyRing: try await signers.ring(signers.release), identity: .matchRepoDigestOrExact)
        let good = try await good
        let error = await #expect(throws: VerificationError.self) {
            try await verifier.verify(
                [good, good], of: image, digest: digest, at: .now, by: .after(.seconds(-1)))
        }
        #expect(error?.description == "simple: the time was up when 0 of 2 signatures had been verified")
    }

    @Test("No beginning of a good signature is accepted, and none is a trap")
    func refusesTruncation() async throws {
        let good = try await good
        let verifier = SimpleSigningVerifier(
            keyRing: try await signers.ring(signers.release), identity: .matchRepoDigestOrExact)
        for length in 1..<good.count {
            let verdict = try await verifier.verify(
                [Array(good.prefix(length))], of: image, digest: digest, at: .now, by: .after(.seconds(100)))
            guard case .refused(.noAcceptedSignature) = verdict else {
                Issue.record("\(length) bytes were not refused")
                return
            }
        }
    }
}
