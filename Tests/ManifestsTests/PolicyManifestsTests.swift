import Foundation
import Kubernetes
import Manifests
import Policies
import Primitives
import Testing

@Suite struct PolicyManifestsTests {
    static let example = """
        apiVersion: portieris.cloud.ibm.com/v1
        kind: ClusterImagePolicy
        metadata:
          name: default
        spec:
          repositories:
          - name: "*"
            policy: {}
        ---
        apiVersion: portieris.cloud.ibm.com/v1
        kind: ImagePolicy
        metadata: {name: signed, namespace: shop}
        spec:
          repositories:
          - name: registry.example.com/shop/*
            policy:
              mutateImage: false
              simple:
                storeURL: https://store.example.com
                requirements:
                - type: signedBy
                  keySecret: release
        ---
        apiVersion: v1
        kind: Secret
        metadata: {name: release, namespace: shop}
        stringData:
          key: |
            -----BEGIN PGP PUBLIC KEY BLOCK-----
        data:
          other: aGVsbG8=
        ---
        apiVersion: v1
        kind: ServiceAccount
        metadata: {name: web}
        imagePullSecrets: [{name: regcred}]
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: unrelated}
        """

    @Test("A folder of manifests becomes a store")
    func readsFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.example, to: "policies.yaml")
        let manifests = PolicyManifests(reading: [folder.path])
        #expect(manifests.problems.isEmpty)
        #expect(manifests.notices == ["\(folder.path)/policies.yaml, line 38: ConfigMap is not read here, passed over"])
        let store = try manifests.store()
        #expect(store.policies.map(\.identity.key.description) == ["default", "shop/signed"])
        #expect(
            store.secret(named: "release", in: "shop")?.values["key"]?.revealText()
                == "-----BEGIN PGP PUBLIC KEY BLOCK-----\n")
        #expect(store.secret(named: "release", in: "shop")?.values["other"]?.revealText() == "hello")
        #expect(store.serviceAccount(named: "web", in: "default")?.imagePullSecrets == ["regcred"])
        guard case .matched(let match) = store.resolve(image: "registry.example.com/shop/web:1", in: "shop") else {
            Issue.record("no match")
            return
        }
        #expect(try !match.requirement().mutatesImage)
        #expect(match.policy.description == "ImagePolicy shop/signed (\(folder.path)/policies.yaml, line 10)")
    }

    @Test("Of a folder only visible manifests are read, by name; a file is read whatever its name")
    func picksFiles() throws {
        let folder = try TemporaryFolder()
        func secret(_ name: String) -> String { "{apiVersion: v1, kind: Secret, metadata: {name: \(name)}}" }
        for name in ["b.yaml", "a.yml", "C.yaml", ".hidden.yaml", "notes.txt", "d.json.bak"] {
            try folder.write(
                "# \(name)\n" + secret(name.lowercased().replacing(".", with: "-").trimmingCharacters(in: ["-"])),
                to: name)
        }
        try folder.write(#"{"apiVersion":"v1","kind":"Secret","metadata":{"name":"json"}}"#, to: "d.json")
        try FileManager.default.createDirectory(atPath: folder.path + "/e", withIntermediateDirectories: false)
        try folder.write(secret("inner"), to: "e/inner.yaml")
        let all = PolicyManifests(reading: [folder.path + "/"])
        #expect(all.problems.isEmpty)
        #expect(all.secrets.map(\.key.name) == ["c-yaml", "a-yml", "b-yaml", "json"])
        #expect(PolicyManifests(reading: [folder.path + "/notes.txt"]).secrets.map(\.key.name) == ["notes-txt"])
    }

    @Test("The links of a mounted ConfigMap are followed, and each file is read once")
    func followsLinks() throws {
        let folder = try TemporaryFolder()
        let files = FileManager.default
        try files.createDirectory(atPath: folder.path + "/..2026", withIntermediateDirectories: false)
        try folder.write(Self.example, to: "..2026/policies.yaml")
        try files.createSymbolicLink(atPath: folder.path + "/..data", withDestinationPath: "..2026")
        try files.createSymbolicLink(
            atPath: folder.path + "/policies.yaml", withDestinationPath: "..data/policies.yaml")
        let manifests = PolicyManifests(reading: [folder.path])
        #expect(manifests.problems.isEmpty)
        #expect(manifests.policies.count == 2)
    }

    @Test("One broken file does not hide another, and nothing is decided while one is broken")
    func collectsProblems() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.example, to: "a.yaml")
        try folder.write("a: [\n", to: "b.yaml")
        try folder.write(
            """
            apiVersion: portieris.cloud.ibm.com/v1
            kind: ClusterImagePolicy
            metadata: {name: other}
            spec: {repositories: {}}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: k}
            data: {key: "not base64!"}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: good}
            """, to: "c.yaml")
        let manifests = PolicyManifests(reading: [folder.path, folder.path + "/missing.yaml"])
        let problems = manifests.problems.map(\.description)
        try #require(problems.count == 5)
        #expect(problems[0].hasPrefix("\(folder.path)/b.yaml, line "))
        #expect(
            problems[1]
                == "\(folder.path)/c.yaml, line 1: ClusterImagePolicy: spec.repositories: an array is expected here, found an object"
        )
        #expect(problems[2].hasPrefix("\(folder.path)/c.yaml, line 6: Secret: data.key: the value is not base64"))
        #expect(problems[3] == "\(folder.path)/c.yaml, line 11: ServiceAccount: metadata.name: required, but missing")
        #expect(problems[4].hasPrefix("\(folder.path)/missing.yaml: "))
        #expect(manifests.policies.count == 2)
        #expect(manifests.secrets.map(\.key.name) == ["release", "good"])
        #expect(throws: ManifestError.self) { try manifests.store() }
    }

    static let versions = [
        ("securityenforcement.admission.cloud.ibm.com/v1", "ImagePolicy", "portieris.cloud.ibm.com/v1"),
        ("portieris.cloud.ibm.com/v2", "ClusterImagePolicy", "portieris.cloud.ibm.com/v1"),
        ("sportieris.cloud.ibm.com/v1", "ImagePolicy", "portieris.cloud.ibm.com/v1"), ("v2", "Secret", "v1"),
        ("example.com/v1", "ServiceAccount", "v1"),
    ]

    @Test("A kind that is read, in a version that is not, is a problem", arguments: versions)
    func refusesOtherVersions(apiVersion: String, kind: String, expected: String) throws {
        let documents = try manifests("apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: a}\n")
        #expect(
            PolicyManifests(documents).problems.map(\.description) == [
                "a.yaml, line 1: \(kind) of \"\(apiVersion)\" is not read here, only of \(expected)"
            ])
    }

    @Test(
        "Two objects of one name are refused, naming both places",
        arguments: [
            ("portieris.cloud.ibm.com/v1", "ImagePolicy", "default/a"),
            ("portieris.cloud.ibm.com/v1", "ClusterImagePolicy", "a"),
            ("v1", "Secret", "default/a"), ("v1", "ServiceAccount", "default/a"),
        ])
    func refusesDuplicates(apiVersion: String, kind: String, key: String) throws {
        let object = "apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: a}\n"
        let documents =
            try ManifestReader.parse(Array(object.utf8), file: "a.yaml")
            + ManifestReader.parse(Array(object.utf8), file: "b.yaml")
        #expect(
            PolicyManifests(documents).problems.map(\.description) == [
                "there are two objects \(kind) \(key), in a.yaml, line 1 and in b.yaml, line 1: remove one of them"
            ])
    }

    @Test("A policy that asks for what is not enforced is kept as unusable, and told of")
    func keepsFlawedPolicies() throws {
        let documents = try manifests(
            """
            apiVersion: portieris.cloud.ibm.com/v1
            kind: ClusterImagePolicy
            metadata: {name: a}
            spec:
              repositories:
              - name: "*"
                policy: {trust: {enabled: yes}}
            """)
        let manifests = PolicyManifests(documents)
        #expect(manifests.problems.isEmpty)
        #expect(
            manifests.policies[0].flaws.map(\.description) == [
                "ClusterImagePolicy a (a.yaml, line 1): spec.repositories[0].policy.trust: trust (Notary v1) is not enforced "
                    + "by this version, so the entry cannot be used"
            ])
    }

    @Test(
        "A value that YAML reads as another type is refused as Kubernetes would",
        arguments: [
            ("keySecret: yes", "keySecret: a string is expected here, found a boolean"),
            ("keySecret: 0123", "keySecret: a string is expected here, found a number"),
        ])
    func keepsKubernetesTypes(field: String, message: String) throws {
        let documents = try manifests(
            """
            apiVersion: portieris.cloud.ibm.com/v1
            kind: ClusterImagePolicy
            metadata: {name: a}
            spec:
              repositories:
              - name: "*"
                policy:
                  simple:
                    requirements:
                    - type: signedBy
                      \(field)
            """)
        #expect(PolicyManifests(documents).policies[0].flaws[0].description.hasSuffix(message))
    }
}
