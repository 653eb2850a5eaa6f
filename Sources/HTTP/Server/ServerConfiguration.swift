internal import Primitives
package import Transport

extension HTTPServer {
    /// The bounds of a server.
    package struct Configuration: Sendable {
        /// Connections that are served at a time.
        package var maximumConnections = 10_000
        /// Connections beyond these that are told to come back (503, Retry-After); one more is closed at once.
        package var maximumOverloadConnections = 64
        /// For the TLS handshake.
        package var handshakeTimeout = Duration.seconds(10)
        /// How long a connection may rest before a request, also before its first: the API server opens connections
        /// that it uses later. It must exceed the 90 s after which the API server closes a resting connection, or a
        /// review may be sent into a closing one, and is not sent again.
        package var idleTimeout = Duration.seconds(120)
        /// From the first byte of a head to its last (slowloris).
        package var headTimeout = Duration.seconds(10)
        /// From the end of the head to the end of the body.
        package var bodyTimeout = Duration.seconds(20)
        /// The handler's deadline, counted from the end of the head; a client may shorten it with `?timeout=`.
        package var requestTimeout = Duration.seconds(30)
        /// For the client to take the answer.
        package var writeTimeout = Duration.seconds(20)
        /// How long bytes of a refused request are still read and dropped. Closing at once would make the kernel
        /// reset the connection, and the client might never see why.
        package var lingerTimeout = Duration.seconds(2)
        /// Bytes of a request body.
        package var bodyLimit = Limits.reviewBytes
        /// Bytes of all request bodies that are held at a time, each without its first `freeBodyBytes`. A body beyond
        /// them is told to come back (503, Retry-After).
        package var bodyRoom = 64 << 20
        /// Bytes of a body that need no room: most reviews are no longer.
        package var freeBodyBytes = 32 << 10

        package init() {}
    }

    /// Why a connection ended otherwise than after an answer.
    package enum ConnectionFailure: Sendable {
        /// Most often a TLS handshake: a client that does not trust the certificate shows up here.
        case notSetUp(peer: SocketAddress?, TransportError)
        /// The request was refused before a handler saw it.
        case refused(peer: SocketAddress?, HTTPError)
        /// The request did not arrive in time.
        case tooSlow(peer: SocketAddress?)
        /// There was no place for it.
        case turnedAway(peer: SocketAddress?)
        /// There was no room for its body.
        case tooMuch(peer: SocketAddress?)
        /// The handler's response could not be written: a fault of the house.
        case unwritable(HTTPError)
    }
}

extension HTTPServer.ConnectionFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notSetUp(let peer, let error): "connection from \(Self.name(peer)) not set up: \(error)"
        case .refused(let peer, let error): "request from \(Self.name(peer)) refused: \(error)"
        case .tooSlow(let peer): "request from \(Self.name(peer)) refused: it did not arrive in time"
        case .turnedAway(let peer): "connection from \(Self.name(peer)) turned away: too many are open"
        case .tooMuch(let peer):
            "request from \(Self.name(peer)) turned away: the bodies that are held have too many bytes together"
        case .unwritable(let error): "a response could not be written: \(error)"
        }
    }

    private static func name(_ peer: SocketAddress?) -> String {
        peer.map { "\($0)" } ?? "somebody"
    }
}
