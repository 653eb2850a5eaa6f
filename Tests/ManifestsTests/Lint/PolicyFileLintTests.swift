import Foundation
import Kubernetes
import Manifests
import Policies
import Primitives
import Testing

@Suite struct PolicyFileLintTests {
    private func lines(_ text: String, strict: Bool = false) throws -> [String] {
        let rule = KeyNamespaceRule(ownNamespace: "ostiary", isStrict: strict)
        let keys = KeyRingOpinion(
            findings: { ring in
                ring.revealText() == "good" ? [] : [PolicyFinding(.unusableKey, "bad: \(ring.revealText())")]
            }, signerCount: { Set($0.map { $0.revealText() }).count })
        let lint = PolicyFileLint(try manifests(text), rule: rule, keys: keys)
        return lint.findings.map { finding in
            "\(finding.line.map(String.init) ?? "-") \(finding.finding.code.rawValue) \(finding.object?.description ?? "-")"
        }
    }

    private func signed(by secret: String, _ kind: String = "ImagePolicy", _ more: String = "") -> String {
        """
        apiVersion: portieris.cloud.ibm.com/v1
        kind: \(kind)
        metadata: {name: a\(kind == "ImagePolicy" ? ", namespace: shop" : "")}
        spec:
          repositories:
            - name: e.com/*
              policy:
                simple:
                  requirements:
                    - type: signedBy
                      keySecret: \(secret)
        \(more.isEmpty ? "" : "              " + more)
        """
    }

    private func secret(_ namespace: String, _ value: String, name: String = "release") -> String {
        "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: \(name), namespace: \(namespace)}\nstringData:\n  \(value)\n"
    }

