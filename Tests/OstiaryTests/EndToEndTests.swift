import Support
import Testing

extension RealProgram {
    /// From a review over TLS to the answer: images really signed, in a real registry.
    @Suite("serve, end to end", .timeLimit(.minutes(3)))
    struct EndToEndTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private var house: House { world.house }

        @Test("A signed image is admitted and bound to the digest that sha256sum gives of its manifest")
        func signed() async throws {
            let curl = try CommandLineTool("curl", debianPackage: "curl")
            let manifest = try await curl.run([
                "--silent", "--fail", "--cacert", world.identity.authority.authority, "--header",
                "Accept: application/vnd.oci.image.manifest.v1+json",
                "https://\(world.registry.address)/v2/app/signed/manifests/1.0",
            ])
            let sum = try await CommandLineTool("sha256sum", debianPackage: "coreutils").run(
                [], input: manifest.standardOutput)
            let digest = "sha256:\(sum.text.prefix(64))"
            let review = Review(.pod, world.name("signed:1.0"))

            let answer = try await house.ask(review)

            #expect(answer.status == 200)
            #expect(answer.contentType == "application/json")
            #expect(answer.uid == review.uid)
            #expect(answer.decision == .admitted)
            let pinned = world.pinned("signed", digest)
            #expect(answer.patch.replacements == ["/spec/containers/0/image": pinned])
            #expect(answer.warnings == [])
        }

