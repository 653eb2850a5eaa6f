import Foundation
import Support
import Testing

extension RealProgram {
    /// Attacks by who may write to the registry and to the signature store, but has no key: real images, signatures that
    /// skopeo really made, moved to where they do not belong.
    @Suite("serve, against substitution", .timeLimit(.minutes(4)))
    struct SubstitutionTests {
        let world: World

        init() throws {
            world = try World.current
        }

        private var skopeo: Skopeo {
            get throws { try skopeo(world.registry) }
        }

        private func skopeo(_ registry: DockerRegistry) throws -> Skopeo {
            try Skopeo(
                registry: registry, authority: world.identity.authority.authority, staging: world.store.staging)
        }

        private var alice: Skopeo.Signature { world.keys.signature(by: world.keys.alice) }

        /// Pushes `app/NAME:TAG`, signed by alice unless it is said otherwise.
        private func push(_ text: String, as name: String, isSigned: Bool = true) async throws -> OCIImage {
            let image = try await OCIImage(text: text)
            try await skopeo.push(image, as: "app/\(name)", signature: isSigned ? alice : nil)
            return image
        }

        /// The folder of an image's signatures.
        private func folder(_ repository: String, _ image: OCIImage) -> URL {
            let digest = image.digest.replacing(":", with: "=")
            return URL(fileURLWithPath: "\(world.store.staging)/app/\(repository)@\(digest)")
        }

        private func copySignatures(from source: URL, to target: URL) throws {
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: source, to: target)
        }

        /// A webhook that remembers nothing, with the usual policy for this registry.
        private func house(_ identity: String? = nil, registry: DockerRegistry? = nil) async throws -> House {
            let simple = Manifest.simple(
                store: world.store.url, Manifest.signedBy("alice", in: "keys", identity: identity))
            return try await world.house(
                [
                    Manifest.cluster(["\((registry ?? world.registry).address)/app/*": simple]),
                    Manifest.key("alice", in: "keys", world.keys.alice.armored),
                ], options: ["--tag-ttl", "0", "--fact-ttl", "0", "--negative-ttl", "0"])
        }

        @Test("Stripping: without its signature, or with what is left of it, a signed image is refused")
        func stripping() async throws {
            let image = try await push("stripped", as: "stripped:1.0")
            let house = try await house()
            let review = Review(.pod, world.name("stripped:1.0"))
            #expect(try await house.ask(review).decision == .admitted)
            let file = folder("stripped", image).appendingPathComponent("signature-1")
            let signature = try Data(contentsOf: file)
            // What alice said, without her signature of it.
            let statement = try await world.keys.ring.run(["--decrypt"], input: Array(signature)).standardOutput
            let literal = try await world.keys.ring.run(["--store", "--output", "-"], input: statement).standardOutput
            try Data(literal).write(to: file)
            let stripped = try await house.ask(review)
            #expect(stripped.decision != .admitted, "\(stripped.message)")
            // A gap ends the list, whatever is behind it.
            try signature.write(to: file.deletingLastPathComponent().appendingPathComponent("signature-2"))
            try FileManager.default.removeItem(at: file)
            let gap = try await house.ask(review)
            #expect(gap.decision == .refused)
            #expect(gap.message.contains("no signature exists"), "\(gap.message)")
            try signature.write(to: file)
            #expect(try await house.ask(review).decision == .admitted)
        }

        @Test("Swapping tags: signed bytes under another tag are refused, and so is the other tag's signature for them")
        func tags() async throws {
            let (old, new) = try await (push("v1", as: "swapped:1.0"), push("v2", as: "swapped:2.0"))
            let house = try await house()
            for tag in ["1.0", "2.0"] {
                #expect(try await house.ask(Review(.pod, world.name("swapped:\(tag)"))).decision == .admitted)
            }
            try await skopeo.copy(from: "app/swapped:1.0", to: "app/swapped:2.0", removingSignatures: true)
            let review = Review(.pod, world.name("swapped:2.0"))
            let swapped = try await house.ask(review)
            #expect(swapped.decision == .refused)
            #expect(swapped.message.contains("/app/swapped:1.0\" is not accepted"), "\(swapped.message)")
            try FileManager.default.copyItem(
                at: folder("swapped", new).appendingPathComponent("signature-1"),
                to: folder("swapped", old).appendingPathComponent("signature-2"))
            let both = try await house.ask(review)
            #expect(both.decision == .refused)
            #expect(both.message.contains("Signature for digest \(new.digest) does not match"), "\(both.message)")
        }

