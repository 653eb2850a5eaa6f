import Foundation
import Support
import Testing

/// The peers that the other suites lean on do what they say.
@Suite("Support", .timeLimit(.minutes(2)))
struct SupportTests {
    @Test("An image that skopeo signs lands in the registry, and its signature in the store")
    func signedImage() async throws {
        let authority = try await CertificateFactory()
        let pair = try await authority.issue(for: ["127.0.0.1", "localhost"])
        let registry = try await DockerRegistry.start(pair: pair)
        let store = try await SignatureStoreServer.start(pair: pair)
        let ring = try GPG()
        let alice = try await ring.makeKey("alice")
        let image = try await OCIImage(text: "hello")
        let skopeo = try Skopeo(registry: registry, authority: authority.authority, staging: store.staging)

        try await skopeo.push(image, as: "demo/app:1.0", signature: .init(ring: ring, key: alice))

        #expect(try await skopeo.rawManifest(of: "demo/app:1.0") == image.manifest)
        let curl = try CommandLineTool("curl", debianPackage: "curl")
        let trust = ["--silent", "--show-error", "--fail", "--cacert", authority.authority]
        let manifest = try await curl.run(
            trust + [
                "--header", "Accept: application/vnd.oci.image.manifest.v1+json",
                "https://\(registry.address)/v2/demo/app/manifests/1.0",
            ])
        #expect(manifest.standardOutput == image.manifest)
        let address = "\(store.url)/demo/app@\(image.digest.replacing(":", with: "="))/signature-1"
        let signature = try await curl.run(trust + [address])
        #expect(signature.standardOutput.count > 300)
        let untrusting = try await curl.attempt(["--silent", address])
        #expect(untrusting.exitCode == 60, "curl must not trust the private authority by itself")
    }

    @Test("A registry with an account refuses strangers and serves its user")
    func passwordedRegistry() async throws {
        let authority = try await CertificateFactory()
        let pair = try await authority.issue(for: ["127.0.0.1"])
        let account = DockerRegistry.Account(username: "reader", password: "correct horse")
        let registry = try await DockerRegistry.start(pair: pair, account: account)
        let skopeo = try Skopeo(registry: registry, authority: authority.authority, staging: "/nonexistent")
        try await skopeo.push(try await OCIImage(text: "hello"), as: "demo/app:1.0")

        let curl = try CommandLineTool("curl", debianPackage: "curl")
        let question = ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert"]
        let address = "https://\(registry.address)/v2/"
        let stranger = try await curl.run(question + [authority.authority, address])
        #expect(stranger.text == "401")
        let user = try await curl.run(question + [authority.authority, "--user", "reader:correct horse", address])
        #expect(user.text == "200")
    }

    @Test(
        "openssl judges the made certificates as their validity says",
        arguments: zip(
            [CertificateFactory.Validity.current, .expired, .notYet],
            ["OK", "certificate has expired", "certificate is not yet valid"]))
    func certificates(validity: CertificateFactory.Validity, verdict: String) async throws {
        let authority = try await CertificateFactory()
        let leaf = try await authority.issue(for: ["registry.test", "::1"], validity: validity)
        let openssl = try CommandLineTool("openssl", debianPackage: "openssl")
        let answer = try await openssl.attempt(
            ["verify", "-CAfile", authority.authority, "-verify_hostname", "registry.test", leaf.certificate])
        #expect((answer.text + answer.errorText).contains(verdict))
        let stranger = try await CertificateFactory()
        let other = try await openssl.attempt(["verify", "-CAfile", stranger.authority, leaf.certificate])
        #expect(!other.succeeded)
    }

    @Test("gpg makes keys of each kind and signs with them", arguments: ["rsa3072", "ed25519"])
    func keys(algorithm: String) async throws {
        let ring = try GPG()
        let key = try await ring.makeKey("bob", algorithm: algorithm)
        #expect(key.fingerprint.count == 40)
        #expect(String(decoding: try await ring.exportArmored(key), as: UTF8.self).hasPrefix("-----BEGIN PGP PUBLIC"))
        let message = try await ring.sign(Array("content".utf8), by: key)
        let opened = try await ring.run(["--status-fd", "2", "--decrypt"], input: message)
        #expect(opened.text == "content")
        #expect(opened.errorText.contains("VALIDSIG \(key.fingerprint)"))
    }

    @Test("A missing program is an error that names its Debian package")
    func missingProgram() {
        let error = #expect(throws: ToolError.self) {
            try CommandLineTool("no-such-program-here", debianPackage: "some-package")
        }
        #expect(error?.description.contains("apt-get install some-package") == true)
    }

    @Test("A program of the package that was not built is an error that says how to build it")
    func programNotBuilt() throws {
        #expect(try CommandLineTool(built: "ostiary").path.hasSuffix("/ostiary"))
        let error = #expect(throws: ToolError.self) { try CommandLineTool(built: "no-such-program") }
        #expect(error?.description.contains("/no-such-program is not there: build the whole package first") == true)
    }

    @Test("A program that does not end in time is killed")
    func timeout() async throws {
        let shell = try CommandLineTool("sh", debianPackage: "dash")
        await #expect(throws: ToolError.self) {
            try await shell.run(["-c", "exec sleep 60"], timeout: .milliseconds(50))
        }
    }

    @Test("A server that ends at once is reported with its log")
    func brokenServer() async throws {
        let shell = try CommandLineTool("sh", debianPackage: "dash")
        let server = try BackgroundServer(shell, ["-c", "echo no configuration >&2; exit 1"])
        let error = await #expect(throws: ToolError.self) { try await server.wait { false } }
        #expect(error?.description.contains("no configuration") == true)
    }

    @Test("A server ends with the value that holds it")
    func serverEnds() async throws {
        let folder = try TemporaryFolder()
        let shell = try CommandLineTool("sh", debianPackage: "dash")
        let file = folder.path(of: "id")
        let server = try BackgroundServer(shell, ["-c", "echo $$ > \(file); exec sleep 60"])
        try await server.wait { try folder.files() == ["id"] && !folder.read("id").isEmpty }
        let identifier = String(decoding: try folder.read("id"), as: UTF8.self).dropLast()
        server.end()
        let question = try await shell.attempt(["-c", "kill -0 \(identifier)"])
        #expect(!question.succeeded)
    }

    @Test(
        "A server can be sent a signal, and its end be waited for",
        arguments: zip([SIGTERM, SIGKILL] as [Int32], [7, 128 + 9] as [Int32]))
    func serverEndsBySignal(signal: Int32, exitCode: Int32) async throws {
        let shell = try CommandLineTool("sh", debianPackage: "dash")
        let script = "trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done"
        let server = try BackgroundServer(shell, ["-c", script])
        try await server.wait { server.log.contains("ready") && server.identifier != nil }
        server.send(signal: signal)
        #expect(try await server.waitForEnd() == exitCode)
    }
}
