import Kubernetes
import Support
import Testing

@testable import Policies

@Suite struct ListLintTests {
    /// `policy entry` of each finding of this kind.
    private func places(_ code: PolicyFinding.Code, _ policies: [ImagePolicy]) -> [String] {
        PolicyLint.findings(among: policies).filter { $0.finding.code == code }.map { place, finding in
            let entry = finding.path.steps.compactMap { if case .element(let index) = $0 { index } else { nil } }
            return "\(policies[place].identity.key.name) \(entry[0])"
        }.sorted()
    }

    static let lists: [(patterns: [String], shadowed: [String])] = [
        (["a", "b"], []), (["a", "a"], ["default 1"]), (["a*", "b", "a*", "a*"], ["default 2", "default 3"]),
        (["*", "**"], ["default 1"]), (["**", "*"], ["default 1"]), (["a*b", "a**b"], ["default 1"]),
        (["*a*", "a*"], ["default 1"]), (["a*", "*a*"], []), (["*/a*", "*/a"], ["default 1"]), (["a*", "a"], []),
        (["a", "a*"], []),
        (["a/*b*", "a/b*", "a/*b"], ["default 1", "default 2"]), (["a*/b", "a/*b"], []), (["*a/b", "a*/b"], []),
        (["*a*/b", "a*/b"], ["default 1"]), (["*", "*/*"], []), (["a*b*c", "a*bc"], ["default 1"]), (["a:*", "a"], []),
        // Covered, but more specific.
        (["a*", "ab*"], []), (["*"], []), (["", ""], ["default 1"]),
    ]

    @Test("An entry behind one that takes all its images is found", arguments: lists)
    func findsShadowed(patterns: [String], shadowed: [String]) throws {
        #expect(places(.shadowedEntry, [try allowing(patterns)]) == shadowed)
    }

    @Test("Only entries that are asked together can hide each other, in the order of the policies' names")
    func comparesWithinLists() throws {
        let policies = try [
            allowing(["a"], .imagePolicy, named: "z"), allowing(["a"], .imagePolicy, named: "b"),
            allowing(["a"], .imagePolicy, named: "c", in: "other"), allowing(["a"], named: "d"),
        ]
        #expect(places(.shadowedEntry, policies) == ["z 0"])
        let finding = PolicyLint.findings(among: policies).first { $0.finding.code == .shadowedEntry }
        #expect(finding?.finding.message.contains("spec.repositories[0] of ImagePolicy shop/b ") == true)
    }

    @Test("What is said never to decide never does", arguments: [1, 2, 3])
    func isRightAboutShadows(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        func text(_ alphabet: String, upTo length: Int) -> String {
            String(
                (0..<Int.random(in: 0...length, using: &generator)).compactMap { _ in
                    alphabet.randomElement(using: &generator)
                })
        }
        var found = 0
        for _ in 0..<200 {
            let patterns = (0..<12).map { _ in text("ab**/:", upTo: 5) }
            let policies = [try allowing(patterns)]
            let shadowed = places(.shadowedEntry, policies)
            found += shadowed.count
            let index = PolicyIndex(policies)
            for _ in 0..<60 {
                let image = text("ab/:", upTo: 7)
                for match in [index.match(image), index.match(anyOf: ImageForms.forms(of: image))] {
                    guard let pattern = match?.pattern else { continue }
                    // The entry that decides is the first with this text, so it must not be among the shadowed.
                    let entry = patterns.firstIndex(of: pattern.description) ?? -1
                    #expect(!shadowed.contains("default \(entry)"), "\(image) by \(pattern) in \(patterns)")
                }
            }
        }
        #expect(found > 50)
    }

