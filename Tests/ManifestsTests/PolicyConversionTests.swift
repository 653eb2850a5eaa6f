import Manifests
import Policies
import Testing

@Suite struct PolicyConversionTests {
    static let stored = """
        apiVersion: securityenforcement.admission.cloud.ibm.com/v1beta1
        kind: ImagePolicy
        metadata:
          name: a
          namespace: shop
          uid: 9c1
          resourceVersion: "12"
          generation: 1
          creationTimestamp: "2020-01-01T00:00:00Z"
          selfLink: /x
          managedFields: []
          labels: {team: shop}
          annotations:
            kubectl.kubernetes.io/last-applied-configuration: "{}"
            note: kept
        spec:
          repositories:
            - name: e.com/*
              policy:
                simple:
                  - {type: signedBy, keySecret: k}
                simpleStore: {url: "https://s.e.com"}
        status: {}
        """

    @Test("A stored policy of the old group becomes one that can be applied")
    func convertsStored() throws {
        let document = try manifests(Self.stored)[0]
        #expect(PolicyConversion.isLegacy(document))
        #expect(
            YAMLWriter.text(of: try PolicyConversion.applicable(document)) == """
                apiVersion: portieris.cloud.ibm.com/v1
                kind: ImagePolicy
                metadata:
                  name: a
                  namespace: shop
                  labels:
                    team: shop
                  annotations:
                    note: kept
                spec:
                  repositories:
                    - name: "e.com/*"
                      policy:
                        simple:
                          requirements:
                            - type: signedBy
                              keySecret: k
                          storeURL: https://s.e.com

                """)
    }

    @Test(
        "Only policies of the two groups are policies here",
        arguments: [
            ("portieris.cloud.ibm.com/v1", "ImagePolicy", true, false),
            ("portieris.cloud.ibm.com/v1", "ClusterImagePolicy", true, false),
            ("securityenforcement.admission.cloud.ibm.com/v1beta1", "ClusterImagePolicy", true, true),
            ("portieris.cloud.ibm.com/v2", "ImagePolicy", false, false),
            ("policy.sigstore.dev/v1beta1", "ClusterImagePolicy", false, false),
            ("portieris.cloud.ibm.com/v1", "Secret", false, false),
        ])
    func tellsPolicies(apiVersion: String, kind: String, isPolicy: Bool, isLegacy: Bool) throws {
        let document = try manifests("apiVersion: \(apiVersion)\nkind: \(kind)\n")[0]
        #expect(PolicyConversion.isPolicy(document) == isPolicy)
        #expect(PolicyConversion.isLegacy(document) == isLegacy)
    }

    @Test("What an annotation leaves empty goes with it, and a policy of today is not changed otherwise")
    func keepsCurrent() throws {
        let text = """
            apiVersion: portieris.cloud.ibm.com/v1
            kind: ClusterImagePolicy
            metadata:
              name: a
              annotations:
                kubectl.kubernetes.io/last-applied-configuration: "{}"
            spec:
              repositories:
                - name: "*"
                  policy:
                    unknown: kept
            """
        let converted = YAMLWriter.text(of: try PolicyConversion.applicable(manifests(text)[0]))
        #expect(
            converted == text.replacing(
                "  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: \"{}\"\n", with: "") + "\n")
    }

    @Test("Local mode reads the old group, says so, and takes it for no other policy than it is")
    func readsInLocalMode() throws {
        let manifests = PolicyManifests(try manifests(Self.stored))
        #expect(manifests.problems.isEmpty)
        #expect(
            manifests.notices == [
                "a.yaml, line 1: ImagePolicy of securityenforcement.admission.cloud.ibm.com/v1beta1 is read as one of "
                    + "portieris.cloud.ibm.com/v1; `ostiary policy convert` rewrites it"
            ])
        let requirement = try manifests.policies[0].entries[0].requirement.get()
        #expect(requirement.simple?.stores.count == 1)
    }

    @Test("A policy in both groups is there twice")
    func refusesBothGroups() throws {
        let current = YAMLWriter.text(of: try PolicyConversion.applicable(manifests(Self.stored)[0]))
        let both = PolicyManifests(try manifests(Self.stored + "\n---\n" + current))
        #expect(both.problems.count == 1)
        #expect(both.problems.first?.description.hasPrefix("there are two objects ImagePolicy shop/a") == true)
    }
}
