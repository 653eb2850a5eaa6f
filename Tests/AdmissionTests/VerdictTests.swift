import Kubernetes
import Policies
import Primitives
import Registry
import Support
import Testing
import Verification

@testable import Admission

@Suite struct VerdictTests {
    /// An image that was verified, whatever its policy.
    private func verifiedImage(_ image: String = "e.com/app:1") async throws -> VerifiedImage {
        let network = FakeNetwork()
        try network.putImages(image)
        guard case .verified(let verified, _) = try await House(network, [("*", Ask.anything)]).examine(image).outcome
        else {
            Issue.record("not verified")
            throw CancellationError()
        }
        return verified
    }

    private func finding(
        _ image: String, _ outcome: Examination.Outcome, at index: Int = 0, warnings: [String] = []
    ) -> Verdict.Finding {
        let use = ImageUse(
            role: .container, name: "c", image: image,
            pointer: JSONPointer(["spec", "containers", String(index), "image"]))
        return Verdict.Finding(use: use, examination: Examination(image: image, outcome: outcome, warnings: warnings))
    }

    private func operations(_ verdict: Verdict) -> String {
        String(decoding: verdict.patch.operations.serialized(), as: UTF8.self)
    }

    private func answer(_ verdict: Verdict, at endpoint: Endpoint) -> String {
        let identity = ReviewIdentity(version: .v1, uid: "u")
        return String(decoding: verdict.response(at: endpoint).review(for: identity).bytes, as: UTF8.self)
    }

    @Test(
        "Only when every image may run is the object admitted, and a definite no outweighs a doubt",
        arguments: [
            ("", .admitted), ("n", .admitted), ("v", .admitted), ("nvn", .admitted), ("u", .undecided),
            ("vu", .undecided), ("uv", .undecided), ("nu", .undecided), ("r", .refused), ("rv", .refused),
            ("vr", .refused), ("ur", .refused), ("ru", .refused), ("urn", .refused), ("nnnnnnr", .refused),
        ] as [(String, Verdict.Decision)])
    func decides(_ outcomes: String, _ expected: Verdict.Decision) async throws {
        let verified = try await verifiedImage()
        let findings = outcomes.map { letter in
            switch letter {
            case "n": finding("a", .notRequired)
            case "v": finding("a", .verified(verified, pin: nil))
            case "r": finding("a", .refused(Objection(.other, "no")))
            default: finding("a", .undecided(Objection(.other, "down")))
            }
        }
        #expect(Verdict(findings).decision == expected)
    }

    @Test("Of very many images that may not run the first are named and the rest are counted")
    func boundsItsMessage() {
        let findings = (0..<500).map { finding("e.com/app:\($0)", .refused(Objection(.other, "no")), at: $0) }
        let lines = Verdict(findings).message.split(separator: "\n")
        #expect(lines.count == Limits.complaintsPerObject + 1)
        #expect(lines.first?.contains("e.com/app:0") == true)
        #expect(lines.last == "and \(500 - Limits.complaintsPerObject) more images that may not run")
    }

    @Test("There is a line for each image that may not run, in the object's order, and the same line once")
    func tellsAll() async throws {
        let verified = try await verifiedImage()
        let verdict = Verdict([
            finding("z:1", .undecided(Objection(.other, "down"))), finding("fine", .verified(verified, pin: nil)),
            finding("a:1", .refused(Objection(.other, "no"))), finding("z:1", .undecided(Objection(.other, "down"))),
            finding("free", .notRequired), finding("m:1", .refused(Objection(.other, "no"))),
        ])
        #expect(verdict.message == "Deny \"z:1\", down\nDeny \"a:1\", no\nDeny \"m:1\", no")
        #expect(Verdict([]).message.isEmpty)
    }

    @Test("The patch binds what was verified, and leaves alone what is bound or was not to be")
    func patches() async throws {
        let verified = try await verifiedImage()
        let pin = verified.pinnedName
        let verdict = Verdict([
            finding("e.com/app:1", .verified(verified, pin: pin), at: 0),
            finding(pin, .verified(verified, pin: pin), at: 1),
            finding("e.com/app:1", .verified(verified, pin: nil), at: 2), finding("free", .notRequired, at: 3),
            finding("e.com/app", .verified(verified, pin: pin), at: 4),
        ])
        #expect(
            operations(verdict) == """
                [{"op":"replace","path":"/spec/containers/0/image","value":"\(pin)"},\
                {"op":"replace","path":"/spec/containers/4/image","value":"\(pin)"}]
                """)
    }

    @Test("A text that only looks like the pin is replaced: Unicode has a second K")
    func comparesBytes() async throws {
        let verified = try await verifiedImage("K.e.com/app:1")
        let pin = verified.pinnedName
        let verdict = Verdict([finding("\u{212A}" + pin.dropFirst(), .verified(verified, pin: pin))])
        #expect(operations(verdict).contains(pin))
    }

    @Test("A patch goes to the mutating endpoint only, and only with an admission")
    func answers() async throws {
        let verified = try await verifiedImage()
        let good = finding("e.com/app:1", .verified(verified, pin: verified.pinnedName))
        #expect(answer(Verdict([good]), at: .admit).contains(#""allowed":true,"patch":""#))
        #expect(answer(Verdict([good]), at: .validate).contains(#""response":{"uid":"u","allowed":true,"auditAnn"#))
        for bad in [
            finding("b", .refused(Objection(.other, "no"))), finding("b", .undecided(Objection(.other, "down"))),
        ] {
            for endpoint in Endpoint.allCases {
                let text = answer(Verdict([good, bad]), at: endpoint)
                #expect(text.contains(#""allowed":false"#))
                #expect(!text.contains("patch"))
            }
        }
    }

    @Test("Warnings are given once, whatever the decision")
    func warns() {
        let verdict = Verdict([
            finding("a", .refused(Objection(.other, "no")), warnings: ["one", "two"]),
            finding("b", .notRequired, warnings: ["two", "three"]),
        ])
        #expect(verdict.warnings == ["one", "two", "three"])
        #expect(answer(verdict, at: .admit).contains(#""warnings":["one","two","three"]"#))
    }
}
