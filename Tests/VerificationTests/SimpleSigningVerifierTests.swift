import Foundation
import OpenPGP
import Policies
import Primitives
import Registry
import Support
import Testing

@testable import Verification

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
        guard case .verified(let signatures) = try await verdict([good]), let signature = signatures.first else {
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
        "Something that is no signature leaves the image undecided, and says which, unless a good one is beside it",
        arguments: [
            (Array("<html>".utf8), "unrecognized signature format, starting with binary 0x3c"), ([], "empty signature"),
            (Array("\0cosign-v9\n{}".utf8), "unrecognized signature format \"cosign-v9\""),
        ])
    func condemnsTheList(_ junk: [UInt8], _ problem: String) async throws {
        let good = try await good
        for blobs in [[junk, good], [good, junk], [good, sigstoreBlob, junk]] {
            guard case .verified = try await verdict(blobs) else {
                Issue.record("a good signature was hidden")
                return
            }
        }
        let bad = try await bad[0]
        for (blobs, number) in [([junk], 1), ([junk, bad], 1), ([bad, junk], 2), ([bad, sigstoreBlob, junk], 3)] {
            let error = await #expect(throws: VerificationError.self) { try await verdict(blobs) }
            #expect(error?.description == "simple: signature-\(number): \(problem)")
        }
    }

    private func verdict(
        _ blobs: [[UInt8]], by keys: GPG.Key..., threshold: Int
    ) async throws -> SignaturesVerdict {
        let ring = try KeyRing(
            parsing: await signers.gpg.run(["--export", "--armor"] + keys.map(\.fingerprint)).standardOutput)
        return try await SimpleSigningVerifier(
            keyRing: ring, identity: .matchRepoDigestOrExact, threshold: threshold
        ).verify(blobs, of: image, digest: digest, at: .now, by: .after(.seconds(100)))
    }

    @Test("A threshold counts different keys: two signatures of one key are one signer")
    func countsSigners() async throws {
        let name = "e.com/team/app:1"
        let mine = try await [
            signers.sign(digest, as: name, by: signers.release), signers.sign(digest, as: name, by: signers.release),
        ]
        let theirs = try await signers.sign(digest, as: name, by: signers.other)
        let wrong = try await signers.sign(otherDigest, as: name, by: signers.other)
        let keys = (signers.release, signers.other)
        guard case .verified(let signatures) = try await verdict(mine + [theirs], by: keys.0, keys.1, threshold: 2)
        else {
            Issue.record("refused")
            return
        }
        #expect(Set(signatures.map(\.primaryFingerprint)).count == 2)
        guard case .refused(let reason) = try await verdict(mine + [wrong], by: keys.0, keys.1, threshold: 2) else {
            Issue.record("accepted")
            return
        }
        #expect(
            reason == .tooFewSigners([signatures[0].primaryFingerprint], of: 2, [.otherDigest(otherDigest)]))
        let text = Refusal(reason, digest: digest).description
        #expect(text.contains("2 signers are required, and 1 signed: "), "\(text)")
        #expect(text.hasSuffix("; other signatures: Signature for digest \(otherDigest) does not match"))
    }

    @Test("Two subkeys of one certificate are one signer")
    func countsPrimaryKeys() async throws {
        let gpg = signers.gpg
        let key = try await gpg.makeKey("sub", algorithm: "ed25519")
        for _ in 0..<2 {
            _ = try await gpg.run(["--quick-add-key", key.fingerprint, "ed25519", "sign", "0"])
        }
        let listing = try await gpg.run(["--list-keys", "--with-colons", "--with-subkey-fingerprint", key.fingerprint])
        let subkeys = listing.text.split(separator: "\n").filter { $0.hasPrefix("fpr:") }.dropFirst()
            .compactMap { $0.split(separator: ":").last.map(String.init) }
        #expect(subkeys.count == 2)
        var blobs: [[UInt8]] = []
        for subkey in subkeys {
            let arguments = ["--local-user", "\(subkey)!", "--sign", "--output", "-"]
            let input = statement(digest, "e.com/team/app:1")
            blobs.append(try await gpg.run(arguments, input: input).standardOutput)
        }
        guard case .refused(.tooFewSigners(let signers, of: 2, _)) = try await verdict(blobs, by: key, threshold: 2)
        else {
            Issue.record("accepted")
            return
        }
        #expect(signers.map { $0.description.uppercased() } == [key.fingerprint])
    }

    @Test("Two certificates of one key are one signer, however many signatures it made")
    func countsKeysOnce() async throws {
        let (first, second) = try await signers.gpg.makeTwins("twin")
        #expect(first.fingerprint != second.fingerprint)
        let name = "e.com/team/app:1"
        let blobs = try await [
            signers.sign(digest, as: name, by: first), signers.sign(digest, as: name, by: second),
        ]
        for blob in blobs {
            guard case .verified = try await verdict([blob], by: first, second, threshold: 1) else {
                Issue.record("refused")
                return
            }
        }
        guard
            case .refused(.tooFewSigners(let found, of: 2, _)) = try await verdict(
                blobs, by: first, second, threshold: 2)
        else {
            Issue.record("accepted")
            return
        }
        #expect(found.count == 1)
        let rings = try await [signers.gpg.exportArmored(first), signers.gpg.exportArmored(second)]
        #expect(KeyRingLint.signerCount(in: rings, at: .now) == 1)
        let other = try await signers.gpg.exportArmored(signers.other)
        #expect(KeyRingLint.signerCount(in: rings + [other], at: .now) == 2)
        #expect(KeyRingLint.signerCount(in: rings + [Array("no key".utf8)], at: .now) == nil)
    }

    @Test("The reasons are each told once, the shortest first")
    func listsReasons() async throws {
        let bad = try await bad
        guard case .refused(let reason) = try await verdict([bad[0], bad[2], bad[1], bad[2], bad[1], bad[2]]) else {
            Issue.record("accepted")
            return
        }
        let text = Refusal(reason, digest: digest).description
        let parts = text.split(separator: ": ", maxSplits: 2).last.map { $0.components(separatedBy: "; ") } ?? []
        #expect(parts.count == 3, "\(text)")
        #expect(text.contains(#"Signature for identity "e.com/team/app:2" is not accepted (3 times)"#), "\(text)")
        #expect(text.contains("does not match (2 times)"), "\(text)")
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