    @Test("A finding has the line of its field, in every document")
    func findsLines() throws {
        let text = """
            # first
            apiVersion: portieris.cloud.ibm.com/v1
            kind: ClusterImagePolicy
            metadata:
              name: a
            spec:
              repositories:
                - name: "icr.io*"
                  trust:
                    enabled: true
                - policy:
                    va: {}
                  name: e.com/a
            ---
            apiVersion: portieris.cloud.ibm.com/v1
            kind: ImagePolicy
            metadata:
              name: b
            spec: {}
            """
        #expect(
            try lines(text) == [
                "8 broad-pattern ClusterImagePolicy a", "9 misplaced-field ClusterImagePolicy a",
                "12 unknown-field ClusterImagePolicy a", "19 no-entries ImagePolicy default/b",
            ])
    }

    @Test("Keys are looked for where they would be read, and looked into once")
    func findsKeys() throws {
        let policy = signed(by: "release")
        #expect(try lines(policy) == ["11 missing-secret ImagePolicy shop/a"])
        #expect(try lines(policy + secret("shop", "key: good")).isEmpty)
        #expect(try lines(policy + secret("other", "key: good")) == ["11 missing-secret ImagePolicy shop/a"])
        #expect(try lines(policy + secret("shop", "keys: good")) == ["14 secret-without-key Secret shop/release"])
        let twice =
            policy + "\n"
            + policy.replacing("{name: a,", with: "{name: b,").replacing("apiVersion", with: "---\napiVersion")
        #expect(
            try lines(twice + secret("shop", "key: bad")) == [
                "19 shadowed-entry ImagePolicy shop/b", "31 unusable-key Secret shop/release",
            ])
    }

    @Test("A key that a cluster policy leaves open is looked for in Ostiary's own namespace")
    func findsOpenKeys() throws {
        let policy = signed(by: "release", "ClusterImagePolicy")
        #expect(try lines(policy) == ["11 missing-secret ClusterImagePolicy a"])
        #expect(try lines(policy + secret("shop", "key: good")) == ["11 missing-secret ClusterImagePolicy a"])
        #expect(try lines(policy + secret("ostiary", "key: good")).isEmpty)
        let named = signed(by: "release", "ClusterImagePolicy", "keySecretNamespace: keys")
        #expect(try lines(named) == ["11 missing-secret ClusterImagePolicy a"])
        #expect(try lines(named + secret("keys", "key: good")).isEmpty)
    }

    @Test("The advice to name a namespace is given only where one is open")
    func advisesNamespace() throws {
        func message(_ text: String, strict: Bool) throws -> String {
            let rule = KeyNamespaceRule(ownNamespace: "ostiary", isStrict: strict)
            let lint = PolicyFileLint(try manifests(text), rule: rule, keys: KeyRingOpinion { _ in [] })
            return lint.findings[0].finding.message
        }
        let open = signed(by: "release", "ClusterImagePolicy")
        #expect(try message(open, strict: false).contains("set keySecretNamespace"))
        #expect(try !message(open, strict: true).contains("set keySecretNamespace"))
        #expect(try !message(signed(by: "release"), strict: false).contains("set keySecretNamespace"))
    }

    static let objects: [(text: String, lines: [String])] = [
        ("apiVersion: v1\nkind: ConfigMap\n", ["- no-policy -", "2 passed-over ConfigMap"]),
        (
            "apiVersion: sportieris.cloud.ibm.com/v1\nkind: ImagePolicy\nmetadata: {name: a}\n",
            ["1 wrong-version ImagePolicy default/a"]
        ),
        (
            "apiVersion: policy.sigstore.dev/v1beta1\nkind: ClusterImagePolicy\nmetadata: {name: a}\n",
            ["1 wrong-version ClusterImagePolicy a"]
        ),
        (
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata: {key: \"?\"}\n",
            ["- no-policy -", "4 invalid-value Secret default/a"]
        ),
        ("apiVersion: v2\nkind: Secret\nmetadata: {name: a}\n", ["- no-policy -", "1 wrong-version Secret default/a"]),
        ("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n", ["- no-policy -"]),
        (
            "apiVersion: portieris.cloud.ibm.com/v1\nkind: ClusterImagePolicy\nmetadata: {}\nspec: {x: 1}\n",
            ["3 missing-field ClusterImagePolicy"]
        ),
        (
            "apiVersion: securityenforcement.admission.cloud.ibm.com/v1beta1\nkind: ClusterImagePolicy\nmetadata: {name: a}\n"
                + "spec:\n  repositories:\n  - name: a\n    policy:\n      simple:\n      - type: sign\n",
            ["1 legacy-version ClusterImagePolicy a", "8 invalid-value ClusterImagePolicy a"]
        ),
    ]

    @Test("Other objects and versions are told of", arguments: objects)
    func tellsOfOthers(text: String, lines expected: [String]) throws {
        #expect(try lines(text) == expected)
    }

    @Test("Two objects of one name are found, the second with the place of the first")
    func findsDuplicates() throws {
        let object =
            "apiVersion: portieris.cloud.ibm.com/v1\nkind: ClusterImagePolicy\nmetadata: {name: a}\nspec: {repositories: [{name: a}]}\n"
        #expect(try lines(object + "---\n" + object) == ["8 duplicate-object ClusterImagePolicy a"])
    }

    @Test("Files are read in their order, and one that cannot be read hides no other")
    func readsFiles() throws {
        let folder = try TemporaryFolder()
        try folder.write("a: [\n", to: "a.yaml")
        try folder.write("{\"a\": }", to: "b.json")
        try folder.write("kind: A\n", to: "c.yaml")
        try folder.write(signed(by: "release"), to: "d.yaml")
        let rule = KeyNamespaceRule(ownNamespace: nil, isStrict: false)
        let lint = PolicyFileLint(
            reading: [folder.path, folder.path + "/none"], rule: rule, keys: KeyRingOpinion { _ in [] })
        let found = lint.findings.map { "\($0.file.dropFirst(folder.path.count + 1)) \($0.finding.code.rawValue)" }
        #expect(
            found
                == [
                    "a.yaml unreadable-file", "b.json unreadable-file", "c.yaml unreadable-file",
                    "d.yaml missing-secret",
                    "none unreadable-file",
                ])
        #expect(lint.policyCount == 1)
        #expect(lint.findings.first?.line != nil)
    }

    @Test(
        "More signers than there are keys are told of, where all the keys are at hand",
        arguments: [
            (1, ["a"], ["a": "good"], []), (2, ["a"], ["a": "good"], ["12 unreachable-threshold"]),
            (2, ["a", "b"], ["a": "good", "b": "better"], []),
            (2, ["a", "b"], ["a": "good", "b": "good"], ["12 unreachable-threshold"]),
            (3, ["a", "b"], ["a": "good", "b": "better"], ["12 unreachable-threshold"]),
            (3, ["a", "b"], ["a": "good"], ["11 missing-secret"]),
        ] as [(Int, [String], [String: String], [String])])
    func countsSigners(threshold: Int, names: [String], keys: [String: String], expected: [String]) throws {
        let (list, indent) = ("[\(names.joined(separator: ", "))]", String(repeating: " ", count: 14))
        let policy = signed(by: "x").replacing(
            "keySecret: x", with: "keySecrets: \(list)\n\(indent)threshold: \(threshold)")
        let secrets = keys.sorted { $0.key < $1.key }.map { secret("shop", "key: \($0.value)", name: $0.key) }
        let found = try lines(policy + secrets.joined()).filter { $0.hasPrefix("1") && $0.contains("ImagePolicy") }
        #expect(found == expected.map { "\($0) ImagePolicy shop/a" })
    }
}
