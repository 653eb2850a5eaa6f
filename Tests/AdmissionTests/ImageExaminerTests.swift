import HTTP
import Kubernetes
import Policies
import Primitives
import Registry
import Support
import Testing

@testable import Admission

@Suite(.timeLimit(.minutes(2))) struct ImageExaminerTests {
    private let network = FakeNetwork()

    /// `signedBy` the Secret `release`, with or without a namespace.
    private func signature(keySecretNamespace namespace: String? = nil, mutateImage: Bool = true) -> String {
        let place = namespace.map { #","keySecretNamespace":"\#($0)""# } ?? ""
        return """
            {"mutateImage":\(mutateImage),"simple":{"requirements":[{"type":"signedBy","keySecret":"release"\(place)}],
             "storeURL":"https://sigs.e.com"}}
            """
    }

    private var storeURL: String { "https://sigs.e.com/a@sha256=\(digest.hex)/signature-1" }

    @Test(
        "What is no image name is refused before any policy is asked, and the text says what is wrong",
        arguments: [
            ("?", "invalid image name: "), ("UPPER/case", "invalid image name: a repository name has no upper-case"),
            ("nginx:", "invalid image name: "), (" nginx", "invalid image name: "), ("nginx\n", "invalid image name: "),
            ("nginx@sha256:1234", "invalid image name: the digest has 4 digits instead of 64"),
            ("nginx@sha512:1234", "invalid image name: the digest has 4 digits instead of 128"),
            ("nginx@md5:1234", "invalid image name: "),
            ("ngïnx", "invalid image name: it has characters outside ASCII"),
            (String(repeating: "x/", count: 5000) + "y", "invalid image name: "),
        ])
    func refusesInvalidNames(_ image: String, _ reason: String) async throws {
        let examination = try await House(network, [("*", Ask.nothing)]).examine(image)
        #expect(examination.outcome.name == "refused")
        #expect(examination.complaint?.contains("\", \(reason)") ?? false, "\(examination.complaint ?? "")")
        #expect(network.questions.isEmpty)
    }

    @Test("An image that no policy speaks of is refused")
    func refusesUnmatched() async throws {
        let examination = try await House(network, [("other", Ask.nothing)]).examine("nginx")
        #expect(examination.outcome.name == "refused")
        #expect(
            examination.complaint == #"Deny "nginx", no matching repositories in ClusterImagePolicy and no "#
                + #"ImagePolicies in the "shop" namespace"#)
    }

    @Test("A policy that asks for what is not enforced here decides nothing: undecided, naming the policy")
    func doubtsUnusablePolicies() async throws {
        for policy in [Ask.notary, #"{"tryst":{}}"#, #"{"simple":{"requirements":[{"type":"signedBy"}]}}"#] {
            let examination = try await House(network, [("*", policy)]).examine("nginx")
            #expect(examination.outcome.name == "undecided")
            #expect(examination.complaint?.hasPrefix(#"Deny "nginx", ClusterImagePolicy default: "#) ?? false)
        }
        #expect(network.questions.isEmpty)
    }

    @Test("mutateImage decides whether the image is bound to what was verified")
    func pins() async throws {
        try network.putImages("e.com/a:1")
        for (policy, expected) in [(Ask.anything, "e.com/a@\(digest)"), (Ask.anythingUnpinned, nil)] {
            guard case .verified(_, let pin) = try await House(network, [("*", policy)]).examine("e.com/a:1").outcome
            else {
                Issue.record("not verified")
                continue
            }
            #expect(pin == expected)
        }
    }

    static let styles: [(image: String, policy: String, pin: String?)] = [
        ("e.com/a:1", Ask.anything, "e.com/a@\(digest)"), ("e.com/a:1", Ask.tagged, "e.com/a:1@\(digest)"),
        ("nginx", Ask.tagged, "docker.io/library/nginx:latest@\(digest)"),
        // What is bound to these bytes already stays as it is written.
        ("nginx@\(digest)", Ask.anything, "nginx@\(digest)"), ("nginx@\(digest)", Ask.tagged, "nginx@\(digest)"),
        ("nginx:1@\(digest)", Ask.anything, "nginx:1@\(digest)"),
        ("e.com/a:1@\(digest)", Ask.tagged, "e.com/a:1@\(digest)"),
        ("e.com/a:1@\(digest)", Ask.anythingUnpinned, nil),
    ]

    @Test("The policy says whether the tag is kept beside the digest", arguments: styles)
    func keepsTag(image: String, policy: String, pin expected: String?) async throws {
        try network.putImages(image)
        guard case .verified(_, let pin) = try await House(network, [("*", policy)]).examine(image).outcome else {
            Issue.record("not verified")
            return
        }
        #expect(pin == expected)
    }

    @Test(
        "A key that cannot be had leaves the image undecided, and names the Secret but nothing of it",
        arguments: [
            (nil, #"secrets "release" not found in namespace "ostiary" or "shop""#),
            (["other": "x"], #"secret "release" in "shop" does not contain a "key" attribute"#),
            (["key": "hunter2"], #"secret "release" in "shop" does not hold a usable key: not an OpenPGP key"#),
            (["key": ""], #"secret "release" in "shop" does not hold a usable key: the key ring is empty"#),
        ] as [([String: String]?, String)])
    func needsTheKey(_ values: [String: String]?, _ reason: String) async throws {
        try network.putImages("e.com/a:1")
        let secrets = try values.map { [try secret("release", $0)] } ?? []
        let examination = try await House(network, [("*", signature())], secrets: secrets).examine("e.com/a:1")
        #expect(examination.outcome.name == "undecided")
        #expect(examination.complaint?.contains(reason) ?? false, "\(examination.complaint ?? "")")
        #expect(examination.complaint?.contains("hunter2") == false)
    }

    @Test(
        "A registry that gives no usable answer leaves the image undecided, and its own words are kept short",
        arguments: [
            (.status(401, [("WWW-Authenticate", "Basic realm=x")]), "no valid ImagePullSecret, 0 tried"),
            (.status(404), "has no manifest for e.com/a:1"),
            (.status(429, [("Retry-After", "7")]), "it may be asked again in 7 s"),
            (.status(500, [], "one\ntwo\u{1B}[2J"), "registry e.com answered 500"), (.status(200, [], "<html>"), ""),
        ] as [(FakeNetwork.Answer, String)])
    func doubtsBadRegistries(_ answer: FakeNetwork.Answer, _ reason: String) async throws {
        network.put(answer, at: try manifestURL("e.com/a:1"))
        let examination = try await House(network, [("*", Ask.anything)]).examine("e.com/a:1")
        #expect(examination.outcome.name == "undecided")
        let complaint = try #require(examination.complaint)
        #expect(complaint.contains(reason), "\(complaint)")
        #expect(!complaint.contains { $0.isNewline || $0 == "\u{1B}" })
    }

    @Test("A registry that repeats the password it was sent does not get it into the message")
    func hidesPasswords() async throws {
        let challenge = FakeNetwork.Answer.status(401, [("WWW-Authenticate", "Basic realm=\"x\"")])
        network.put(challenge, .status(500, [], "wrong: hunter2"), at: try manifestURL("e.com/a:1"))
        let config = #"{"auths":{"e.com":{"username":"ann","password":"hunter2"}}}"#
        let secrets = [try secret("pull", [".dockerconfigjson": config])]
        let house = try House(network, [("*", Ask.anything)], secrets: secrets)
        let complaint = try #require(await house.examine("e.com/a:1", pullSecrets: ["pull"]).complaint)
        #expect(complaint.contains("registry e.com answered 500"))
        #expect(!complaint.contains("hunter2"))
    }

    @Test("When nobody is let in, the user learns which pull secrets were shown, and which could not be")
    func namesCredentials() async throws {
        network.put(
            .status(401, [("WWW-Authenticate", "Basic realm=\"x\"")]), at: try manifestURL("e.com/a:1"))
        let secrets = try ["a", "b"].map { name in
            try secret(
                name, [".dockerconfigjson": #"{"auths":{"e.com":{"username":"\#(name)","password":"hunter2"}}}"#])
        }
        var house = try House(network, [("*", Ask.anything)], secrets: secrets)
        house.ownConfig = #"{"auths":{"e.com":{"registrytoken":"hunter2"}}}"#
        let complaint = try #require(await house.examine("e.com/a:1", pullSecrets: ["a", "gone", "b"]).complaint)
        #expect(
            complaint.contains(
                #"no valid ImagePullSecret, 3 tried (refused: pull secret "a", pull secret "b", --registry-config; "#
                    + #"pull secret "gone" does not exist)"#), "\(complaint)")
        #expect(!complaint.contains("hunter2"))
    }

    @Test("Ostiary's own credentials are shown after the workload's")
    func usesOwnCredentials() async throws {
        let challenge = FakeNetwork.Answer.status(401, [("WWW-Authenticate", "Basic realm=\"x\"")])
        network.put(challenge, challenge, .manifest(manifest), at: try manifestURL("e.com/a:1"))
        let config = #"{"auths":{"e.com":{"username":"ann","password":"1"}}}"#
        var house = try House(
            network, [("*", Ask.anything)], secrets: [try secret("pull", [".dockerconfigjson": config])])
        house.ownConfig = #"{"auths":{"https://e.com":{"username":"own","password":"1"}}}"#
        #expect(await house.examine("e.com/a:1", pullSecrets: ["pull"]).isAdmitted)
        let shown = network.questions.compactMap { $0.request.authorization?.revealText() }
        #expect(shown == ["Basic YW5uOjE=", "Basic b3duOjE="])
    }

    @Test("A signature is judged by the key in Ostiary's namespace, whatever the workload's namespace holds")
    func prefersItsOwnKey() async throws {
        let gpg = try GPG()
        let ours = try await gpg.makeKey("ours", algorithm: "ed25519")
        let tenants = try await gpg.makeKey("tenant", algorithm: "ed25519")
        let keys = [
            try secret("release", in: "ostiary", ["key": text(try await gpg.exportArmored(ours))]),
            try secret("release", ["key": text(try await gpg.exportArmored(tenants))]),
        ]
        try network.putImages("e.com/a:1")

        network.put(.file(try await gpg.sign(statement("e.com/a:1"), by: tenants)), at: storeURL)
        let forged = try await House(network, [("*", signature())], secrets: keys).examine("e.com/a:1")
        #expect(forged.outcome.name == "refused")
        #expect(forged.warnings.isEmpty)

        network.put(.file(try await gpg.sign(statement("e.com/a:1"), by: ours)), at: storeURL)
        let signed = try await House(network, [("*", signature())], secrets: keys).examine("e.com/a:1")
        #expect(signed.outcome.name == "verified")
    }

    @Test("A key from the workload's namespace is the last resort, with a warning, and never under the strict rule")
    func warnsOfTheLastResort() async throws {
        let gpg = try GPG()
        let tenant = try await gpg.makeKey("tenant", algorithm: "ed25519")
        let keys = [try secret("release", ["key": text(try await gpg.exportArmored(tenant))])]
        try network.putImages("e.com/a:1")
        network.put(.file(try await gpg.sign(statement("e.com/a:1"), by: tenant)), at: storeURL)

        var house = try House(network, [("*", signature())], secrets: keys)
        let lax = await house.examine("e.com/a:1")
        #expect(lax.outcome.name == "verified")
        #expect(lax.warnings.count == 1 && lax.warnings[0].contains("set keySecretNamespace"))

        house.rule = KeyNamespaceRule(ownNamespace: "ostiary", isStrict: true)
        let strict = await house.examine("e.com/a:1")
        #expect(strict.outcome.name == "undecided")
        #expect(strict.warnings.isEmpty)

        let elsewhere = try House(network, [("*", signature(keySecretNamespace: "vault"))], secrets: keys)
        #expect(await elsewhere.examine("e.com/a:1").outcome.name == "undecided")
    }

    @Test("A signature that is too large, or expands beyond its bound, does not admit")
    func boundsSignatures() async throws {
        let gpg = try GPG()
        let key = try await gpg.makeKey("release", algorithm: "ed25519")
        let keys = [try secret("release", ["key": text(try await gpg.exportArmored(key))])]
        try network.putImages("e.com/a:1")
        let house = try House(network, [("*", signature())], secrets: keys)

        network.put(.file([UInt8](repeating: 0xC8, count: 5 << 20)), at: storeURL)
        let large = await house.examine("e.com/a:1")
        #expect(large.outcome.name == "undecided")
        #expect(large.complaint?.contains("more than the 4194304 bytes") ?? false)

        let bomb = try await gpg.sign(
            [UInt8](repeating: 0x20, count: 8 << 20), by: key, options: ["--compress-algo", "zlib"])
        #expect(bomb.count < 100_000)
        network.put(.file(bomb), at: storeURL)
        let bombed = await house.examine("e.com/a:1")
        #expect(bombed.outcome.name == "refused")
        #expect(bombed.complaint?.contains("does not expand") ?? false, "\(bombed.complaint ?? "")")
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A simple-signing payload for the small image.
    private func statement(_ reference: String) -> [UInt8] {
        let text = """
            {"critical":{"identity":{"docker-reference":"\(reference)"},"image":{"docker-manifest-digest":"\(digest)"},\
            "type":"atomic container signature"},"optional":{}}
            """
        return Array(text.utf8)
    }
}
