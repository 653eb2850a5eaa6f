import Policies
import Support
import Testing

@Suite struct PatternTests {
    static let digest = "sha256:" + String(repeating: "a", count: 64)

    /// Each was measured with Portieris 0.14.2.
    static let measured: [(pattern: String, image: String, matches: Bool)] = [
        ("*", "nginx", true), ("*", "icr.io/a/b:1@\(digest)", true), ("*", "", true), ("**", "nginx", true),
        ("nginx", "nginx", true), ("nginx", "nginx:1.2", true), ("nginx", "nginx@\(digest)", false),
        ("nginx*", "nginx@\(digest)", true), ("nginx*", "nginx/evil", true), ("nginx*", "nginx.evil.com/x/y", true),
        ("*nginx", "evil.io/foo/nginx", true), ("*nginx", "evil.io/foo/nginx:1", true),
        ("docker.io/nginx", "nginx", false), ("docker.io/library/nginx", "nginx", false),
        ("docker.io/*", "nginx", false),
        ("*/*", "nginx", false), ("docker.io/*", "library/nginx", false), ("*/*", "library/nginx:1", true),
        ("*/nginx", "library/nginx:2", true),
        ("icr.io/ns/app", "icr.io/ns/app", true), ("icr.io/ns/app", "icr.io/ns/app:v1", true),
        ("icr.io/ns/app", "icr.io/ns/app:v1@sha256:aa", true), ("icr.io/ns/app", "icr.io/ns/app@sha256:aa", false),
        ("icr.io/ns/app@*", "icr.io/ns/app@sha256:aa", true), ("icr.io/ns/app*", "icr.io/ns/app@sha256:aa", true),
        ("icr.io/ns/app:*", "icr.io/ns/app", false), ("icr.io/ns/app:*", "icr.io/ns/app:v1", true),
        ("icr.io/ns/app:*", "icr.io/ns/app@sha256:aa", false),
        ("icr.io/ns/app:v1", "icr.io/ns/app:v1@sha256:aa", false),
        ("icr.io/ns/app:v*", "icr.io/ns/app:v1@sha256:aa", true), ("icr.io/ns/app:latest", "icr.io/ns/app", false),
        ("icr.io/*", "icr.io/a/b/c:1", true), ("icr.io/", "icr.io/a", false), ("icr.io", "icr.io/a", false),
        ("icr.io*", "icr.io.evil.com/a", true), ("icr.io*/a", "icr.io.evil.com/a", true),
        ("icr.io/*/app", "icr.io/a/b/app:1", true), ("icr.io/*/app", "icr.io/app", false),
        ("icr.io/*/*", "icr.io/a", false), ("icr.io/a*b", "icr.io/ab", true), ("icr.io/a*b", "icr.io/aXb:1", true),
        ("icr.io/a*b", "icr.io/a:b", true),
        ("*.icr.io/armada/*", "us.icr.io/armada/x:1", true), ("*.icr.io/armada/*", "icr.io/armada/x", false),
        ("*.icr.io/armada/*", "evil.com/x.icr.io/armada/x", false), ("*icr.io/armada/*", "evilicr.io/armada/x", true),
        ("registry*.bluemix.net/armada/*", "registry.ng.bluemix.net/armada/x", true),
        ("registry*.bluemix.net/armada/*", "registry.evil.com/x.bluemix.net/armada/x", false),
        ("host/ns/*", "host:5000/ns/a", false), ("host*/ns/*", "host:5000/ns/a:1", true),
        ("host:*/ns/*", "host:5000/ns/a:1", true), ("ICR.io/ns/*", "icr.io/ns/a", false), ("*:v1", "nginx:v1", true),
        ("*:v1", "icr.io/a/b:v1", true), ("*/ns/*", "any/ns/a", true), ("*/ns/*", "any/x/ns/a", false),
        ("*@sha256:*", "icr.io/a@sha256:aa", true),
        // The bypass of Portieris before 0.14.2.
        ("*.trusted.com/org/*", "attacker.com/x.trusted.com/org/evil", false),
        ("*.trusted.com/org/*", "a.trusted.com/org/app", true),
        // No name is an image without a name.
        ("", "nginx", false), ("", "", true), ("nginx", "Nginx", false), ("nginx", "nginxx", false),
        ("nginx", "ngin", false),
    ]

