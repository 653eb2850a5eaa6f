import HTTP
import Primitives
import Registry
import Support
import Testing
import Transport

@testable import Manifests

@Suite("HostsFile") struct HostsFileTests {
    private static func read(_ text: String) throws(HostsFileError) -> HostsFile {
        try HostsFile(parsing: Array(text.utf8))
    }

    @Test("A file as containerd's documentation has it")
    func whole() throws {
        let file = try Self.read(
            """
            server = "https://registry-1.docker.io"

            [host."https://mirror.test:5000"]
              capabilities = ["pull", "resolve"]
              ca = "/etc/certs/mirror.pem"
              client = [["client.cert", "client.key"], ["both.pem", ""]]
              [host."https://mirror.test:5000".header]
                x-token = ["a", "b"]
                authorization = "Basic Zm9v"

            [host."http://b.test/proxy/"]
              capabilities = ["pull"]
              override_path = true
              client = "pair.pem"
              skip_verify = false
              dial_timeout = "1s"

            [host."a.test/v2"]
              ca = ["one.crt", "two.crt"]
            """)
        #expect(
            file.hosts.map(\.base.description) == [
                "https://mirror.test:5000/v2/", "http://b.test/proxy/", "https://a.test/v2/",
            ])
        #expect(file.server?.base.description == "https://registry-1.docker.io/v2/")
        #expect(file.hosts.map(\.canResolve) == [true, false, true])
        #expect(file.hosts.map(\.canPull) == [true, true, true])
        #expect(file.hosts.map(\.authorities) == [["/etc/certs/mirror.pem"], [], ["one.crt", "two.crt"]])
        #expect(file.hosts[0].pairs.map(\.certificate) == ["client.cert", "both.pem"])
        #expect(file.hosts[0].pairs.map(\.key) == ["client.key", nil])
        #expect(file.hosts[1].pairs.map(\.certificate) == ["pair.pem"])
        #expect(file.hosts[0].headers.map(\.name) == ["x-token", "x-token", "authorization"])
    }

    @Test(
        "A file may hold a server only, a host only, or nothing",
        arguments: ["server = \"a.test\"", "[host.\"a.test\"]", ""])
    func short(text: String) throws {
        let file = try Self.read(text)
        #expect(file.hosts.count + (file.server == nil ? 0 : 1) == (text.isEmpty ? 0 : 1))
    }

    @Test(
        "What is unknown, of another type or dangerous is refused, with its place",
        arguments: [
            ("[host.\"a.test\"]\nskip_verify = true", "host.\"a.test\": skip_verify is refused"),
            ("server = \"a.test\"\nskip_verify = true", "server: skip_verify is refused"),
            ("[host.\"a.test\"]\ncapabilites = [\"pull\"]", "capabilites is not a setting that is known"),
            ("ca = \"x\"", "ca stands outside of"), ("[host.\"a.test\"]\nca = 1", "ca is not a string"),
            ("[host.\"a.test\"]\ncapabilities = [1]", "capabilities is not strings"),
            ("[host.\"a.test\"]\nskip_verify = \"true\"", "skip_verify is not true or false"),
            ("[host.\"a.test\"]\nclient = [[\"a\"]]", "client is not pairs"), ("host = 1", "host is not a table"),
            ("[host]\n\"a.test\" = 1", "is not a table"), ("server = 1", "server is not a string"),
            ("[host.\"ftp://a.test\"]", "it does not begin with http"), ("[host.\"https://u:p@a.test\"]", "user name"),
            ("[host.\"https://a.test?x=1\"]", "it has a query"), ("[host.\"\"]", "host"), ("x", "line 1"),
        ])
    func bad(text: String, problem: String) {
        let error = #expect(throws: HostsFileError.self) { try Self.read(text) }
        #expect(error?.description.contains(problem) == true, "\(String(describing: error))")
    }
}