        @Test("Swapping repositories: signed bytes in another one are refused, with their signatures beside them")
        func repositories() async throws {
            let image = try await push("base", as: "base:1.0")
            try await skopeo.copy(from: "app/base:1.0", to: "app/login:1.0", removingSignatures: true)
            try copySignatures(from: folder("base", image), to: folder("login", image))
            for identity in [nil, #"{"type":"matchExact"}"#, #"{"type":"matchRepository"}"#] {
                for name in ["login:1.0", "login@\(image.digest)", "login:1.0@\(image.digest)"] {
                    let answer = try await house(identity).ask(Review(.pod, world.name(name)))
                    #expect(answer.decision == .refused)
                    #expect(answer.message.contains("/app/base:1.0\" is not accepted"), "\(answer.message)")
                }
            }
        }

        @Test("Swapping registries: the store knows no registry, the signature does")
        func registries() async throws {
            let other = try await DockerRegistry.start(pair: world.identity.pair)
            let image = try await push("both registries", as: "twin:1.0")
            try await skopeo(other).push(image, as: "app/twin:1.0")
            let name = "\(other.address)/app/twin:1.0"
            for identity in [nil, #"{"type":"matchExact"}"#, #"{"type":"matchRepository"}"#] {
                let answer = try await house(identity, registry: other).ask(Review(.pod, name))
                #expect(answer.decision == .refused)
                #expect(
                    answer.message.contains("\(world.registry.address)/app/twin:1.0\" is not accepted"),
                    "\(answer.message)")
            }
            // A policy may say that one registry stands for the other.
            let remap =
                #"{"type":"remapIdentity","prefix":"\#(other.address)","signedPrefix":"\#(world.registry.address)"}"#
            let mirrored = try await house(remap, registry: other).ask(Review(.pod, name))
            #expect(mirrored.decision == .admitted, "\(mirrored.message)")
        }

        @Test(
            "Replay: the old signature under a moved tag does not cover the new bytes; the old bytes are still signed")
        func replay() async throws {
            let old = try await push("release 1", as: "moving:stable")
            let house = try await house()
            let review = Review(.pod, world.name("moving:stable"))
            #expect(try await house.ask(review).decision == .admitted)
            // Somebody moves the tag to bytes of his own and puts the old signature there.
            let evil = try await push("evil", as: "moving:stable", isSigned: false)
            try copySignatures(from: folder("moving", old), to: folder("moving", evil))
            let replayed = try await house.ask(review)
            #expect(replayed.decision == .refused)
            #expect(
                replayed.message.contains("Signature for digest \(old.digest) does not match"), "\(replayed.message)")
            // The format has no date that counts: what was signed under a tag once may be put back there.
            let new = try await push("release 2", as: "moving:stable")
            #expect(try await house.ask(review).patch.replacements?.values.first == world.pinned("moving", new.digest))
            try await skopeo.push(old, as: "app/moving:stable")
            #expect(try await house.ask(review).patch.replacements?.values.first == world.pinned("moving", old.digest))
        }

        @Test("A store's password is never sent to the host that the store redirects to")
        func storeRedirect() async throws {
            let elsewhere = try await Front(
                world,
                rules: """
                    location /open/ {
                        if ($http_authorization) { return 500 "a password came"; }
                        rewrite ^/open/(.*)$ /sigs/$1 break;
                        proxy_pass https://\(world.storeAddress);
                    }
                    location /guarded/ { add_header WWW-Authenticate 'Basic realm="tests"' always; return 401; }
                    """)
            let store = try await Front(
                world,
                rules: ["open", "guarded"].map { place in
                    """
                    location /to-\(place)/ {
                        if ($http_authorization != "Basic \(Planted.storeAuthorization)") { return 403; }
                        rewrite ^/to-\(place)/(.*)$ https://\(elsewhere.address)/\(place)/$1 redirect;
                    }
                    """
                }.joined(separator: "\n"))
            func ask(_ place: String) async throws -> Answer {
                let simple = Manifest.simple(
                    store: "https://\(store.address)/to-\(place)", storeSecret: "store",
                    Manifest.signedBy("alice", in: "keys"))
                return try await world.house([
                    Manifest.cluster([world.name("*"): simple]),
                    Manifest.key("alice", in: "keys", world.keys.alice.armored),
                    Manifest.secret(
                        "store", in: "team",
                        ["username": Array("reader".utf8), "password": Array(Planted.storePassword.utf8)]),
                ]).ask(Review(.pod, world.name("signed:1.0")))
            }
            let open = try await ask("open")
            #expect(open.decision == .admitted, "\(open.message)")
            let guarded = try await ask("guarded")
            #expect(guarded.decision == .undecided)
            #expect(guarded.message.contains("401"), "\(guarded.message)")
            // nginx writes down the name of whoever shows a password.
            #expect(try await !elsewhere.questions(after: "mark-1").isEmpty)
            #expect(try !elsewhere.log().contains(" reader "))
            #expect(try store.log().contains(" reader "))
        }
    }
}
