import Registry
import Testing

@testable import Policies

@Suite struct PatternLintTests {
    @Test(
        "A pattern that is as it looks is let be",
        arguments: [
            "*", "**", "nginx", "nginx:1", "nginx:*", "docker.io/library/nginx", "docker.io/*", "*/*", "*/ns/*",
            "icr.io/*", "icr.io/ns/app", "icr.io/ns/app:v*", "icr.io/ns/app*", "icr.io/ns/app@*", "icr.io:443/*",
            "icr.io:*/a", "host:*/ns/*", "*.icr.io/armada/*", "us.*.icr.io/a", "registry*.bluemix.net/armada/*", "*:v1",
            "*@sha256:*", "*:5000/a", "localhost/a", "localhost:5000/*", "ICR.io/ns/*", "e.com/a:V1", "e.com/*:V1",
        ])
    func passes(pattern: String) {
        #expect(PatternLint.remark(on: Pattern(pattern)) == nil)
    }

    static let broad: [(pattern: String, image: String)] = [
        ("icr.io*", "icr.io.attacker.example/x"), ("icr.io*/a", "icr.io.attacker.example/a"),
        ("*icr.io/ns/*", "attackericr.io/ns/x"), ("*nginx", "attacker.example/nginx"),
        ("nginx*", "nginx.attacker.example/x"), ("*icr.io", "attacker.example/icr.io"),
        ("*.icr.io*/ns/app", "x.icr.io.attacker.example/ns/app"), ("us.*/ns/app", "us..attacker.example/ns/app"),
        ("icr.io*:v1", "icr.io.attacker.example/x:v1"), ("eu*icr.io/a", "attackericr.io/a"),
        ("registry.*.net*/x", "registry.x.net.attacker.example/x"),
    ]

    @Test("A pattern that reaches other registries is shown with an image there", arguments: broad)
    func findsBroad(pattern: String, image: String) throws {
        let remark = PatternLint.remark(on: Pattern(pattern))
        // Only what can be shown is said.
        let canBeShown = Pattern(pattern).matches(Array(image.utf8)) && (try? ImageReference(parsing: image)) != nil
        #expect((remark?.code == .broadPattern) == canBeShown)
        #expect(remark?.message.contains(image) == (canBeShown ? true : nil), "\(remark?.message ?? "")")
    }

    @Test(
        "The four traps of the matching rule are among them",
        arguments: ["icr.io*", "*nginx", "icr.io*/a", "*icr.io/armada/*"])
    func findsTraps(pattern: String) {
        #expect(PatternLint.remark(on: Pattern(pattern))?.code == .broadPattern)
    }

    @Test(
        "A pattern that no image can have is told from one that some may",
        arguments: [
            "", "https://e.com/a", "e.com/", "/a", "e.com//a", "e.com/a b", "e.com/a?", "e.com/[ab]", "e.com/A",
            "e.com/aB*",
            "caf\u{E9}", "e.com/a,e.com/b", "e.com/a\n",
        ])
    func findsUnmatched(pattern: String) {
        #expect(PatternLint.remark(on: Pattern(pattern))?.code == .neverMatches)
    }

    @Test(
        "A registry alone is no pattern for its images",
        arguments: ["icr.io", "icr.io:5000", "localhost", "localhost:5000"])
    func findsHosts(pattern: String) {
        let remark = PatternLint.remark(on: Pattern(pattern))
        #expect(remark?.code == .hostOnlyPattern)
        #expect(remark?.message.contains("\(pattern)/*") == true)
        #expect(!Pattern(pattern).matches(Array("\(pattern)/ns/app:1".utf8)) || pattern.hasPrefix("localhost") == false)
    }
}
