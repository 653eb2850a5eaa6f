import Primitives
import Testing

@testable import HTTP

@Suite("SOCKSHandshake") struct SOCKSHandshakeTests {
    private static let account = Proxy.Account(name: "puller", password: Secret("hunter2"))
    private static let consent: [UInt8] = [5, 0, 0, 1, 0, 0, 0, 0, 0, 0]

    private static func handshake(
        host: String = "registry.test", port: UInt16 = 443, account: Proxy.Account? = nil
    ) -> SOCKSHandshake {
        SOCKSHandshake(host: host, port: port, account: account)
    }

    /// What is sent after each of the proxy's messages; nil at the end for its consent.
    private static func conversation(
        _ handshake: SOCKSHandshake, _ messages: [[UInt8]]
    ) throws -> [SOCKSHandshake.Step] {
        var handshake = handshake
        return try messages.map { try handshake.receive($0) }
    }

    @Test(
        "The proxy is told a name as it is, and an address as its bytes, with the port",
        arguments: [
            ("registry.test", 443, [5, 1, 0, 3, 13] + Array("registry.test".utf8) + [1, 0xBB]),
            ("192.0.2.1", 5000, [5, 1, 0, 1, 192, 0, 2, 1, 0x13, 0x88]),
            ("fd00::1", 1, [5, 1, 0, 4, 0xFD] + [UInt8](repeating: 0, count: 14) + [1, 0, 1]),
        ] as [(String, UInt16, [UInt8])])
    func request(host: String, port: UInt16, bytes: [UInt8]) throws {
        let handshake = Self.handshake(host: host, port: port)
        #expect(handshake.greeting == [5, 1, 0])
        #expect(try Self.conversation(handshake, [[5, 0], Self.consent]) == [.send(bytes), .done])
    }

    @Test("A user name is offered, and told to who wants it")
    func named() throws {
        let handshake = Self.handshake(account: Self.account)
        let introduction: [UInt8] = [1, 6] + Array("puller".utf8) + [7] + Array("hunter2".utf8)
        #expect(handshake.greeting == [5, 2, 0, 2])
        let steps = try Self.conversation(handshake, [[5, 2], [1, 0], Self.consent])
        #expect(steps.first == .send(introduction) && steps.last == .done)
        let open = try Self.conversation(handshake, [[5, 0], Self.consent])
        #expect(open == [steps[1], .done])
    }

    @Test(
        "The address in the answer may have any form",
        arguments: [
            consent, [5, 0, 0, 4] + [UInt8](repeating: 7, count: 18), [5, 0, 0, 3, 0, 0, 0],
            [5, 0, 0, 3, 255] + [UInt8](repeating: 7, count: 257),
        ])
    func forms(reply: [UInt8]) throws {
        #expect(try Self.conversation(Self.handshake(), [[5, 0], reply]).last == .done)
    }

    @Test("Asks for more at every prefix of each message, and byte by byte comes to the same end")
    func prefixes() throws {
        let messages: [[UInt8]] = [[5, 2], [1, 0], [5, 0, 0, 3, 4] + Array("name".utf8) + [0, 80]]
        let whole = try Self.conversation(Self.handshake(account: Self.account), messages)
        var handshake = Self.handshake(account: Self.account)
        for (message, step) in zip(messages, whole) {
            for length in 0..<message.count {
                var copy = handshake
                #expect(try copy.receive(message.prefix(length)) == .receive)
            }
            for byte in message.dropLast() { #expect(try handshake.receive([byte]) == .receive) }
            #expect(try handshake.receive(message.suffix(1)) == step)
        }
    }

    @Test(
        "Everything else is refused at the first byte that is wrong",
        arguments: [
            ([[4]], .otherProtocol), ([Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)], .otherProtocol),
            ([[5, 0xFF]], .accountMissing), ([[5, 2]], .malformedReply), ([[5, 1]], .malformedReply),
            ([[5, 0, 5]], .talkative), ([[5, 0], consent + [0x16]], .talkative), ([[5, 0], [4]], .otherProtocol),
            ([[5, 0], [5, 0, 1]], .malformedReply), ([[5, 0], [5, 0, 0, 2, 0]], .malformedReply),
            ([[5, 0], [5, 1]], .refused(.failure)), ([[5, 0], [5, 2]], .refused(.notAllowed)),
            ([[5, 0], [5, 3]], .refused(.networkUnreachable)), ([[5, 0], [5, 4]], .refused(.hostUnreachable)),
            ([[5, 0], [5, 5, 0, 1, 0, 0, 0, 0, 0, 0]], .refused(.connectionRefused)),
            ([[5, 0], [5, 6]], .refused(.timeToLiveExpired)), ([[5, 0], [5, 7]], .refused(.commandNotSupported)),
            ([[5, 0], [5, 8]], .refused(.addressTypeNotSupported)), ([[5, 0], [5, 200]], .refused(.unassigned(200))),
        ] as [([[UInt8]], SOCKSFault)])
    func bad(messages: [[UInt8]], fault: SOCKSFault) {
        #expect(throws: fault) { try Self.conversation(Self.handshake(), messages) }
    }

    @Test(
        "With a user name, too",
        arguments: [
            ([[5, 0xFF]], .noCommonMethod), ([[5, 1]], .malformedReply), ([[5, 2], [1, 1]], .accountRefused),
            ([[5, 2], [1, 0xFF]], .accountRefused), ([[5, 2], [5, 0]], .otherProtocol),
            ([[5, 2], [1, 0, 5]], .talkative),
        ] as [([[UInt8]], SOCKSFault)])
    func badAccount(messages: [[UInt8]], fault: SOCKSFault) {
        #expect(throws: fault) { try Self.conversation(Self.handshake(account: Self.account), messages) }
        #expect(!"\(fault)".contains("hunter2"))
    }
}
