import Foundation
import Support
import Testing

extension RealProgram {
    /// The commands that decide once and end: what they print, and how they end.
    @Suite("Commands", .timeLimit(.minutes(2)))
    struct CommandTests {
        let world: World
        /// The usual policies on disk.
        let policies: TemporaryFolder

        init() throws {
            world = try World.current
            policies = try TemporaryFolder()
            for (number, text) in world.usualPolicies.enumerated() { try policies.write(text, to: "\(number).json") }
        }

        private func run(
            _ command: String..., decidingOn more: [String] = [], input: [UInt8] = [], output: String? = nil,
            environment: [String: String] = [:]
        ) async throws -> CommandLineTool.Output {
            let options =
                more + ["--policies", policies.path] + (output.map { ["--output", $0] } ?? [])
            return try await RealProgram.run(command + options, input: input, environment: environment)
        }

        private var trust: [String] { ["--ca", world.identity.authority.authority] }

        // MARK: version and usage

        @Test("version prints one line, in either form")
        func version() async throws {
            let text = try await RealProgram.run(["version"])
            #expect(text.exitCode == 0)
            #expect(text.text.wholeMatch(of: /ostiary \d+\.\d+\.\d+/) != nil)
            #expect(text.errorText.isEmpty)
            let json = try await RealProgram.run(["version", "--output", "json"])
            let number = text.text.dropFirst("ostiary ".count)
            #expect(json.text == #"{"name":"ostiary","version":"\#(number)"}"#)
            #expect(try await RealProgram.run(["--version"]).text == text.text)
        }

        @Test(
            "Wrong usage ends with 64, and says so on standard error",
            arguments: [
                ["nonsense"], ["verify"], ["verify", "--output", "xml", "a"], ["policy", "explain"],
                ["signature", "verify", "x"], ["serve", "--listen", "nowhere"], ["serve", "--unknown"],
                ["review"], ["verify", "a", "--timeout", "soon"],
            ])
        func wrongUsage(arguments: [String]) async throws {
            let output = try await RealProgram.run(arguments)
            #expect(output.exitCode == 64)
            #expect(output.standardOutput.isEmpty)
            #expect(output.errorText.contains("Usage: ostiary"))
        }

        @Test("Every command has help")
        func help() async throws {
            for command in [
                [], ["serve"], ["review"], ["verify"], ["policy"], ["policy", "explain"], ["signature"],
                ["signature", "verify"], ["version"],
            ] {
                let output = try await RealProgram.run(command + ["--help"])
                #expect(output.exitCode == 0)
                #expect(output.text.contains("USAGE: ostiary"), "\(command)")
                #expect(output.errorText.isEmpty)
            }
        }

        // MARK: policy explain

        @Test("policy explain says which entry decides, and what it requires")
        func explain() async throws {
            let image = world.name("signed:1.0")
            let matched = try await run("policy", "explain", image, output: "json")
            #expect(matched.exitCode == 0)
            #expect(
                matched.text == #"{"image":"\#(image)","namespace":"default","matched":true,"#
                    + #""kind":"ClusterImagePolicy","policyNamespace":null,"policy":"default","#
                    + #""repository":"\#(world.registry.address)/app/*","mutateImage":true,"requires":["simple"],"#
                    + #""message":null}"#)
            #expect(matched.errorText.isEmpty)
            let text = try await run("policy", "explain", image)
            #expect(text.text.contains("\(image) in namespace default"))
            #expect(text.text.contains("ClusterImagePolicy default"))
            #expect(text.text.contains("\(world.registry.address)/app/*"))
        }

        @Test("policy explain of an image that no entry matches ends with 1, and says the refusal")
        func explainUnmatched() async throws {
            let unmatched = try await run("policy", "explain", "nginx", "--namespace", "shop", output: "json")
            #expect(unmatched.exitCode == 1)
            #expect(
                unmatched.text == #"{"image":"nginx","namespace":"shop","matched":false,"kind":null,"#
                    + #""policyNamespace":null,"policy":null,"repository":null,"mutateImage":null,"requires":[],"#
                    + #""message":"Deny \"nginx\", no matching repositories in ClusterImagePolicy and no ImagePolicies "#
                    + #"in the \"shop\" namespace"}"#)
            let several = try await run("policy", "explain", world.name("a"), "nginx", output: "json")
            #expect(several.exitCode == 1)
            #expect(several.text.split(separator: "\n").count == 2)
        }