@Suite("MirrorFolder", .timeLimit(.minutes(1))) struct MirrorFolderTests {
    private let folder: Support.TemporaryFolder

    init() throws {
        folder = try Support.TemporaryFolder()
    }

    @Test("The files that a hosts.toml names are read with it, beside it or by their path")
    func files() async throws {
        let authority = try await CertificateFactory()
        let pair = try await authority.issue(for: [])
        try folder.write(Support.TemporaryFolder.read(path: authority.authority), to: "docker.io/mirror.crt")
        try folder.write(
            "[host.\"https://m.test\"]\nca = \"mirror.crt\"\nclient = [[\"\(pair.certificate)\", \"\(pair.key)\"]]",
            to: "docker.io/hosts.toml")
        try folder.write("[host.\"https://n.test:5000\"]", to: "_default/hosts.toml")
        try folder.write("not for us", to: "docker.io/cert.txt")
        let files = try MirrorFolder.read(folder.path)
        #expect(
            Set(files.map(\.path)) == [
                folder.path(of: "_default/hosts.toml"), folder.path(of: "docker.io/hosts.toml"),
                folder.path(of: "docker.io/mirror.crt"), pair.certificate, pair.key,
            ])
        let mirrors = try MirrorFolder(files: files, roots: [])
        #expect(try mirrors.trust.ownContext(for: "m.test", port: 443) != nil)
        #expect(try mirrors.trust.ownContext(for: "m.test", port: 5000) == nil)
        #expect(try mirrors.trust.ownContext(for: "n.test", port: 5000) == nil)
    }

    @Test("A broken file is named, and so is one that is not there")
    func broken() throws {
        for (text, name, reason) in [
            ("[host.\"https://m.test\"]\nca = \"gone.crt\"", "gone.crt", "No such file or directory"),
            ("[host", "hosts.toml", "line 1: this is not TOML"),
        ] {
            try folder.write(text, to: "docker.io/hosts.toml")
            let error = #expect(throws: FileProblem.self) {
                try MirrorFolder(files: MirrorFolder.read(folder.path), roots: [])
            }
            #expect(error == FileProblem(path: folder.path(of: "docker.io/\(name)"), reason: reason))
        }
    }

    /// The mirrors of the folder, as the program has them.
    private func renewed() throws -> FileBacked<MirrorFolder> {
        let path = folder.path
        return try FileBacked { () throws(FileError) in
            try MirrorFolder.read(path)
        } make: {
            (files, old) throws(FileProblem) in
            try MirrorFolder(files: files, roots: [], after: old)
        }
    }

    /// Who is asked for an image.
    private func asked(_ image: String, _ folder: FileBacked<MirrorFolder>) async throws -> [String] {
        let network = FakeNetwork()
        let client = RegistryClient(exchange: network, mirrors: { folder.value.mirrors })
        let reference = try ImageReference(parsing: image)
        do throws(RegistryError) {
            _ = try await client.manifest(for: reference, credentials: [], by: .after(.seconds(60)))
        } catch {
            if case .unusableMirrors = error { return ["\(error)"] }
        }
        return network.questions.map(\.request.url.authority)
    }

    @Test("A hosts.toml that breaks leaves its registry as it was, with the certificates, and the others are renewed")
    func kept() async throws {
        let authority = try await CertificateFactory()
        try folder.write(Support.TemporaryFolder.read(path: authority.authority), to: "e.com/ca.crt")
        try folder.write("[host.\"https://m.test\"]\nca = \"ca.crt\"", to: "e.com/hosts.toml")
        try folder.write("[host.\"https://m.test\"]", to: "f.com/hosts.toml")
        let mirrors = try renewed()
        try folder.write("[host.\"https://m.test\"]\nskip_verify = true", to: "e.com/hosts.toml")
        try folder.write("[host.\"https://n.test\"]", to: "f.com/hosts.toml")
        for _ in 0..<2 {
            _ = try mirrors.refresh()
            #expect(try await asked("e.com/app:1", mirrors) == ["m.test", "e.com"])
            #expect(try await asked("f.com/app:1", mirrors) == ["n.test", "f.com"])
            #expect(try mirrors.value.trust.ownContext(for: "m.test", port: 443) != nil)
            #expect(mirrors.value.problems.map(\.path) == [folder.path(of: "e.com/hosts.toml")])
        }
        try folder.remove("e.com")
        #expect(try mirrors.refresh())
        #expect(try await asked("e.com/app:1", mirrors) == ["e.com"])
        #expect(mirrors.value.problems == [])
    }

    @Test("A registry whose hosts.toml never was in order is not asked, and others are")
    func refused() async throws {
        try folder.write("[host.\"https://m.test\"]", to: "f.com/hosts.toml")
        let mirrors = try renewed()
        try folder.write("[host", to: "e.com/hosts.toml")
        #expect(try mirrors.refresh())
        #expect(
            try await asked("e.com/app:1", mirrors)
                == ["registry e.com is not asked: its hosts.toml is broken; the log names the file"])
        #expect(try await asked("f.com/app:1", mirrors) == ["m.test", "f.com"])
        #expect(try await asked("g.com/app:1", mirrors) == ["g.com"])
        try folder.write("[host", to: "_default/hosts.toml")
        #expect(try mirrors.refresh())
        #expect(try await asked("g.com/app:1", mirrors).first?.hasPrefix("registry g.com is not asked") == true)
    }

    @Test("A mirror whose certificates break is asked with the old ones; one that never had good ones is not")
    func certificates() async throws {
        let authority = try await CertificateFactory()
        try folder.write(Support.TemporaryFolder.read(path: authority.authority), to: "e.com/ca.crt")
        try folder.write("[host.\"https://m.test\"]\nca = \"ca.crt\"", to: "e.com/hosts.toml")
        let mirrors = try renewed()
        try folder.write("x", to: "e.com/ca.crt")
        try folder.write("[host.\"https://n.test\"]\nca = \"../e.com/ca.crt\"", to: "f.com/hosts.toml")
        #expect(try mirrors.refresh())
        #expect(try mirrors.value.trust.ownContext(for: "m.test", port: 443) != nil)
        #expect(throws: TLSError.self) { try mirrors.value.trust.ownContext(for: "n.test", port: 443) }
        #expect(Set(mirrors.value.problems.map(\.reason)) == ["no PEM block CERTIFICATE in it"])
    }
}
