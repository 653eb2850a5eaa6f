import Kubernetes
import Support
import Testing

@testable import Policies

@Suite struct PolicyIndexTests {
    /// Portieris' rule as it is written down: one entry after the other.
    private func scan(_ policies: [ImagePolicy], _ texts: [String]) -> String? {
        let texts = texts.map { Array($0.utf8) }
        var best: (name: String, pattern: Pattern)?
        for policy in policies {
            for (index, entry) in policy.entries.enumerated() {
                let name = "\(policy.identity.key.name) \(index)"
                if texts.contains(where: entry.pattern.isExactly) { return name }
                guard texts.contains(where: entry.pattern.matches) else { continue }
                if best.map({ $0.pattern.specificity < entry.pattern.specificity }) ?? true {
                    best = (name, entry.pattern)
                }
            }
        }
        return best?.name
    }

    /// Policies whose entries know their place: the requirement is an error that names it.
    private func policies(_ patterns: [[String]]) -> [ImagePolicy] {
        patterns.enumerated().map { number, patterns in
            let identity = PolicyIdentity(
                kind: .clusterImagePolicy, key: ObjectKey(namespace: "", name: "p\(number)"))
            let entries = patterns.enumerated().map { index, pattern in
                RepositoryEntry(
                    pattern: Pattern(pattern),
                    requirement: .failure(.keySecretNotFound(name: "p\(number) \(index)", namespaces: [])))
            }
            return ImagePolicy(identity: identity, entries: entries)
        }
    }

    private func place(_ match: PolicyMatch?) -> String? {
        guard let match else { return nil }
        do throws(PolicyError) {
            _ = try match.requirement()
            return "(no place)"
        } catch .keySecretNotFound(let name, _) {
            return name
        } catch {
            return "(no place)"
        }
    }

    private func text(_ alphabet: String, upTo length: Int, using generator: inout SeededGenerator) -> String {
        let letters = Array(alphabet)
        return String(
            (0..<Int.random(in: 0...length, using: &generator)).map { _ in
                letters[Int.random(in: 0..<letters.count, using: &generator)]
            })
    }

    @Test(
        "The index finds what a scan of all entries finds",
        arguments: [("ab*/:", 5, 1), ("ab/:@.", 7, 2), ("a*", 6, 3), ("abcd*/:@.-", 14, 4), ("a*/", 9, 5)])
    func agreesWithScan(alphabet: String, length: Int, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var (matched, normalised, ties) = (0, 0, 0)
        for _ in 0..<300 {
            let patterns = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
                (0..<Int.random(in: 0...25, using: &generator)).map { _ in
                    text(alphabet, upTo: length, using: &generator)
                }
            }
            let policies = policies(patterns)
            let index = PolicyIndex(policies)
            let all = patterns.flatMap { $0 }
            ties += all.count - Set(all).count
            for _ in 0..<40 {
                // Random text seldom matches anything; text made of a pattern often does.
                let image =
                    Bool.random(using: &generator)
                    ? text("ab/:@.", upTo: 12, using: &generator)
                    : (all.randomElement(using: &generator) ?? "").map { letter in
                        letter == "*" ? text("ab/:", upTo: 3, using: &generator) : String(letter)
                    }.joined() + (Bool.random(using: &generator) ? ":a" : "")
                let expected = scan(policies, [image])
                matched += expected == nil ? 0 : 1
                #expect(place(index.match(image)) == expected, "\(image) in \(patterns)")
                let forms = ImageForms.forms(of: image)
                let expectedOfForms = scan(policies, forms)
                normalised += expectedOfForms == nil ? 0 : 1
                #expect(place(index.match(anyOf: forms)) == expectedOfForms, "\(forms) in \(patterns)")
            }
        }
        #expect(matched > 1000)
        #expect(normalised > 50)
        #expect(ties > 50)
    }

    @Test("A list without entries matches nothing")
    func isEmpty() {
        #expect(PolicyIndex([]).match("") == nil)
        #expect(PolicyIndex(policies([[], []])).match("nginx") == nil)
        #expect(PolicyIndex(policies([["*"]])).match(anyOf: []) == nil)
    }

    @Test("Of equal entries the first in the list decides, whichever table they are in")
    func keepsOrder() {
        #expect(place(PolicyIndex(policies([["a*"], ["a*", "a"]])).match("a:1")) == "p0 0")
        #expect(place(PolicyIndex(policies([["*a", "a"], ["a"]])).match("a:1")) == "p0 0")
        #expect(place(PolicyIndex(policies([["b"], ["a", "*a"], ["a"]])).match("a:1")) == "p1 0")
        #expect(place(PolicyIndex(policies([["a*b*c", "a**bc"]])).match("abc")) == "p0 0")
        #expect(place(PolicyIndex(policies([["*"], ["a"], ["a"]])).match("a")) == "p1 0")
    }
}

@Suite struct PrefixTableTests {
    private func values(_ keys: [String], _ text: String) -> [String] {
        let pairs = keys.map { (Array($0.utf8)[...], $0) }
        var found: [String] = []
        PrefixTable(Dictionary(uniqueKeysWithValues: pairs)).forEachValue(beginning: Array(text.utf8)[...]) {
            found.append($0)
        }
        return found
    }

    @Test(
        "All keys that the text begins with are found, the longest first",
        arguments: [
            ([], "a", []), ([""], "", [""]), (["", "a", "ab", "b"], "abc", ["ab", "a", ""]),
            (["a", "ac"], "ab", ["a"]),
            (["a", "aba", "abb", "abc"], "abbz", ["abb", "a"]), (["b"], "a", []), (["b"], "", []), (["abc"], "ab", []),
            (["a", "ab", "abd"], "abc", ["ab", "a"]), (["a", "aaz", "aazz"], "ab", ["a"]), (["\u{7F}", ""], "~", [""]),
        ] as [([String], String, [String])])
    func findsPrefixes(keys: [String], text: String, expected: [String]) {
        #expect(values(keys, text) == expected)
    }
}
