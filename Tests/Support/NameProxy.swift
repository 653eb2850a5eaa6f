import Foundation
import Synchronization

/// A proxy for CONNECT on a port of 127.0.0.1 that leads names, which nobody else can resolve, to places of its own.
///
/// It stands for the network behind a company's proxy: whatever is not in its table it answers with 502.
package final class NameProxy: Sendable {
    /// `127.0.0.1:PORT`.
    package let address: String

    private let socket: Int32
    private let places: [String: UInt16]
    private let targets = Mutex<[String]>([])

    /// - Parameter places: ports of 127.0.0.1, by `host:port` as clients ask for it.
    package init(_ places: [String: UInt16]) throws {
        self.places = places
        (socket, address) = try LoopbackSocket.listen()
        let listener = socket
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(listener, nil, nil)
                guard client >= 0 else { return }
                guard let self else { return LoopbackSocket.end(client) }
                Thread.detachNewThread { self.serve(client) }
            }
        }
    }

    deinit {
        LoopbackSocket.end(socket)
    }

    /// What was asked for, in order, as `host:port`.
    package var requests: [String] { targets.withLock { $0 } }

    private func serve(_ client: Int32) {
        defer { LoopbackSocket.end(client) }
        guard let target = Self.readTarget(from: client) else { return }
        targets.withLock { $0.append(target) }
        guard let port = places[target], let server = LoopbackSocket.connect(to: port) else {
            LoopbackSocket.write(Array("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n".utf8), to: client)
            return
        }
        defer { LoopbackSocket.end(server) }
        LoopbackSocket.write(Array("HTTP/1.1 200 OK\r\n\r\n".utf8), to: client)
        LoopbackSocket.relay(client, server)
    }

    /// The target of a CONNECT, whose head is read to its end.
    private static func readTarget(from client: Int32) -> String? {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            var byte: UInt8 = 0
            guard read(client, &byte, 1) == 1, head.count < 8192 else { return nil }
            head.append(byte)
        }
        let words = String(decoding: head, as: UTF8.self).split(separator: " ")
        return words.first == "CONNECT" && words.count > 2 ? String(words[1]) : nil
    }
}