        @Test("policy explain names a namespaced policy with its namespace, and an entry that cannot be used")
        func explainNamespaced() async throws {
            try policies.write(
                Manifest.namespaced(
                    "shop", ["a.test/*": #"{"mutateImage":false}"#, "b.test/*": #"{"trust":{"enabled":true}}"#]),
                to: "shop.json")
            let open = try await run("policy", "explain", "a.test/x", "-n", "shop", output: "json")
            #expect(open.exitCode == 0)
            #expect(
                open.text == #"{"image":"a.test/x","namespace":"shop","matched":true,"kind":"ImagePolicy","#
                    + #""policyNamespace":"shop","policy":"default","repository":"a.test/*","mutateImage":false,"#
                    + #""requires":[],"message":null}"#)
            let unusable = try await run("policy", "explain", "b.test/x", "-n", "shop", output: "json")
            #expect(unusable.exitCode == 2)
            #expect(unusable.text.contains(#""matched":true"#))
            #expect(unusable.text.contains("policy.trust"))
            #expect(unusable.errorText.contains("ostiary: warning: ImagePolicy shop/default"), "\(unusable.errorText)")
        }

        // MARK: verify

        @Test("verify of a signed image prints its digest and what replaces it, and ends with 0")
        func verifySigned() async throws {
            let image = world.name("signed:1.0")
            let json = try await run("verify", image, decidingOn: trust, output: "json")
            #expect(json.exitCode == 0)
            #expect(
                json.text == #"{"image":"\#(image)","namespace":"default","decision":"admitted","#
                    + #""digest":"\#(world.images.signed)","#
                    + #""replacement":"\#(world.pinned("signed", world.images.signed))","#
                    + #""reasons":[],"policy":"ClusterImagePolicy default"}"#)
            #expect(json.errorText.isEmpty)
            let text = try await run("verify", image, decidingOn: trust)
            #expect(text.text.contains("\(image) admitted"))
            #expect(text.text.contains(world.images.signed))
            #expect(text.text.lowercased().contains(world.keys.alice.key.fingerprint.lowercased()))
            #expect(text.errorText.isEmpty)
        }

        @Test("verify of several images prints a line each, and ends as the worst of them")
        func verifySeveral() async throws {
            let silent = "127.0.0.1:\(try LoopbackPort.free())/faulty/app:1.0"
            let undecided = try await run(
                "verify", world.name("signed:1.0"), silent, decidingOn: trust, output: "json")
            #expect(undecided.exitCode == 2)
            let refused = try await run(
                "verify", silent, world.name("unsigned:1.0"), decidingOn: trust, output: "json")
            #expect(refused.exitCode == 1)
            let lines = refused.text.split(separator: "\n")
            #expect(lines.count == 2)
            #expect(lines[0].contains(#""decision":"undecided","digest":null,"replacement":null,"reasons":["Deny \""#))
            #expect(
                lines[1].contains(
                    #""decision":"refused","digest":"\#(world.images.unsigned)","replacement":null,"reasons":["Deny "#))
        }

        @Test("verify takes pull secrets from the service account that is named")
        func verifyServiceAccount() async throws {
            let address = world.guarded.address
            try policies.write(
                Manifest.cluster(["\(address)/*": Manifest.simple(Manifest.anything)], name: "guarded"), to: "g.json")
            try policies.write(
                Manifest.pullSecret(
                    "pull", in: "shop", registry: address, username: "reader", password: Planted.password),
                to: "pull.json")
            try policies.write(Manifest.serviceAccount("builder", in: "shop", pullSecrets: "pull"), to: "account.json")
            let image = "\(address)/app/guarded:1.0"
            let options = trust + ["--namespace", "shop"]
            let good = try await run(
                "verify", image, "--service-account", "builder", decidingOn: options, output: "json")
            #expect(good.exitCode == 0, "\(good.text)")
            let bad = try await run("verify", image, decidingOn: options, output: "json")
            #expect(bad.exitCode == 2)
            #expect(bad.text.contains("no valid ImagePullSecret, 0 tried"))
        }

        @Test("A time that is no time is wrong usage", arguments: ["0", "-5", "3601", "9223372036854775807"])
        func timeouts(seconds: String) async throws {
            let output = try await run(
                "verify", world.name("signed:1.0"), decidingOn: trust + ["--timeout=\(seconds)"], output: "json")
            #expect(output.exitCode == 64)
            #expect(output.errorText.contains("--timeout: \(seconds) is not a number of seconds from 1 to 3600"))
        }

        // MARK: review

        @Test("review of an AdmissionReview prints the answer that the webhook would give")
        func reviewOfReview() async throws {
            let good = Review(.deployment, world.name("signed:1.0"))
            let json = try await run("review", "-", decidingOn: trust, input: good.body, output: "json")
            #expect(json.exitCode == 0)
            #expect(json.standardOutput == Array("\(try await world.house.ask(good).text)\n".utf8))
            let bad = Review(.deployment, world.name("unsigned:1.0"))
            let refused = try await run("review", "-", decidingOn: trust, input: bad.body, output: "json")
            #expect(refused.exitCode == 1)
            #expect(refused.text == (try await world.house.ask(bad).text))
            let validated = try await run(
                "review", "-", "--validate", decidingOn: trust, input: good.body, output: "json")
            #expect(!validated.text.contains("patch"))
        }

        private func manifests(_ images: String...) -> String {
            images.enumerated().map { number, image in
                """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web-\(number)}
                spec:
                  template:
                    spec:
                      containers: [{name: main, image: "\(image)"}]

                """
            }.joined(separator: "---\n")
        }

        @Test("review of manifests decides on every document, in order")
        func reviewOfManifests() async throws {
            let file = try policies.write(
                manifests(world.name("signed:1.0"), world.name("unsigned:1.0"), "elsewhere.test/app"),
                to: "work/web.yml")
            let json = try await run("review", file, decidingOn: trust, output: "json")
            #expect(json.exitCode == 1)
            let lines = json.text.split(separator: "\n")
            #expect(lines.count == 3)
            let image = world.name("signed:1.0")
            #expect(
                lines[0] == #"{"object":"Deployment default/web-0","decision":"admitted","message":"","images":["#
                    + #"{"image":"\#(image)","namespace":"default","decision":"admitted","#
                    + #""digest":"\#(world.images.signed)","replacement":"\#(world.pinned("signed", world.images.signed))","#
                    + #""reasons":[],"policy":"ClusterImagePolicy default"}]}"#)
            #expect(lines[1].hasPrefix(#"{"object":"Deployment default/web-1","decision":"refused","message":"Deny "#))
            #expect(lines[2].hasPrefix(#"{"object":"Deployment default/web-2","decision":"refused","message":"Deny "#))
            let text = try await run("review", file, decidingOn: trust)
            #expect(text.text.contains("Deployment default/web-0 admitted"))
            #expect(text.text.contains("Deployment default/web-1 refused"))
        }

        @Test("review reads standard input, with the namespace that is given")
        func reviewOfStandardInput() async throws {
            let output = try await run(
                "review", "-", "--namespace", "shop", decidingOn: trust,
                input: Array(manifests(world.name("signed:1.0")).utf8), output: "json")
            #expect(output.exitCode == 0)
            #expect(output.text.hasPrefix(#"{"object":"Deployment shop/web-0","decision":"admitted""#))
        }

        @Test("review of an object that holds no image admits it; of one whose images cannot be found it does not")
        func reviewOfOtherObjects() async throws {
            let service = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: []}\n"
            #expect(try await run("review", "-", decidingOn: trust, input: Array(service.utf8)).exitCode == 0)
            let gadget =
                "apiVersion: example.com/v1\nkind: Gadget\nmetadata: {name: web}\n"
                + "spec: {template: {spec: {containers: [{image: evil.test/app}]}}}\n"
            let output = try await run("review", "-", decidingOn: trust, input: Array(gadget.utf8), output: "json")
            #expect(output.exitCode != 0)
            #expect(output.text.contains("Gadget"))
        }

        // MARK: signature verify

        @Test("signature verify of a good signature prints who signed what, and ends with 0")
        func goodSignature() async throws {
            let json = try await verifySignature(of: world.name("signed:1.0"), output: "json")
            #expect(json.exitCode == 0)
            #expect(json.errorText.isEmpty)
            let fingerprint = world.keys.alice.key.fingerprint.lowercased()
            let expected =
                #"{"valid":true,"fingerprint":"\#(fingerprint)","signingFingerprint":"\#(fingerprint)","#
                + #""reference":"\#(world.name("signed:1.0"))","digest":"\#(world.images.signed)","#
                + #""creator":""#
            #expect(json.text.lowercased().hasPrefix(expected.lowercased()))
            #expect(json.text.contains(/","timestamp":\d+,"created":"[^"]+Z","reason":null\}$/), "\(json.text)")
            let text = try await verifySignature(of: world.name("signed:1.0"), output: "text")
            #expect(text.text.contains("valid"))
            #expect(text.text.contains(world.images.signed))
        }

        @Test("signature verify of a signature for another name or by another key ends with 1 and says why")
        func badSignature() async throws {
            let otherName = try await verifySignature(of: world.name("signed:2.0"), output: "json")
            #expect(otherName.exitCode == 1)
            #expect(
                otherName.text == #"{"valid":false,"fingerprint":null,"signingFingerprint":null,"reference":null,"#
                    + #""digest":null,"creator":null,"timestamp":null,"created":null,"#
                    + #""reason":"Signature for identity \"\#(world.name("signed:1.0"))\" is not accepted"}"#)
            let otherKey = try await verifySignature(
                of: world.name("signed:1.0"), key: world.keys.mallory.armored, output: "text")
            #expect(otherKey.exitCode == 1)
            #expect(otherKey.text.contains("not valid: "))
            #expect(otherKey.text.contains("not in the key ring"))
        }

        @Test("signature verify with a file that is not there, or is no key, ends with 2 and names the file")
        func missingFiles() async throws {
            let folder = try TemporaryFolder()
            let key = try folder.write(world.keys.alice.armored, to: "key")
            let manifest = try folder.write(world.images.signedManifest, to: "manifest")
            let reference = world.name("signed:1.0")
            for (key, manifest, signature) in [
                ("/nonexistent", manifest, world.images.signatureFile),
                (key, "/nonexistent", world.images.signatureFile),
                (key, manifest, "/nonexistent"),
            ] {
                let output = try await RealProgram.run([
                    "signature", "verify", "--key", key, "--manifest", manifest, "--reference", reference, signature,
                ])
                #expect(output.exitCode == 2)
                #expect(output.standardOutput.isEmpty)
                #expect(output.errorText == "ostiary: /nonexistent: No such file or directory")
            }
            let noKey = try await verifySignature(of: reference, key: Array("no key".utf8), output: "text")
            #expect(noKey.exitCode == 2)
            #expect(noKey.errorText.hasPrefix("ostiary: "))
            #expect(noKey.errorText.contains("key"), "\(noKey.errorText)")
            let noReference = try await verifySignature(of: "UPPER", output: "text")
            #expect(noReference.exitCode == 2)
            #expect(noReference.errorText.contains("invalid image name \"UPPER\""))
        }

        private func verifySignature(
            of reference: String, key: [UInt8]? = nil, output: String
        ) async throws -> CommandLineTool.Output {
            let folder = try TemporaryFolder()
            return try await RealProgram.run([
                "signature", "verify", "--key", folder.write(key ?? world.keys.alice.armored, to: "key.asc"),
                "--manifest", folder.write(world.images.signedManifest, to: "manifest.json"),
                "--reference", reference, "--output", output, world.images.signatureFile,
            ])
        }

        // MARK: Input that cannot be used

        @Test("What cannot be read ends with 2, with file and place on standard error and nothing else")
        func badInput() async throws {
            for (input, reason) in [
                ("", "-: no object in it"), ("a: [", "-, line "), (#"{"kind":"Pod"}"#, "-, line 1: apiVersion"),
                ("kind: Pod\nkind: Pod\n", "the same key twice"), ("{\"a\":", "-"),
            ] {
                let output = try await run("review", "-", input: Array(input.utf8), output: "json")
                #expect(output.exitCode == 2, "\(input)")
                #expect(output.standardOutput.isEmpty, "\(input)")
                #expect(output.errorText.contains(reason), "\(output.errorText)")
            }
            let missing = try await run("review", "/nonexistent")
            #expect(missing.errorText == "ostiary: /nonexistent: No such file or directory")
            #expect(missing.exitCode == 2)
        }

        @Test("A policy file that cannot be read ends every command with 2, with file and place")
        func badPolicies() async throws {
            let broken = Manifest.cluster(["a": "{}"], name: "broken").replacing(
                #""repositories":["#, with: #""repositories":[7,"#)
            let file = try policies.write(broken, to: "broken.json")
            for command in [["verify", "a"], ["policy", "explain", "a"], ["review", "-"]] {
                let output = try await RealProgram.run(
                    command + ["--policies", policies.path],
                    input: Array(manifests("a").utf8))
                #expect(output.exitCode == 2, "\(command)")
                #expect(output.standardOutput.isEmpty)
                #expect(
                    output.errorText.contains("\(file), line 1: ClusterImagePolicy: spec.repositories[0]"),
                    "\(output.errorText)")
            }
        }

        @Test("A file of roots that is none is named")
        func badRoots() async throws {
            let key = world.identity.pair.key
            let output = try await run("verify", "a", decidingOn: ["--ca", key])
            #expect(output.exitCode == 2)
            #expect(output.errorText.contains("\(key): no PEM block CERTIFICATE in it"))
            let missing = try await run("verify", "a", decidingOn: ["--ca", "/nonexistent"])
            #expect(missing.errorText.contains("/nonexistent: No such file or directory"))
        }

        // MARK: Environment, streams

        @Test("Options come from OSTIARY_ variables; a flag wins")
        func environment() async throws {
            let environment = [
                "OSTIARY_POLICIES": policies.path, "OSTIARY_OUTPUT": "json",
                "OSTIARY_CA": world.identity.authority.authority,
            ]
            let output = try await RealProgram.run(["verify", world.name("signed:1.0")], environment: environment)
            #expect(output.exitCode == 0, "\(output.text) \(output.errorText)")
            #expect(output.text.hasPrefix("{"))
            let text = try await RealProgram.run(
                ["verify", world.name("signed:1.0"), "--output", "text"], environment: environment)
            #expect(!text.text.hasPrefix("{"))
            // A second folder of policies, after a comma.
            let second = try TemporaryFolder()
            try second.write(Manifest.cluster(["b.test/*": "{}"], name: "second"), to: "p.yaml")
            let both = try await RealProgram.run(
                ["policy", "explain", "b.test/x", world.name("x")],
                environment: environment.merging(["OSTIARY_POLICIES": "\(policies.path),\(second.path)"]) { $1 })
            #expect(both.exitCode == 0, "\(both.errorText)")
        }

        @Test(
            "OSTIARY_STRICT_KEY_NAMESPACES is on, off, or an error: a word that is not known does not mean off",
            arguments: [
                ("1", 2), ("true", 2), ("yes", 2), ("on", 2), ("TRUE", 2), ("0", 0), ("false", 0), ("no", 0),
                ("off", 0),
                ("", 0), ("strict", 64), ("2", 64), ("true ", 64),
            ] as [(String, Int32)])
        func strictVariable(value: String, exitCode: Int32) async throws {
            let folder = try TemporaryFolder()
            let open = Manifest.simple(store: world.store.url, Manifest.signedBy("release"))
            try folder.write(Manifest.cluster([world.name("*"): open]), to: "policy.json")
            // Only the workload's namespace has the key.
            try folder.write(Manifest.key("release", in: "team", world.keys.alice.armored), to: "key.json")
            let output = try await RealProgram.run(
                ["verify", world.name("signed:1.0"), "--namespace", "team", "--policies", folder.path] + trust,
                environment: ["OSTIARY_STRICT_KEY_NAMESPACES": value])
            #expect(output.exitCode == exitCode, "\(output.text) \(output.errorText)")
        }

        @Test("Without a terminal there is no colour and no progress")
        func plain() async throws {
            let image = world.name("signed:1.0")
            for arguments in [
                ["verify", image, "nginx"] + trust, ["policy", "explain", image], ["review", "-"] + trust,
            ] {
                let output = try await RealProgram.run(
                    arguments + ["--policies", policies.path], input: Array(manifests(image).utf8))
                let all = output.standardOutput + output.standardError
                #expect(!all.contains(0x1B))
                #expect(!all.contains(0x0D))
            }
        }
    }
}
