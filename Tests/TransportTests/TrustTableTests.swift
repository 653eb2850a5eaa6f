import Foundation
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
        let contexts = try own.map { try table.context(for: $0, port: $1) }
        #expect(contexts.allSatisfy { $0 !== table.common })
        #expect(Set(contexts.map(ObjectIdentifier.init)).count == own.count)
        for (host, port) in [("a.test", 5000), ("b.test", 443), ("d.test", 443), ("c.test", 443), ("x.a.test", 443)] {
            #expect(try table.context(for: host, port: port) === table.common)
        }
    }

    @Test("The folder of every host shows no certificate, and the kubelet's older versions are left out")
    func leftOut() throws {
        try put(pair.certificate, at: "_default/client.cert")
        try put(pair.certificate, at: "..2026/client.cert")
        try put(pair.certificate, at: "a.test/.client.cert")
        try put(pair.certificate, at: "a.test/README")
        let table = try TrustTable(roots: [], hostFiles: read())
        #expect(try table.context(for: "_default", port: 443) === table.common)
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
        let error = #expect(throws: FileProblem.self) { try TrustTable(roots: [], hostFiles: read()) }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
        #expect(error?.description.contains("/a") == true, "\(String(describing: error))")
    }

    @Test("A key of another certificate is refused")
    func mismatch() async throws {
        try put(pair.certificate, at: "a.test/client.cert")
        try put(authority.authorityKey, at: "a.test/client.key")
        #expect(throws: FileProblem.self) { try TrustTable(roots: [], hostFiles: read()) }
    }

    /// The table of the folder and of `--ca` files beside it, as the program has it.
    private func renewed(_ roots: String...) throws -> FileBacked<TrustTable> {
        let path = folder.path
        return try FileBacked { () throws(FileError) in
            try NamedFile.read(roots)
                + FolderReader.files(inFoldersOf: path, endings: [".crt", ".cert", ".key"])
        } make: { (files, old) throws(FileProblem) in
            try TrustTable(
                roots: Array(files.prefix(roots.count)), hostFiles: Array(files.dropFirst(roots.count)), after: old)
        }
    }

    @Test("A folder that breaks leaves its host as it was, and the others and the roots are renewed")
    func kept() async throws {
        let roots = try folder.write(TemporaryFolder.read(path: authority.authority), to: "roots.pem")
        for host in ["a.test", "b.test"] { try put(authority.authority, at: "\(host)/ca.crt") }
        let table = try renewed(roots)
        let first = table.value
        #expect(try !table.refresh())

        let next = try await CertificateFactory()
        let pair = try await next.issue(for: [])
        try folder.write(TemporaryFolder.read(path: next.authority), to: "roots.pem")
        try put(pair.certificate, at: "a.test/client.cert")
        try put(next.authority, at: "b.test/ca.crt")
        #expect(try table.refresh())
        #expect(table.value.common !== first.common)
        #expect(try table.value.context(for: "b.test", port: 443) !== first.context(for: "b.test", port: 443))
        #expect(try table.value.ownContext(for: "a.test", port: 443) != nil)
        #expect(table.value.problems.map(\.path) == [folder.path(of: "a.test/client.cert")])
        #expect(try !table.refresh(), "What is broken is not read in vain")

        try put(pair.key, at: "a.test/client.key")
        #expect(try table.refresh())
        #expect(table.value.problems == [])
    }

    @Test("A host whose folder was never in order is not connected to, and nobody else is kept from anything")
    func refused() throws {
        try put(authority.authority, at: "a.test/ca.crt")
        let table = try renewed()
        try folder.write("x", to: "b.test:5000/ca.crt")
        try folder.write("x", to: "no host/ca.crt")
        #expect(try table.refresh())
        let error = #expect(throws: TLSError.self) { try table.value.context(for: "b.test", port: 5000) }
        #expect(
            error?.description
                == "TLS cannot be set up: the certificates for b.test:5000 are broken; the log names the file")
        #expect(try table.value.context(for: "b.test", port: 443) === table.value.common)
        #expect(try table.value.ownContext(for: "a.test", port: 443) != nil)
        #expect(
            table.value.problems.map(\.path)
                == [folder.path(of: "b.test:5000/ca.crt"), folder.path(of: "no host/ca.crt")])
    }

    @Test("A folder that cannot be read leaves its host as it was")
    func unreadable() throws {
        try put(authority.authority, at: "a.test/ca.crt")
        let table = try renewed()
        try folder.remove("a.test")
        // Nobody can follow it, not even who may read everything.
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(of: "a.test"), withDestinationPath: folder.path(of: "a.test"))
        try put(authority.authority, at: "b.test/ca.crt")
        #expect(try table.refresh())
        #expect(table.value.problems.map(\.path) == [folder.path(of: "a.test/")])
        for host in ["a.test", "b.test"] { #expect(try table.value.ownContext(for: host, port: 443) != nil) }
    }

    @Test("A folder that is gone is gone with all that it said")
    func removed() throws {
        try put(authority.authority, at: "a.test/ca.crt")
        let table = try renewed()
        try folder.remove("a.test")
        #expect(try table.refresh())
        #expect(try table.value.ownContext(for: "a.test", port: 443) == nil)
        #expect(table.value.problems == [])
    }

    @Test("Of several files with roots one that breaks or goes stays as it was; the others are renewed")
    func roots() async throws {
        let other = try await CertificateFactory()
        let files = [authority, other].map(\.authority)
        let names = try files.enumerated().map { number, file in
            try folder.write(TemporaryFolder.read(path: file), to: "\(number).pem")
        }
        let table = try renewed(names[0], names[1])
        for broken in ["x", nil] {
            let before = table.value.common
            if let broken { try folder.write(broken, to: "0.pem") } else { try folder.remove("0.pem") }
            #expect(try table.refresh())
            #expect(table.value.common !== before)
            #expect(table.value.problems.map(\.path) == [names[0]])
        }
        #expect(throws: FileProblem.self) { try renewed(names[0], names[1]) }
    }

    @Test("A folder that is not there is an error")
    func missing() throws {
        #expect(throws: FileError.self) { try FolderReader.files(inFoldersOf: "\(folder.path)/none", endings: [""]) }
    }
}
