import Cryptography
import Foundation

@testable import Transport

/// A small authority made by the `openssl` command, and the pairs that it issued.
final class TestCertificates: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "ostiary-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=Test authority", "-keyout", path("ca.key"), "-out", path("ca.crt"), "-addext",
            "basicConstraints=critical,CA:TRUE")
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A pair for the names of `san` (`DNS:localhost,IP:127.0.0.1`).
    func issue(_ name: String, san: String) throws -> ServingPair {
        try run(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=\(name)",
            "-keyout", path("\(name).key"), "-out", path("\(name).csr"))
        try Data("subjectAltName=\(san)\n".utf8).write(to: folder.appending(path: "\(name).ext"))
        try run(
            "x509", "-req", "-in", path("\(name).csr"), "-CA", path("ca.crt"), "-CAkey", path("ca.key"),
            "-CAcreateserial", "-days", "1", "-sha256", "-extfile", path("\(name).ext"), "-out", path("\(name).crt"))
        return try ServingPair(certificatePEM: read("\(name).crt"), keyPEM: read("\(name).key"))
    }

    func anchors() throws -> TrustAnchors {
        try TrustAnchors(adding: Certificate.parse(pem: read("ca.crt")), includingSystemRoots: false)
    }

    func read(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: folder.appending(path: name))) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(arguments: arguments) }
    }

    struct Failure: Error { let arguments: [String] }
}