    private func policy(_ patterns: [String], _ text: String) throws -> ImagePolicy {
        let entries = patterns.map { #"{"name":"\#($0)","policy":\#(text)}"# }.joined(separator: ",")
        return try PoliciesTests.policy(spec: #"{"repositories":[\#(entries)]}"#)
    }

    private static let anything = #""simple":{"requirements":[{"type":"insecureAcceptAnything"}]}"#

    static let pinned: [(patterns: [String], policy: String, refused: [String])] = [
        (["e.com/a:1"], "{\(anything)}", ["default 0"]), (["e.com/a:v*"], "{\(anything)}", ["default 0"]),
        (["e.com/a:1"], #"{"pin":"name:tag@digest",\#(anything)}"#, ["default 0"]), (["e.com/a"], "{\(anything)}", []),
        (["e.com/*"], "{\(anything)}", []), (["*"], "{\(anything)}", []), (["nginx"], "{\(anything)}", []),
        (["nginx"], #"{"pin":"name:tag@digest",\#(anything)}"#, []), (["nginx:1"], "{\(anything)}", ["default 0"]),
        // Nothing is written, or nothing is asked.
        (["e.com/a:1"], #"{"mutateImage":false,\#(anything)}"#, []), (["e.com/a:1"], "{}", []),
        // Another entry takes it.
        (["e.com/a:1", "e.com/a@*"], "{\(anything)}", []), (["e.com/a:1", "*"], "{\(anything)}", []),
        (["e.com/a:1", "e.com/a:1@*"], "{\(anything)}", ["default 0"]),
        (["e.com/a:1", "e.com/a:1@*"], #"{"pin":"name:tag@digest",\#(anything)}"#, []),
    ]

    @Test("An entry whose images nothing matches any more, once they are bound, is found", arguments: pinned)
    func findsUnmatchedPins(patterns: [String], policy text: String, refused: [String]) throws {
        #expect(places(.pinnedImageRefused, [try policy(patterns, text)]) == refused)
    }

    @Test("A signature that must be exactly for a tag does not pass without the tag")
    func findsExactIdentity() throws {
        func signed(_ identity: String, _ more: String = "") -> String {
            #"{\#(more)"simple":{"requirements":[{"type":"signedBy","keySecret":"k","signedIdentity":{"type":"\#(identity)"}}]}}"#
        }
        #expect(places(.pinnedImageRefused, [try policy(["e.com/*"], signed("matchExact"))]) == ["default 0"])
        #expect(places(.pinnedImageRefused, [try policy(["e.com/*"], signed("matchRepository"))]).isEmpty)
        #expect(
            places(.pinnedImageRefused, [try policy(["e.com/*"], signed("matchExact", #""pin":"name:tag@digest","#))])
                .isEmpty)
        #expect(
            places(.pinnedImageRefused, [try policy(["e.com/*"], signed("matchExact", #""mutateImage":false,"#))])
                .isEmpty)
    }
}

@Suite struct EntryLintTests {
    /// A specification whose one entry has these requirements.
    private static func simple(_ requirements: String) -> String {
        #"{"repositories":[{"name":"a","policy":{"simple":{"requirements":\#(requirements)}}}]}"#
    }

    private func codes(_ spec: String, _ kind: PolicyIdentity.Kind = .clusterImagePolicy) throws -> [String] {
        let namespace = kind == .imagePolicy ? #","namespace":"shop""# : ""
        let object = try json(
            #"{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"\#(kind.rawValue)","metadata":{"name":"a"\#(namespace)},"spec":\#(spec)}"#
        )
        return PolicyLint.findings(in: object, defaultNamespace: "shop").map { "\($0.code.rawValue) \($0.path)" }
    }

    @Test(
        "What works and is probably not meant is told",
        arguments: [
            ("{}", ["no-entries spec.repositories"]), (#"{"repositories":null}"#, ["no-entries spec.repositories"]),
            (
                simple(#"[{"type":"insecureAcceptAnything"},{"type":"signedBy","keySecret":"a"}]"#),
                ["idle-requirement spec.repositories[0].policy.simple.requirements[0]"]
            ),
            (
                simple(#"[{"type":"signedBy","keySecret":"a"},{"type":"reject"}]"#),
                ["idle-requirement spec.repositories[0].policy.simple.requirements[0]"]
            ),
            (simple(#"[{"type":"reject"}]"#), []), (simple(#"[{"type":"insecureAcceptAnything"}]"#), []),
            (#"{"repositories":[{"name":"*"}]}"#, ["allows-everything spec.repositories[0].policy"]),
            (#"{"repositories":[{"name":"**","policy":{}}]}"#, ["allows-everything spec.repositories[0].policy"]),
            (#"{"repositories":[{"name":"*","policy":{"simple":{"requirements":[{"type":"reject"}]}}}]}"#, []),
            (#"{"repositories":[{"name":"*/*"}]}"#, []),
            (#"{"repositories":[{}]}"#, ["never-matches spec.repositories[0].name"]),
            (
                #"{"repositories":[{"name":"a","policy":{"simple":{"storeURL":"http://e.com"}}}]}"#,
                ["plain-http spec.repositories[0].policy.simple.storeURL"]
            ),
            (
                #"{"repositories":[{"name":"a"},{"name":"b","policy":{"trust":{"trustServer":"http://e.com"}}}]}"#,
                ["plain-http spec.repositories[1].policy.trust.trustServer"]
            ),
            (#"{"repositories":[{"name":"a","policy":{"simple":{"storeURL":"https://e.com"}}}]}"#, []),
        ] as [(String, [String])])
    func findsOddities(spec: String, expected: [String]) throws {
        for kind in PolicyIdentity.Kind.allCases { #expect(try codes(spec, kind) == expected) }
    }

    @Test("Codes are words with dashes, each of its own")
    func namesCodes() {
        for code in PolicyFinding.Code.allCases {
            #expect(code.rawValue.allSatisfy { $0.isLowercase || $0 == "-" }, "\(code)")
        }
    }
}
