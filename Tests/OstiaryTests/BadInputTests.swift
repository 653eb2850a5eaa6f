import Foundation
import Support
import Testing
import Transport

extension RealProgram {
    /// What comes from outside and is wrong: the answer names the thing to mend, and the server goes on serving.
    @Suite("serve, on bad input", .timeLimit(.minutes(3)))
    struct BadInputTests {
        let world: World

        init() throws {
            world = try World.current
        }

        /// Asks, and asks a good review afterwards, which must be admitted.
        private func ask(
            _ review: Review, _ house: House? = nil, at target: String = "/admit?timeout=20s"
        ) async throws -> Answer {
            let house = house ?? world.house
            let answer = try await house.ask(review, at: target)
            let good = try await house.ask(Review(.pod, world.name("signed:1.0")))
            #expect(good.decision == .admitted, "the server does not serve any more: \(good.message)")
            return answer
        }

        private func house(_ more: String...) async throws -> House {
            try await world.house(world.usualPolicies + more)
        }

        // MARK: Bodies

        @Test(
            "A body that is no review is answered with 400 and what is wrong",
            arguments: [
                ("", "unable to decode admission review body"),
                ("not JSON", "unable to decode admission review body"),
                (#"{"kind":"AdmissionReview""#, "unable to decode admission review body"),
                (#"{"kind":"AdmissionReview","kind":"AdmissionReview"}"#, "unable to decode admission review body"),
                ("[]", "an AdmissionReview of admission.k8s.io/v1 is expected here"),
                (#"{"kind":"Pod","apiVersion":"v1"}"#, #"found apiVersion "v1" and kind "Pod""#),
                (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v2"}"#, "admission.k8s.io/v2"),
                (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}"#, "no admission request present"),
                (
                    #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}"#,
                    "no admission request present"
                ),
                (#"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{}}"#, "request.uid"),
            ])
        func bodies(body: String, reason: String) async throws {
            for target in ["/admit", "/validate"] {
                let answer = try await ask(Review(bytes: Array(body.utf8)), at: target)
                #expect(answer.status == 400)
                #expect(answer.contentType == "text/plain; charset=utf-8")
                #expect(answer.text.hasPrefix("bad request, "))
                #expect(answer.text.contains(reason))
                #expect(answer.text.split(separator: "\n").count == 1)
            }
        }

        @Test("A request that lacks what decides is refused by its uid")
        func malformedRequest() async throws {
            let body =
                #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u-1","kind":7}}"#
            let answer = try await ask(Review(bytes: Array(body.utf8)))
            #expect(answer.status == 200)
            #expect(answer.uid == "u-1")
            #expect(answer.decision == .refused)
            #expect(answer.message.contains("request.kind"))
        }

        @Test("A body of 8 MiB is answered with 413 and the bound")
        func hugeBody() async throws {
            let answer = try await ask(Review(bytes: [UInt8](repeating: 0x20, count: 8 << 20)))
            #expect(answer.status == 413)
            #expect(answer.text.contains("\(7 << 20) bytes"))
        }

        @Test("Other paths and methods are answered as HTTP has it")
        func otherRequests() async throws {
            #expect(try await ask(Review(bytes: []), at: "/").status == 404)
            #expect(try await ask(Review(bytes: []), at: "/health/liveness").status == 405)
            #expect(try await world.house.page("/admit").status == 404)
            #expect(try await world.house.page("/nothing").status == 404)
        }

        @Test(
            "A time limit that is none does no harm",
            arguments: [
                "0s", "-1s", "1ns", "soon", "", "9223372036854775807s", "9223372036854775807ns", "999999h",
                "10s&timeout=1s",
                "%31s",
            ])
        func timeLimits(timeout: String) async throws {
            let answer = try await ask(Review(.pod, world.name("unsigned:1.0")), at: "/admit?timeout=\(timeout)")
            #expect(answer.decision == .refused || answer.decision == .undecided, "\(answer.text)")
        }

        // MARK: Objects

        @Test(
            "An object that names no image, or none yet, is admitted as it is",
            arguments: [
                (Review.Kind.pod, "{}"), (.pod, #"{"spec":null}"#),
                (.pod, #"{"spec":{"containers":null}}"#),
                (.pod, #"{"spec":{"containers":[{"name":"without"}]}}"#),
                (.pod, #"{"spec":{"containers":[{"name":"blank","image":""},{"name":"spaces","image":" \t "}]}}"#),
                (.deployment, #"{"spec":{"template":null}}"#), (.deployment, #"{"spec":{"template":{"spec":null}}}"#),
                (.cronJob, #"{"spec":{"jobTemplate":null}}"#),
            ])
        func nothingToProve(kind: Review.Kind, object: String) async throws {
            let answer = try await ask(Review(kind, object: object))
            #expect(answer.status == 200)
            #expect(answer.decision == .admitted, "\(answer.message)")
            #expect(answer.patch.isEmpty)
        }

        @Test(
            "An object whose images cannot be told is refused, and the answer says where",
            arguments: [
                (#"{"spec":7}"#, "spec"),
                (#"{"spec":{"containers":{}}}"#, "spec.containers"),
                ("null", "request.object"),
                (#"{"spec":{"containers":[null]}}"#, "spec.containers[0]"),
                (#"{"spec":{"containers":[{"image":["a"]}]}}"#, "spec.containers[0].image"),
                (#"{"spec":{"initContainers":[{"image":1}]}}"#, "spec.initContainers[0].image"),
                (#"{"spec":{"imagePullSecrets":[{"name":1}]}}"#, "spec.imagePullSecrets[0].name"),
            ])
        func malformedObjects(object: String, place: String) async throws {
            let answer = try await ask(Review(.pod, object: object))
            #expect(answer.decision == .refused)
            #expect(answer.message.contains(place), "\(answer.message)")
        }

        @Test("A pod template in a kind that nobody knows is judged, and a kind without one is admitted")
        func unknownKind() async throws {
            let kind = Review.Kind.templated("example.com", "gadgets", "Gadget")
            let proven = try await ask(Review(kind, world.name("signed:1.0")))
            #expect(proven.decision == .admitted, "\(proven.message)")
            #expect(!proven.patch.isEmpty)
            #expect(try await ask(Review(kind, world.name("unsigned:1.0"))).decision == .refused)
            #expect(try await ask(Review(kind, object: #"{"spec":{"size":3}}"#)).decision == .admitted)
        }

        @Test(
            "An image name that is none is refused in Portieris' words",
            arguments: [
                "UPPER/case", "double//slash", "name:", "name:tag:tag", "name@sha256:abc", "name with spaces",
                "name@sha256:\(String(repeating: "a", count: 63))", "name@sha256:\(String(repeating: "a", count: 65))",
                "name@sha512:\(String(repeating: "a", count: 64))", "name@sha256:\(String(repeating: "G", count: 64))",
                "-bad.test/name", "http://registry.test/name", String(repeating: "a", count: 300),
            ])
        func imageNames(image: String) async throws {
            let answer = try await ask(Review(.pod, image))
            #expect(answer.decision == .refused)
            #expect(answer.message.hasPrefix("Deny \"\(image)\", invalid image name"), "\(answer.message)")
            #expect(answer.lines.count == 1)
            #expect(answer.message.utf8.count < 1024)
        }

        @Test("Control characters in an image name do not reach the message or the log")
        func controlCharacters() async throws {
            let review = Review(.pod, object: #"{"spec":{"containers":[{"image":"a\nDeny \u001b[31m\u0000b"}]}}"#)
            let answer = try await ask(review)
            #expect(answer.decision == .refused)
            #expect(answer.lines.count == 1)
            #expect(!answer.message.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F })
            #expect(!world.house.process.log.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
        }

        @Test("A sha512 digest, which nothing here can prove, leaves the image undecided and says so")
        func sha512() async throws {
            let image = world.name("signed@sha512:\(String(repeating: "a", count: 128))")
            let answer = try await ask(Review(.pod, image))
            #expect(answer.decision != .admitted)
            #expect(answer.message.contains("only sha256 can be proven"), "\(answer.message)")
        }

        // MARK: Registries

        @Test("A registry that is not there is named with its address, and the image stays undecided")
        func unreachableRegistry() async throws {
            let address = "127.0.0.1:\(try LoopbackPort.free())"
            let answer = try await ask(Review(.pod, "\(address)/faulty/app:1.0"))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("registry \(address) could not be asked: "), "\(answer.message)")
            #expect(answer.message.contains("refused"), "\(answer.message)")
        }

        @Test("A host name that does not exist is named")
        func unresolvableRegistry() async throws {
            // RFC 6761 reserves the name; no name server needs to be asked.
            let answer = try await ask(Review(.pod, "registry.invalid/faulty/app:1.0"))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("registry.invalid"), "\(answer.message)")
        }

        @Test("A registry with an untrusted certificate: the answer says whose it is and for which name")
        func strangersCertificate() async throws {
            let stranger = try await CertificateFactory(commonName: "Authority of a stranger")
            let answer = try await askOver(try await stranger.issue(for: ["127.0.0.1"], commonName: "strange peer"))
            #expect(answer.message.contains("is not trusted"), "\(answer.message)")
            #expect(answer.message.contains("Authority of a stranger"))
            #expect(answer.message.contains("strange peer"))
            #expect(answer.message.contains("127.0.0.1"))
        }

        @Test("A registry whose certificate is for another name: the answer names both")
        func otherNamesCertificate() async throws {
            let answer = try await askOver(
                try await world.identity.authority.issue(for: ["registry.test", "127.0.0.2"], commonName: "other peer"))
            #expect(answer.message.contains("is not trusted"), "\(answer.message)")
            #expect(answer.message.contains("registry.test"))
            #expect(answer.message.contains("127.0.0.2"))
        }

        @Test("A registry whose certificate has expired: the answer says when")
        func expiredCertificate() async throws {
            let answer = try await askOver(
                try await world.identity.authority.issue(for: ["127.0.0.1"], commonName: "old peer", validity: .expired)
            )
            #expect(answer.message.contains("expired"), "\(answer.message)")
            #expect(answer.message.contains("valid 20"))
        }

        /// The answer about an image of a registry that shows this certificate.
        private func askOver(_ pair: CertifiedKey) async throws -> Answer {
            let peer = try await SignatureStoreServer.start(pair: pair)
            let address = peer.url.dropFirst("https://".count).prefix { $0 != "/" }
            let answer = try await ask(Review(.pod, "\(address)/faulty/app:1.0"))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("registry \(address) could not be asked: "), "\(answer.message)")
            return answer
        }

        @Test("An image that the registry does not have is named")
        func absentImage() async throws {
            for image in ["absent:1.0", "signed:absent", "signed@sha256:\(String(repeating: "a", count: 64))"] {
                let answer = try await ask(Review(.pod, world.name(image)))
                #expect(answer.decision == .undecided)
                let text = "registry \(world.registry.address) has no manifest for \(world.name(image))"
                #expect(answer.message.contains(text), "\(answer.message)")
            }
        }

        @Test(
            "What a registry answers instead of a manifest leaves the image undecided, and the answer says what it was",
            arguments: [
                ("faulty/limited/app:1.0", "limits the rate of requests (429); it may be asked again in 3600 s"),
                ("faulty/failing/app:1.0", "answered 500 Internal Server Error (UNKNOWN: the disk is full)"),
                ("faulty/lying/app@sha256:\(String(repeating: "a", count: 64))", "sent other bytes than asked for"),
                ("faulty/page/app:1.0", "sent a manifest that is refused"),
                ("faulty/looping/app:1.0", "more than 5 in a row"),
                ("faulty/leaving/app:1.0", "it leads from https to http"),
                ("faulty/negotiating/app:1.0", "asks for authentication by negotiate; only Basic and Bearer are known"),
            ])
        func faultyRegistry(image: String, reason: String) async throws {
            let answer = try await ask(Review(.pod, "\(world.storeAddress)/\(image)"))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("registry \(world.storeAddress)"), "\(answer.message)")
            #expect(answer.message.contains(reason), "\(answer.message)")
        }

        @Test("A registry that repeats the credentials that it was shown is not quoted")
        func echoingRegistry() async throws {
            let house = try await house(
                Manifest.pullSecret(
                    "right", in: "team", registry: world.storeAddress, username: "reader", password: Planted.password))
            let review = Review(.pod, "\(world.storeAddress)/faulty/echoing/app:1.0", pullSecrets: ["right"])
            let answer = try await ask(review, house)
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("answered 500 Internal Server Error (Cluster"), "\(answer.message)")
        }

        @Test("A registry that never answers costs no more than the time that the caller has")
        func silentRegistry() async throws {
            let silence = try Network.listen()
            let start = ContinuousClock.now
            let answer = try await ask(
                Review(.pod, "\(silence.localAddress)/faulty/app:1.0"), at: "/admit?timeout=2s")
            #expect(ContinuousClock.now - start < .seconds(15))
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains("\(silence.localAddress)"), "\(answer.message)")
        }

        // MARK: Signature stores

        @Test(
            "A store that does not answer cleanly leaves the image undecided; it is not \"unsigned\"",
            arguments: [
                ("https://STORE/broken", "signature store STORE answered 500 Internal Server Error (the disk is full)"),
                ("https://STORE/secretive", "a store must answer 404 for a signature that it does not have"),
                ("https://127.0.0.1:1/sigs", "signature store 127.0.0.1:1 could not be asked: "),
                ("http://STORE/sigs", "would be asked without TLS; allow it with --insecure-registry STORE"),
            ])
        func faultyStore(url: String, reason: String) async throws {
            let named = { (text: String) in text.replacing("STORE", with: world.storeAddress) }
            let policy = Manifest.simple(store: named(url), Manifest.signedBy("alice", in: "keys"))
            let house = try await house(
                Manifest.cluster([world.name("edwards"): policy], name: "elsewhere"))
            let answer = try await ask(Review(.pod, world.name("edwards:1.0")), house)
            #expect(answer.decision == .undecided)
            #expect(answer.message.contains(named(reason)), "\(answer.message)")
            #expect(!answer.message.contains("no signature exists"))
        }
    }
}
