import Primitives
import Support
import Testing

@testable import Transport

@Suite("TrustTable", .timeLimit(.minutes(1)))
struct TrustTableTests {
    private let folder: TemporaryFolder
    private let pair: CertifiedKey
    private let authority: CertificateFactory

    init() async throws {
        folder = try TemporaryFolder()
        authority = try await CertificateFactory()
        pair = try await authority.issue(for: [])
    }

    private func put(_ source: String, at name: String) throws {
        try folder.write(TemporaryFolder.read(path: source), to: name)
    }

    private func read() throws(FileError) -> [NamedFile] {
        try FolderReader.files(inFoldersOf: folder.path, endings: [".crt", ".cert", ".key"])
    }

    @Test("A folder is for its host and port, and one without a port for 443")
    func hosts() throws {
        for name in ["a.test", "b.test:5000", "C.test_8443_", "[::1]:5000", "127.0.0.1:5000"] {
            try put(authority.authority, at: "\(name)/ca.crt")
        }
        let table = try TrustTable(roots: [], hostFiles: read())
        let own = [("a.test", 443), ("b.test", 5000), ("c.test", 8443), ("::1", 5000), ("127.0.0.1", 5000)]
        let contexts = own.map { table.context(for: $0, port: $1) }
        #expect(contexts.allSatisfy { $0 !== table.common })
        #expect(Set(contexts.map(ObjectIdentifier.init)).count == own.count)
        for (host, port) in [("a.test", 5000), ("b.test", 443), ("d.test", 443), ("c.test", 443), ("x.a.test", 443)] {
            #expect(table.context(for: host, port: port) === table.common)
        }
    }

    @Test("The folder of every host shows no certificate, and the kubelet's older versions are left out")
    func leftOut() throws {
        try put(pair.certificate, at: "_default/client.cert")
        try put(pair.certificate, at: "..2026/client.cert")
        try put(pair.certificate, at: "a.test/.client.cert")
        try put(pair.certificate, at: "a.test/README")
        let table = try TrustTable(roots: [], hostFiles: read())
        #expect(table.context(for: "_default", port: 443) === table.common)
    }

    @Test(
        "What is incomplete or broken is named",
        arguments: [
            (["a.test/client.cert"], "its private key client.key is missing"),
            (["a.test/client.key"], "its certificate client.cert is missing"),
            (["a.test/ca.crt=x"], "ca.crt: no PEM block CERTIFICATE in it"),
            (["a.test/ca.crt"], nil), (["a.test/client.cert", "a.test/client.key"], nil),
            (["a.test/client.cert=x", "a.test/client.key"], "no PEM block CERTIFICATE"),
            (["a.test/client.cert", "a.test/client.key=x"], "no unencrypted PEM private key"),
            (["a test/ca.crt"], "the folder's name is not a host"),
        ])
    func broken(files: [String], problem: String?) throws {
        for file in files {
            let name = String(file.prefix { $0 != "=" })
            if name != file {
                try folder.write("x", to: name)
            } else {
                try put(
                    name.hasSuffix(".key") ? pair.key : name.hasSuffix(".crt") ? authority.authority : pair.certificate,
                    at: name)
            }
        }
        guard let problem else {
            _ = try TrustTable(roots: [], hostFiles: read())
            return
        }
        let error = #expect(throws: FileBackedError.self) { try TrustTable(roots: [], hostFiles: read()) }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
        #expect(error?.description.contains("/a") == true, "\(String(describing: error))")
    }

    @Test("A key of another certificate is refused")
    func mismatch() async throws {
        try put(pair.certificate, at: "a.test/client.cert")
        try put(authority.authorityKey, at: "a.test/client.key")
        #expect(throws: FileBackedError.self) { try TrustTable(roots: [], hostFiles: read()) }
    }

    @Test("A folder that changes is read again, and one that is broken leaves things as they were")
    func renewal() throws {
        try put(authority.authority, at: "a.test/ca.crt")
        let path = folder.path
        let table = try FileBacked { () throws(FileError) in
            try FolderReader.files(inFoldersOf: path, endings: [".crt", ".cert", ".key"])
        } make: { files throws(FileBackedError) in
            try TrustTable(roots: [], hostFiles: files)
        }
        let first = table.value
        #expect(try !table.refresh())
        try folder.write("x", to: "b.test/ca.crt")
        #expect(throws: FileBackedError.self) { try table.refresh() }
        #expect(table.value.common === first.common)
        try put(authority.authority, at: "b.test/ca.crt")
        #expect(try table.refresh())
        #expect(table.value.context(for: "b.test", port: 443) !== table.value.common)
    }

    @Test("A folder that is not there is an error")
    func missing() throws {
        #expect(throws: FileError.self) { try FolderReader.files(inFoldersOf: "\(folder.path)/none", endings: [""]) }
    }
}
