internal import Primitives
internal import Transport

/// The way to a server through a proxy that only passes bytes on (RFC 9110 §9.3.6, CONNECT).
struct ProxyTunnel {
    let proxy: Proxy
    /// The server's host with its port, which is never left out here (RFC 9112 §3.2.3).
    let authority: String
    let userAgent: String

    /// Asks the proxy at the other end of a stream to connect to the server.
    ///
    /// - Throws: `.proxyFailed` for any other answer than 2xx, and for bytes behind it: in TLS the client speaks first.
    func open(_ stream: inout ByteStream, by deadline: Deadline) async throws(HTTPError) {
        let request = try MessageWriter.connect(to: authority, through: proxy, userAgent: userAgent)
        do throws(TransportError) {
            try await stream.write(request, by: deadline)
        } catch {
            throw HTTPError(error, proxy: proxy, authority: authority)
        }
        let head = try await readHead(from: &stream, by: deadline)
        guard (200...299).contains(head.status.code) else {
            throw .proxyFailed(proxy: proxy.authority, authority: authority, .refused(head.status))
        }
    }

    private func readHead(from stream: inout ByteStream, by deadline: Deadline) async throws(HTTPError) -> ResponseHead
    {
        var (input, parser) = ([UInt8](), HeadParser<ResponseHead>())
        var interims = 0
        while true {
            if let (head, length) = try head(in: input, &parser) {
                let isInterim = head.status.isInterim && head.status != .switchingProtocols
                guard isInterim, interims < Limits.interimResponses else { return head }
                interims += 1
                input.removeFirst(length)
                parser = HeadParser()
                continue
            }
            do throws(TransportError) {
                guard try await stream.read(into: &input, atMost: 4096, by: deadline) > 0 else {
                    throw TransportError.closedByPeer
                }
            } catch {
                throw HTTPError(error, proxy: proxy, authority: authority)
            }
        }
    }

    private func head(
        in input: [UInt8], _ parser: inout HeadParser<ResponseHead>
    ) throws(HTTPError) -> (head: ResponseHead, length: Int)? {
        do throws(HTTPError) {
            guard let (head, length) = try parser.parse(input) else { return nil }
            guard length == input.count || !(200...299).contains(head.status.code) else {
                throw .malformed(.startLine)
            }
            return (head, length)
        } catch {
            throw .proxyFailed(proxy: proxy.authority, authority: authority, .unusable(error))
        }
    }
}

extension HTTPError {
    /// What a failure of the connection to a proxy means for a request through it.
    init(_ error: TransportError, proxy: Proxy, authority: String) {
        switch error {
        case .timedOut: self = .timedOut(authority: "\(authority) through the proxy \(proxy.authority)", .connecting)
        case .cancelled: self = .cancelled
        default: self = .proxyFailed(proxy: proxy.authority, authority: authority, .unreachable(error))
        }
    }
}