    @Test("A pattern matches what Portieris' does", arguments: measured)
    func matchesAsMeasured(pattern: String, image: String, matches: Bool) {
        #expect(Pattern(pattern).matches(Array(image.utf8)) == matches)
    }

    @Test(
        "Text that only looks or normalises alike does not match",
        arguments: [
            ("caf\u{E9}", "cafe\u{301}"), ("\u{212A}", "K"), ("nginx", "ngin\u{445}"), ("nginx", "nginx\u{0}"),
        ])
    func comparesBytes(pattern: String, image: String) {
        #expect(!Pattern(pattern).matches(Array(image.utf8)))
        #expect(!Pattern(pattern).isExactly(Array(image.utf8)))
    }

    @Test(
        "Specificity counts what is not a star",
        arguments: [
            ("icr.io/ns/*", 10), ("icr.io/*/app", 11), ("*", 0), ("**", 0), ("", 0), ("é", 2),
        ])
    func countsSpecificity(pattern: String, specificity: Int) {
        #expect(Pattern(pattern).specificity == specificity)
    }

    @Test("A pattern with a star is never exact")
    func starIsNeverExact() {
        #expect(!Pattern("a*").isExactly(Array("a*".utf8)))
        #expect(Pattern("a:1").isExactly(Array("a:1".utf8)))
    }

    @Test("A pattern agrees with a naive matcher on seeded input")
    func agreesWithNaiveMatcher() {
        var generator = SeededGenerator(seed: 20_261_121)
        var positives = 0
        for _ in 0..<20_000 {
            let pattern = text(from: "ab*/:", upTo: 8, using: &generator)
            let image = text(from: "ab/:@", upTo: 12, using: &generator)
            let expected = naiveMatch(pattern, image)
            positives += expected ? 1 : 0
            #expect(
                Pattern(String(decoding: pattern, as: UTF8.self)).matches(image) == expected,
                "\(String(decoding: pattern, as: UTF8.self)) on \(String(decoding: image, as: UTF8.self))")
        }
        #expect(positives > 500)
    }

    @Test("A hostile image takes no longer than its length", .timeLimit(.minutes(1)))
    func isLinear() {
        let image = [UInt8](repeating: UInt8(ascii: "a"), count: 4_000_000)
        let pattern = Pattern(
            "*" + String(repeating: "a", count: 20_000) + "b*" + String(repeating: "a*", count: 50) + "c")
        #expect(!pattern.matches(image))
    }

    private func text(from alphabet: String, upTo length: Int, using generator: inout SeededGenerator) -> [UInt8] {
        let letters = Array(alphabet.utf8)
        return (0..<Int.random(in: 0...length, using: &generator)).map { _ in
            letters[Int.random(in: 0..<letters.count, using: &generator)]
        }
    }

    private func naiveMatch(_ pattern: [UInt8], _ image: [UInt8]) -> Bool {
        let tag = Array(":*".utf8)
        guard let slash = pattern.firstIndex(of: UInt8(ascii: "/")) else {
            return naiveGlob(pattern[...], image[...]) || naiveGlob((pattern + tag)[...], image[...])
        }
        guard let imageSlash = image.firstIndex(of: UInt8(ascii: "/")) else { return false }
        let path = Array(pattern[(slash + 1)...])
        let imagePath = image[(imageSlash + 1)...]
        return naiveGlob(pattern[..<slash], image[..<imageSlash])
            && (naiveGlob(path[...], imagePath) || naiveGlob((path + tag)[...], imagePath))
    }

    private func naiveGlob(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return naiveGlob(pattern.dropFirst(), text) || (!text.isEmpty && naiveGlob(pattern, text.dropFirst()))
        }
        return text.first == first && naiveGlob(pattern.dropFirst(), text.dropFirst())
    }
}
