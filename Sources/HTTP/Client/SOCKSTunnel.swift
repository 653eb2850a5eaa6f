internal import Primitives
internal import Transport

/// The way to a server through a SOCKS 5 proxy.
struct SOCKSTunnel {
    let proxy: Proxy
    let origin: URL.Origin
    /// The server's host with its port, for messages.
    let authority: String

    /// Asks the proxy at the other end of a stream to connect to the server.
    ///
    /// - Throws: `.proxyFailed` for everything but its consent.
    func open(_ stream: inout ByteStream, by deadline: Deadline) async throws(HTTPError) {
        var handshake = SOCKSHandshake(
            host: origin.host, port: UInt16(clamping: origin.port), account: proxy.account)
        var step = SOCKSHandshake.Step.send(handshake.greeting)
        while step != .done {
            let input = try await carry(step, over: &stream, by: deadline)
            do throws(SOCKSFault) {
                step = try handshake.receive(input)
            } catch {
                throw .proxyFailed(proxy: proxy.authority, authority: authority, .socks(error))
            }
        }
    }

    /// Sends what there is to send, and returns what comes.
    private func carry(
        _ step: SOCKSHandshake.Step, over stream: inout ByteStream, by deadline: Deadline
    ) async throws(HTTPError) -> [UInt8] {
        var input: [UInt8] = []
        do throws(TransportError) {
            if case .send(let bytes) = step { try await stream.write(bytes, by: deadline) }
            guard try await stream.read(into: &input, atMost: 512, by: deadline) > 0 else {
                throw TransportError.closedByPeer
            }
        } catch {
            throw HTTPError(error, proxy: proxy, authority: authority)
        }
        return input
    }
}