        @Test("An admission has exactly the fields that the API server reads")
        func exactAdmission() async throws {
            let review = Review(.pod, world.pinned("signed", world.images.signed))
            #expect(
                try await house.ask(review).text
                    == #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","#
                    + #""response":{"uid":"\#(review.uid)","allowed":true,"#
                    + annotations("admitted", world.images.signed) + "}}")
        }

        private func annotations(_ decision: String, _ digest: String) -> String {
            let policy = "ClusterImagePolicy default"
            return #""auditAnnotations":{"decision":"\#(decision)","policy":"\#(policy)","digest":"\#(digest)"}"#
        }

        @Test("A refusal has exactly the fields that the API server reads, and one line that says all")
        func exactRefusal() async throws {
            let review = Review(.pod, world.name("unsigned:1.0"))
            let answer = try await house.ask(review)
            let image = world.name("unsigned:1.0")
            let message =
                "Deny \"\(image)\", simple: policy denied the request: A signature was required, but no signature "
                + "exists; if it was signed: signatures stay on the signing machine until its registries.d sends them to "
                + "the store (ClusterImagePolicy default, repository \"\(world.registry.address)/app/*\")"
            #expect(answer.message == message)
            #expect(
                answer.text == #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"#
                    + #""uid":"\#(review.uid)","allowed":false,"status":{"metadata":{},"status":"Failure","#
                    + #""message":"\#(message.replacing("\"", with: #"\""#))","reason":"Forbidden","code":403},"#
                    + annotations("refused", world.images.unsigned) + "}}")
        }

        @Test(
            "An image that does not show what the policy asks is refused, and the answer says why",
            arguments: [
                ("unsigned:1.0", "A signature was required, but no signature exists"),
                ("moved:1.0", "A signature was required, but no signature exists"),
                ("forged:1.0", "which is not in the key ring"),
                ("forgededwards:1.0", "which is not in the key ring"),
                ("edwards:1.0", "which is not in the key ring"),
                ("renamed:1.0", "/app/other:1.0\" is not accepted"),
                ("signed:2.0", "/app/signed:1.0\" is not accepted"),
            ])
        func refused(image: String, reason: String) async throws {
            let answer = try await house.ask(Review(.pod, world.name(image)))
            #expect(answer.decision == .refused)
            #expect(answer.message.hasPrefix("Deny \"\(world.name(image))\", simple: policy denied the request: "))
            #expect(answer.message.contains(reason))
            #expect(answer.lines.count == 1)
            #expect(answer.patch.isEmpty)
        }

        @Test("A bad signature beside a good one does no harm")
        func badBesideGood() async throws {
            let answer = try await house.ask(Review(.pod, world.name("corrected:1.0")))
            #expect(answer.decision == .admitted, "\(answer.message)")
            let pinned = world.pinned("corrected", world.images.corrected)
            #expect(answer.patch.replacements == ["/spec/containers/0/image": pinned])
        }

        @Test("A key of Ed25519 counts as well as one of RSA")
        func edwards() async throws {
            let house = try await world.house([
                Manifest.cluster([
                    "\(world.registry.address)/app/*": Manifest.simple(
                        store: world.store.url, Manifest.signedBy("bob", in: "keys"))
                ]), Manifest.key("bob", in: "keys", world.keys.bob.armored),
            ])
            let good = try await house.ask(Review(.pod, world.name("edwards:1.0")))
            #expect(good.patch.replacements?.values.first == world.pinned("edwards", world.images.edwards))
            let bad = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(bad.decision == .refused)
        }

        @Test("An image named by its digest is admitted as it is; under another digest it is not")
        func byDigest() async throws {
            let byDigest = try await house.ask(Review(.pod, world.pinned("signed", world.images.signed)))
            #expect(byDigest.decision == .admitted, "\(byDigest.message)")
            #expect(byDigest.patch.isEmpty)
            let unsigned = try await house.ask(Review(.pod, world.pinned("unsigned", world.images.unsigned)))
            #expect(unsigned.decision == .refused)
        }

        @Test("With a tag and a digest the digest decides, and the name stays as it is")
        func tagAndDigest() async throws {
            let matchRepository = Manifest.signedBy("alice", in: "keys", identity: #"{"type":"matchRepository"}"#)
            let house = try await world.house([
                Manifest.cluster([
                    "\(world.registry.address)/app/*": Manifest.simple(store: world.store.url, matchRepository)
                ]), Manifest.key("alice", in: "keys", world.keys.alice.armored),
            ])
            // There is no such tag: nobody looks at it.
            let answer = try await house.ask(Review(.pod, world.name("signed:9.9@\(world.images.signed)")))
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(answer.patch.isEmpty)
            let unsigned = try await house.ask(Review(.pod, world.name("unsigned:1.0@\(world.images.unsigned)")))
            #expect(unsigned.decision == .refused)
        }

        @Test("By the default rule, a name with a tag and a digest must be signed under that tag, for that digest")
        func tagAndDigestByDefault() async throws {
            let good = try await house.ask(Review(.pod, world.name("signed:1.0@\(world.images.signed)")))
            #expect(good.decision == .admitted, "\(good.message)")
            #expect(good.patch.isEmpty)
            let otherTag = try await house.ask(Review(.pod, world.name("signed:9.9@\(world.images.signed)")))
            #expect(otherTag.decision == .refused)
            #expect(otherTag.message.contains("is not accepted"))
            let otherBytes = try await house.ask(Review(.pod, world.name("signed:1.0@\(world.images.unsigned)")))
            #expect(otherBytes.decision != .admitted)
        }

        @Test("With pin: name:tag@digest the tag stays beside the digest, and a second round changes nothing")
        func keepsTag() async throws {
            let simple = Manifest.simple(store: world.store.url, Manifest.signedBy("alice", in: "keys"))
            let house = try await world.house([
                Manifest.cluster([
                    "\(world.registry.address)/app/*": #"{"pin":"name:tag@digest","# + String(simple.dropFirst())
                ]), Manifest.key("alice", in: "keys", world.keys.alice.armored),
            ])
            let first = try await house.ask(Review(.pod, world.name("signed:1.0")))
            let pinned = world.name("signed:1.0@\(world.images.signed)")
            #expect(first.patch.replacements == ["/spec/containers/0/image": pinned], "\(first.message)")
            let second = try await house.ask(Review(.pod, pinned))
            #expect(second.decision == .admitted, "\(second.message)")
            #expect(second.patch.isEmpty)
        }

        @Test("Every kind that holds a pod template is patched where it holds it")
        func kinds() async throws {
            let pinned = world.pinned("signed", world.images.signed)
            let kinds: [Review.Kind] = [
                .pod, .deployment, .cronJob, .templated("apps", "statefulsets", "StatefulSet"),
                .templated("apps", "daemonsets", "DaemonSet"), .templated("apps", "replicasets", "ReplicaSet"),
                .templated("batch", "jobs", "Job"), .templated("", "replicationcontrollers", "ReplicationController"),
            ]
            for kind in kinds {
                let review = Review(
                    kind, world.name("signed:1.0"), initImages: [world.name("signed:1.0")], operation: "UPDATE")
                let answer = try await house.ask(review)
                #expect(answer.decision == .admitted, "\(kind.kind): \(answer.message)")
                let expected = [
                    "\(kind.pointer)/initContainers/0/image": pinned, "\(kind.pointer)/containers/0/image": pinned,
                ]
                #expect(answer.patch.replacements == expected, "\(kind.kind)")
                let refusal = try await house.ask(Review(kind, world.name("unsigned:1.0")))
                #expect(refusal.decision == .refused, "\(kind.kind)")
            }
        }

        @Test("One image that is not proven keeps the whole object out; each that is not has its line, in order")
        func oneAmongSeveral() async throws {
            let review = Review(
                .deployment, world.name("signed:1.0"), world.name("forged:1.0"), "elsewhere.test/app:1.0",
                world.name("signed:1.0"), world.name("forged:1.0"), initImages: [world.name("unsigned:1.0")])
            let answer = try await house.ask(review)
            #expect(answer.decision == .refused)
            #expect(answer.patch.isEmpty)
            let starts = [
                "Deny \"\(world.name("unsigned:1.0"))\"", "Deny \"\(world.name("forged:1.0"))\"",
                "Deny \"elsewhere.test/app:1.0\", no matching repositories in ClusterImagePolicy and no ImagePolicies "
                    + "in the \"team\" namespace",
            ]
            #expect(answer.lines.count == starts.count)
            for (line, start) in zip(answer.lines, starts) { #expect(line.hasPrefix(start)) }
        }

        @Test("The same image several times is patched in each place")
        func duplicates() async throws {
            let image = world.name("signed:1.0")
            let answer = try await house.ask(Review(.pod, image, image, initImages: [image]))
            let pinned = world.pinned("signed", world.images.signed)
            let expected = ["/spec/initContainers/0/image", "/spec/containers/0/image", "/spec/containers/1/image"]
            #expect(answer.patch.map(\.path) == expected)
            #expect(answer.patch.allSatisfy { $0.value == pinned && $0.operation == "replace" })
        }

        @Test("An object without images is admitted")
        func withoutImages() async throws {
            let answer = try await house.ask(Review(.pod, object: #"{"spec":{"containers":[]}}"#))
            #expect(answer.decision == .admitted)
        }

        @Test("/validate decides the same and never patches")
        func validate() async throws {
            let good = Review(.pod, world.name("signed:1.0"))
            let answer = try await house.ask(good, at: "/validate?timeout=20s")
            #expect(answer.uid == good.uid)
            #expect(answer.decision == .admitted)
            #expect(!answer.text.contains("patch"))
            let bad = Review(.pod, world.name("unsigned:1.0"))
            let (admit, validate) = try await (house.ask(bad), house.ask(bad, at: "/validate?timeout=20s"))
            #expect(admit.text == validate.text)
        }

        @Test("curl gets the same answers as the tests' own client")
        func curl() async throws {
            let review = Review(.pod, world.pinned("signed", world.images.signed))
            let curl = try CommandLineTool("curl", debianPackage: "curl")
            let options = ["--silent", "--show-error", "--cacert", world.identity.authority.authority]
            let answer = try await curl.run(
                options + [
                    "--include", "--header", "Content-Type: application/json", "--data-binary", "@-",
                    "https://\(house.process.webhook)/admit?timeout=10s",
                ], input: review.body)
            #expect(answer.text.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.text.contains(#""response":{"uid":"\#(review.uid)","allowed":true,"auditAnn"#))
            let pages = try await curl.run(
                options + [
                    "https://\(house.process.webhook)/health/liveness",
                    "https://\(house.process.webhook)/health/readiness",
                    "http://\(house.process.health)/healthz", "http://\(house.process.health)/readyz",
                ])
            #expect(pages.text == "ok\nok\nok\nok")
        }

    }
}
