import Foundation
import Kubernetes
import Manifests
import Policies
import Testing

/// What `docs/policies.md` shows.
@Suite("The guide to policies")
struct PolicyGuideTests {
    private let text: String

    init() throws {
        text = try String(contentsOfFile: Repository.path("docs/policies.md"), encoding: .utf8)
    }

    /// The YAML in the guide, block by block.
    private var examples: [String] {
        text.components(separatedBy: "```yaml\n").dropFirst().compactMap { $0.components(separatedBy: "\n```").first }
    }

    /// The rows of the table under this heading, without marks of code.
    private func rows(under heading: String) throws -> [[String]] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0 == heading })
        let rows = lines[start...].dropFirst(2).prefix { $0.hasPrefix("|") }
        return rows.map { row in
            row.dropFirst().dropLast().components(separatedBy: "|").map {
                $0.trimmingCharacters(in: ["`", " "])
            }
        }
    }

    @Test("has examples that can be used as they are")
    func examplesAreSound() throws {
        #expect(examples.count >= 4)
        for example in examples {
            let rule = KeyNamespaceRule(ownNamespace: "ostiary", isStrict: true)
            let lint = PolicyFileLint(try manifests(example), rule: rule, keys: KeyRingOpinion { _ in [] })
            // The keys are the reader's.
            let findings = lint.findings.filter { $0.finding.code != .missingSecret }
            #expect(findings.map(\.finding) == [])
            let policies = PolicyManifests(try manifests(example))
            #expect(policies.problems.isEmpty)
            #expect(policies.policies.count == 1)
        }
    }

    @Test("says rightly which pattern matches which image")
    func patternsMatch() throws {
        let rows = try rows(under: "| pattern | image | matches |")
        #expect(rows.count > 15)
        for row in rows {
            let image = row[1].replacing("…", with: String(repeating: "0", count: 64))
            #expect(try look(row[0], image) == row[2], "\(row[0]) on \(image)")
        }
    }

    private func look(_ pattern: String, _ image: String) throws -> String {
        let policy = """
            apiVersion: portieris.cloud.ibm.com/v1
            kind: ClusterImagePolicy
            metadata: {name: a}
            spec: {repositories: [{name: "\(pattern)"}]}
            """
        switch try PolicyManifests(manifests(policy)).store().resolve(image: image, in: "default") {
        case .refused: return "no"
        case .matched(let match): return match.look == .written ? "as written" : "by another name"
        }
    }

    @Test("lists every code of the linter with its severity")
    func listsCodes() throws {
        let listed = try rows(under: "| code | severity | meaning |").map { "\($0[0]) \($0[1])" }
        #expect(listed == PolicyFinding.Code.allCases.map { "\($0.rawValue) \($0.severity.rawValue)" })
    }

    @Test("names every form of a bound name and every type of requirement and identity")
    func namesValues() throws {
        for style in PinStyle.allCases { #expect(text.contains(style.rawValue)) }
        for path in [PolicyFields.requirementType, PolicyFields.identityType] {
            let nodes = try ResourceDefinition.imagePolicies.schema().nodes()
            for value in try #require(nodes.first { $0.path == path }?.schema.enumeration) where !value.isEmpty {
                #expect(text.contains("`\(value)`"), "\(value)")
            }
        }
    }
}
