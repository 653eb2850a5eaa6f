import Kubernetes
import Policies
import Primitives
import Testing

@testable import Admission

/// Bytes that a line may have so that it fits an Event with the API server's words around it.
private let lineLimit = 900

@Suite struct ExaminationTests {
    private func match(pattern: String = "*") throws -> PolicyMatch {
        let store = try PolicyStore(policies: [clusterPolicy([(pattern, Ask.reject)])])
        guard case .matched(let match) = store.resolve(image: pattern.replacing("*", with: ""), in: "shop") else {
            Issue.record("no match")
            throw CancellationError()
        }
        return match
    }

    private func complaint(
        _ reason: String, about image: String = "nginx", _ match: PolicyMatch? = nil
    ) throws -> String {
        try #require(Examination(image: image, policy: match, outcome: .refused(Objection(.other, reason))).complaint)
    }

    @Test("A complaint names the image, the reason and the policy entry that asked")
    func namesAll() throws {
        let match = try match()
        for outcome in [Examination.Outcome.refused(Objection(.other, "why")), .undecided(Objection(.other, "why"))] {
            let examination = Examination(image: "nginx:1", policy: match, outcome: outcome)
            #expect(
                examination.complaint == #"Deny "nginx:1", why (ClusterImagePolicy default, repository "*")"#)
            #expect(!examination.isAdmitted)
        }
    }

    @Test("There is no complaint about what may run")
    func staysSilent() {
        let examination = Examination(image: "nginx", outcome: .notRequired)
        #expect(examination.complaint == nil)
        #expect(examination.isAdmitted)
    }

    @Test("An image that nobody examined may not run")
    func refusesTheUnexamined() {
        let examination = Examination(undecided: "nginx")
        #expect(!examination.isAdmitted)
        #expect(examination.complaint == #"Deny "nginx", the image was not examined"#)
    }

    @Test(
        "Portieris' texts that name the image are not given another name",
        arguments: [
            #"Deny "nginx", no image policies or cluster polices"#,
            #"simple: Deny "docker.io/library/nginx:latest", no valid ImagePullSecret, 0 tried"#,
        ])
    func keepsPrefixes(_ reason: String) throws {
        #expect(try complaint(reason) == reason)
    }

    @Test(
        "Text from outside cannot break or turn the line",
        arguments: [
            "\n", "\r\n", "\t", "\0", "\u{1B}", "\u{7F}", "\u{85}", "\u{9B}", "\u{2028}", "\u{2029}", "\u{202E}",
            "\u{2066}", "\u{200B}", "\u{FEFF}", "\u{E0041}",
        ])
    func staysOnOneLine(_ control: String) throws {
        let texts = [
            try complaint("one\(control)two"), try complaint("Deny \"nginx\(control)\", two"),
            try complaint("two", about: "ngi\(control)nx"),
            try complaint("two", match(pattern: "a\(control)b*")),
        ]
        for text in texts {
            let categories = Set(text.unicodeScalars.map(\.properties.generalCategory))
            #expect(categories.isDisjoint(with: [.control, .format, .lineSeparator, .paragraphSeparator]), "\(text)")
            #expect(text.hasPrefix("Deny \"ngi"))
            #expect(text.contains("two"))
        }
    }

    @Test(
        "A long reason is cut at a character to fit, and what is kept is its beginning",
        arguments: ["x", "é", "€", "😀", "e\u{301}\u{302}\u{303}", "aé", "€b", "😀c", "xxxxxx😀"])
    func cutsReasons(_ unit: String) throws {
        let (beginning, ending) = (#"Deny "nginx", "#, #"… (ClusterImagePolicy default, repository "*")"#)
        for offset in 0..<5 {
            let reason = String(repeating: "-", count: offset) + String(repeating: unit, count: 2000)
            let text = try complaint(reason, match())
            #expect((lineLimit - 3...lineLimit).contains(text.utf8.count))
            #expect(text.hasPrefix(beginning) && text.utf8.reversed().starts(with: ending.utf8.reversed()))
            let kept = text.utf8.dropFirst(beginning.utf8.count).dropLast(ending.utf8.count)
            #expect(reason.utf8.starts(with: kept), "\(text)")
        }
    }

    @Test("One character may be longer than a line, and is cut all the same")
    func cutsGiantCharacters() throws {
        let text = try complaint("before e\(String(repeating: "\u{301}", count: 5000)) after")
        #expect((lineLimit - 3...lineLimit).contains(text.utf8.count))
        #expect(!text.contains("after"))
    }

    @Test(
        "However long the image and the pattern are: the line fits, and names image, reason and policy",
        arguments: ["x", "é", "\u{1F}", "\u{10FFFF}"], [10, 500, 5000])
    func cutsEverything(_ unit: String, _ count: Int) throws {
        let long = String(repeating: unit, count: count)
        let text = try complaint("the reason", about: "image\(long)", match(pattern: "pattern\(long)*"))
        #expect(text.utf8.count <= lineLimit)
        #expect(text.hasPrefix("Deny \"image"))
        #expect(text.contains("\", the reason"))
        #expect(text.contains(#" (ClusterImagePolicy default, repository "pattern"#))
        #expect(text.hasSuffix("\")"))
    }
}
