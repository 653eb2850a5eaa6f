import Kubernetes
import Policies
import Primitives
import Registry
import Testing

@Suite struct PolicyStoreTests {
    @Test("Two policies of one name are refused, naming both files")
    func refusesDuplicates() throws {
        let first = try policy(spec: "{}", source: "a.yaml, line 1")
        let second = try policy(spec: "{}", source: "b.yaml, line 9")
        let error = #expect(throws: PolicyError.self) { try PolicyStore(policies: [first, second]) }
        #expect(
            error?.description
                == "there are two objects ClusterImagePolicy default, in a.yaml, line 1 and in b.yaml, line 9: remove one of them"
        )
    }

    @Test("The same name in another namespace or of another kind is another policy")
    func tellsPoliciesApart() throws {
        let store = try PolicyStore(policies: [
            policy(.imagePolicy, spec: "{}"), policy(spec: "{}"), policy(.imagePolicy, in: "other", spec: "{}"),
        ])
        #expect(
            store.policies.map(\.identity.description) == [
                "ClusterImagePolicy default", "ImagePolicy other/default", "ImagePolicy shop/default",
            ])
    }

    @Test("Two Secrets or two ServiceAccounts of one name are refused")
    func refusesDuplicateObjects() throws {
        let secret = try secret("a", in: "shop")
        #expect(throws: PolicyError.self) { try PolicyStore(policies: [], secrets: [secret, secret]) }
        let account = try ServiceAccount(json(#"{"metadata":{"name":"a","namespace":"shop"}}"#))
        #expect(throws: PolicyError.self) { try PolicyStore(policies: [], serviceAccounts: [account, account]) }
    }

    @Test("Secrets and ServiceAccounts are found in their namespace only")
    func findsObjects() throws {
        let account = try ServiceAccount(json(#"{"metadata":{"name":"web","namespace":"shop"}}"#))
        let store = try PolicyStore(policies: [], secrets: [secret("a", in: "shop")], serviceAccounts: [account])
        #expect(store.secret(named: "a", in: "shop") != nil)
        #expect(store.secret(named: "a", in: "other") == nil)
        #expect(store.serviceAccount(named: "web", in: "shop") != nil)
        #expect(store.serviceAccount(named: "web", in: "default") == nil)
    }
}

@Suite struct KeySecretLookupTests {
    private func lookup(
        _ location: NamedSecret.Location, own: String? = "ostiary", strict: Bool = false, workload: String = "shop"
    ) throws -> KeySecretLookup {
        KeySecretLookup(
            ofKey: NamedSecret(name: "release", location: location),
            in: try policy(spec: "{}").identity, workloadNamespace: workload,
            rule: KeyNamespaceRule(ownNamespace: own, isStrict: strict))
    }

    static let warning =
        #"set keySecretNamespace in ClusterImagePolicy default: key secret "release" comes from the workload's namespace "shop""#

    static let places: [(location: NamedSecret.Location, own: String?, strict: Bool, places: [KeySecretLookup.Place])] =
        [
            (.namespace("keys"), "ostiary", false, [.init(namespace: "keys")]),
            (.namespace("keys"), nil, true, [.init(namespace: "keys")]),
            (
                .ownThenWorkload, "ostiary", false,
                [.init(namespace: "ostiary"), .init(namespace: "shop", warning: warning)]
            ),
            (.ownThenWorkload, "ostiary", true, [.init(namespace: "ostiary")]),
            (.ownThenWorkload, "shop", false, [.init(namespace: "shop")]),
            (.ownThenWorkload, nil, false, [.init(namespace: "shop", warning: warning)]),
            (.ownThenWorkload, nil, true, []),
        ]

    @Test("A key is looked for where nobody but its owner can put one", arguments: places)
    func ordersPlaces(
        location: NamedSecret.Location, own: String?, strict: Bool, places: [KeySecretLookup.Place]
    ) throws {
        #expect(try lookup(location, own: own, strict: strict).places == places)
    }

    @Test("The password of a store is read as Portieris has it, in the workload's namespace at last, strict or not")
    func storeCredential() throws {
        let rule = KeyNamespaceRule(ownNamespace: "ostiary", isStrict: true)
        let lookup = KeySecretLookup(
            ofStore: NamedSecret(name: "store", location: .ownThenWorkload), workloadNamespace: "shop", rule: rule)
        #expect(lookup.places.map(\.namespace) == ["ostiary", "shop"])
        func credential(_ values: String, in namespace: String = "shop") throws -> Credential {
            let text = #"{"metadata":{"name":"store","namespace":"\#(namespace)"},"stringData":{\#(values)}}"#
            return try PolicyStore(policies: [], secrets: [SecretObject(json(text))]).storeCredential(for: lookup)
        }
        let found = try credential(#""username":"reader","password":"hunter2""#)
        #expect(found.username == "reader")
        #expect(found.secret.revealText() == "hunter2")
        for (values, reason) in [
            (#""password":"hunter2""#, "secret: store, does not contain username"),
            (#""username":"reader","password":"""#, "secret: store, does not contain password"),
            (#""username":"a:b","password":"hunter2""#, "secret: store, contains a username that cannot be sent"),
        ] {
            let error = #expect(throws: PolicyError.self) { try credential(values) }
            #expect(error?.description == reason)
        }
        let missing = #expect(throws: PolicyError.self) {
            try credential(#""username":"reader","password":"x""#, in: "other")
        }
        #expect(missing?.description == #"secrets "store" not found in namespace "ostiary" or "shop""#)
    }

    @Test("Ostiary's own Secret wins over a tenant's, and the tenant's is told of")
    func prefersOwnNamespace() throws {
        let own = try secret("release", in: "ostiary", "own")
        let tenant = try secret("release", in: "shop", "tenant")
        let both = try PolicyStore(policies: [], secrets: [own, tenant]).key(for: lookup(.ownThenWorkload))
        #expect(both.bytes.revealText() == "own")
        #expect(both.warning == nil)
        let one = try PolicyStore(policies: [], secrets: [tenant]).key(for: lookup(.ownThenWorkload))
        #expect(one.bytes.revealText() == "tenant")
        #expect(one.namespace == "shop")
        #expect(one.warning == Self.warning)
    }

    @Test("A Secret without a key ends the search instead of handing it to the tenant")
    func doesNotFallThroughBadSecret() throws {
        let own = try secret("release", in: "ostiary", value: "keys")
        let store = try PolicyStore(policies: [], secrets: [own, secret("release", in: "shop")])
        let error = #expect(throws: PolicyError.self) { try store.key(for: lookup(.ownThenWorkload)) }
        #expect(error?.description == #"secret "release" in "ostiary" does not contain a "key" attribute"#)
    }

    @Test("A Secret that is nowhere is named with the places")
    func namesMissingSecret() throws {
        let store = try PolicyStore(policies: [])
        let error = #expect(throws: PolicyError.self) { try store.key(for: lookup(.ownThenWorkload)) }
        #expect(error?.description == #"secrets "release" not found in namespace "ostiary" or "shop""#)
        #expect(throws: PolicyError.keyNamespaceUnknown(name: "release")) {
            try store.key(for: lookup(.ownThenWorkload, own: nil, strict: true))
        }
    }
}
