import Support

@testable import HTTP

/// A proxy of one of Debian's packages, with a password.
struct RealProxy: Sendable {
    static let all: [Proxy.Kind] = [.http, .https, .socks5]

    /// `127.0.0.1:PORT`.
    let address: String
    private let kind: Proxy.Kind
    private let tinyProxy: TinyProxy?
    private let front: TLSFront?
    private let microSocks: MicroSocks?

    static func start(_ kind: Proxy.Kind) async throws -> RealProxy {
        if kind == .socks5 {
            let proxy = try await MicroSocks.start(account: (name: "puller", password: "hunter2"))
            return RealProxy(address: proxy.address, kind: kind, tinyProxy: nil, front: nil, microSocks: proxy)
        }
        let proxy = try await TinyProxy.start(account: "puller hunter2")
        guard kind == .https else {
            return RealProxy(address: proxy.address, kind: kind, tinyProxy: proxy, front: nil, microSocks: nil)
        }
        let front = try await TLSFront.start(before: proxy.address, pair: Loopback.contexts.value.pair)
        return RealProxy(address: front.address, kind: kind, tinyProxy: proxy, front: front, microSocks: nil)
    }

    static func scheme(of kind: Proxy.Kind) -> String {
        switch kind {
        case .http: "http"
        case .https: "https"
        case .socks5: "socks5"
        }
    }

    /// Its address as a user writes it, with the right password.
    var url: String { url(as: "puller:hunter2@") }

    func url(as user: String) -> String { "\(Self.scheme(of: kind))://\(user)\(address)" }

    /// What it was asked for: first lines of requests, or `host:port` by SOCKS.
    var requests: [String] { tinyProxy?.requests ?? microSocks?.targets ?? [] }
}
