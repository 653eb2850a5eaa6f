import Foundation
import Support
import Testing

/// `certs/make-pair`
@Suite("make-pair", .timeLimit(.minutes(1)))
struct ServingPairScriptTests {
    private let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("certs/make-pair").path

    @Test("makes a pair that clients of its names trust, and no others, and keeps no authority key")
    func pair() async throws {
        let folder = try TemporaryFolder()
        let maker = try CommandLineTool(script, debianPackage: "openssl")
        try await maker.run([folder.path(of: "pair"), "ostiary.ostiary.svc", "127.0.0.1", "::1"])
        #expect(try folder.files() == ["pair/ca.pem", "pair/tls.crt", "pair/tls.key"])

        let openssl = try CommandLineTool("openssl", debianPackage: "openssl")
        let certificate = folder.path(of: "pair/tls.crt")
        let authority = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", folder.path(of: "pair/ca.pem")]
        for name in [
            ["-verify_hostname", "ostiary.ostiary.svc"], ["-verify_ip", "127.0.0.1"], ["-verify_ip", "::1"],
        ] {
            try await openssl.run(authority + name + [certificate])
        }
        let other = try await openssl.attempt(authority + ["-verify_hostname", "other.svc", certificate])
        #expect(!other.succeeded)
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(of: "pair/tls.key"))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("says how it is called when it is called wrongly", arguments: [[], ["folder"]])
    func usage(arguments: [String]) async throws {
        let answer = try await CommandLineTool(script, debianPackage: "openssl").attempt(arguments)
        #expect(answer.exitCode == 64)
        #expect(answer.errorText.contains("usage: make-pair FOLDER NAME..."))
    }
}
