import Foundation
import HTTP
import Primitives
import Support
import Transport

/// A server in front of a registry and of the signature store, which writes down what it is asked. It can keep signatures
/// itself, as OpenShift's registry does.
struct Front {
    /// When it says that it keeps signatures.
    enum Announcement { case never, atPing, always }

    private let server: SignatureStoreServer
    private let folder: TemporaryFolder
    private let client: HTTPClient

    /// - Parameters:
    ///   - registry: the one behind it, if not the one that is open to all.
    ///   - rules: more nginx directives.
    init(
        _ world: World, announcing: Announcement = .never, before registry: DockerRegistry? = nil, rules: String = ""
    ) async throws {
        folder = try TemporaryFolder()
        let registry = (registry ?? world.registry).address
        let field = "add_header X-Registry-Supports-Signatures 1 always;"
        let places = [
            "access_log \(folder.path(of: "access"));",
            "access_log \(folder.path(of: "connection-$connection"));",
            "location /v2/ { proxy_pass https://\(registry); \(announcing == .always ? field : "") }",
            announcing == .atPing ? "location = /v2/ { proxy_pass https://\(registry); \(field) }" : "",
            "location /sigs/ { proxy_pass https://\(world.storeAddress); }",
            "location /extensions/ { default_type application/json; root \(folder.path); }",
        ]
        server = try await SignatureStoreServer.start(
            pair: world.identity.pair, rules: (places + [rules]).joined(separator: "\n"))
        client = try Network.client(trusting: world.identity.tls)
    }

    /// `127.0.0.1:PORT`.
    var address: String { String(server.url.dropFirst("https://".count).prefix { $0 != "/" }) }

    /// What a policy's `storeURL` holds.
    var storeURL: String { server.url }

    /// A policy for the signed image under this server's name.
    func policy(_ world: World, _ more: String = "") -> [String] {
        let identity =
            #"{"type":"matchExactRepository","dockerRepository":"\#(world.registry.address)/app/signed"}"#
        let simple = Manifest.simple(store: storeURL, Manifest.signedBy("alice", in: "keys", identity: identity))
        return [
            Manifest.cluster(["\(address)/app/*": "{\(more)\(simple.dropFirst())"]),
            Manifest.key("alice", in: "keys", world.keys.alice.armored),
        ]
    }

    /// Where it answers what signatures it keeps for an image.
    static func listPath(of path: String, _ digest: String) -> String {
        "/extensions/v2/\(path)/signatures/\(digest)"
    }

    /// Keeps these signatures, and no others.
    func keep(_ signatures: [UInt8]..., for digest: String, of path: String) throws {
        let entries = signatures.map { signature in
            let content = Data(signature).base64EncodedString()
            return #"{"schemaVersion":2,"name":"\#(digest)@0123456789abcdef","type":"atomic","content":"\#(content)"}"#
        }
        try keep(list: #"{"signatures":[\#(entries.joined(separator: ","))]}"#, for: digest, of: path)
    }

    /// Answers this text when it is asked for signatures.
    func keep(list: String, for digest: String, of path: String) throws {
        try folder.write(list, to: String(Self.listPath(of: path, digest).dropFirst()))
    }

    /// Ends it; later questions find a closed port.
    func end() { server.end() }

    /// What it wrote down: who showed a name asked for what.
    func log() throws -> String { String(decoding: try folder.read("access"), as: UTF8.self) }

    /// How many connections were made to it until now, that for the marks too.
    var connectionCount: Int {
        get throws { try folder.files().count { $0.hasPrefix("connection-") } }
    }

    /// The paths that were asked for since the last look, sorted: some are asked for at the same time. The mark that is
    /// asked for here is the last of them.
    func questions(after mark: String) async throws -> [String] {
        let url = try URL(parsing: "https://\(address)/\(mark)")
        _ = try await client.send(ClientRequest(url: url, bodyLimit: 1 << 16), by: .after(.seconds(60)))
        var paths: [String] = []
        while paths.last != "/\(mark)" {
            paths = try log().split(separator: "\n")
                .compactMap { $0.firstMatch(of: #/"GET (\S+) /#).map { String($0.1) } }
        }
        let start = paths.dropLast().lastIndex { $0.hasPrefix("/mark-") }.map { $0 + 1 } ?? 0
        return paths[start...].dropLast().sorted()
    }
}
