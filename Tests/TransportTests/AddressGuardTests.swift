import Primitives
import Testing
import Transport

@Suite("AddressGuard", .timeLimit(.minutes(1)))
struct AddressGuardTests {
    private static func reason(_ text: String, in guarded: AddressGuard) throws -> AddressGuard.Reason? {
        let server = guarded.apiServer.flatMap(IPAddress.init).map { [$0] } ?? []
        return guarded.refusal(of: try #require(IPAddress(text)), apiServer: server)
    }

    @Test(
        "What no registry has is refused always, also in its IPv6 forms",
        arguments: [
            ("169.254.169.254", AddressGuard.Reason.metadata), ("fd00:ec2::254", .metadata),
            ("100.100.100.200", .metadata), ("168.63.129.16", .metadata), ("::ffff:169.254.169.254", .metadata),
            ("64:ff9b::a9fe:a9fe", .metadata), ("2002:a9fe:a9fe::", .metadata), ("169.254.1.1", .linkLocal),
            ("fe80::1", .linkLocal), ("::ffff:169.254.0.1", .linkLocal), ("0.0.0.0", .unspecified),
            ("0.1.2.3", .unspecified), ("::", .unspecified), ("::ffff:0.0.0.0", .unspecified),
            ("224.0.0.1", .multicast), ("239.255.255.255", .multicast), ("ff02::1", .multicast),
            ("255.255.255.255", .broadcast),
        ])
    func always(address: String, reason: AddressGuard.Reason) throws {
        let everywhere = ["0.0.0.0/0", "::/0"].compactMap(IPNetwork.init)
        #expect(try Self.reason(address, in: AddressGuard()) == reason)
        #expect(try Self.reason(address, in: AddressGuard(apiServer: "10.96.0.1", allowing: everywhere)) == reason)
    }

    @Test(
        "Loopback and the API server are refused in a pod, and allowed by name",
        arguments: [
            ("127.0.0.1", "127.0.0.0/8", AddressGuard.Reason.loopback), ("127.9.9.9", "127.0.0.0/8", .loopback),
            ("::1", "::1", .loopback), ("::ffff:127.0.0.1", "127.0.0.1", .loopback),
            ("64:ff9b::7f00:1", "127.0.0.1", .loopback), ("10.96.0.1", "10.96.0.1", .apiServer),
            ("::ffff:10.96.0.1", "10.96.0.1/32", .apiServer),
        ])
    func inPod(address: String, network: String, reason: AddressGuard.Reason) throws {
        let allowed = try #require(IPNetwork(network))
        #expect(try Self.reason(address, in: AddressGuard(apiServer: "10.96.0.1")) == reason)
        #expect(try Self.reason(address, in: AddressGuard(apiServer: "10.96.0.1", allowing: [allowed])) == nil)
        #expect(try Self.reason(address, in: AddressGuard()) == nil)
    }

    @Test(
        "Public and private addresses are let through",
        arguments: [
            "10.0.0.5", "172.16.0.1", "192.168.1.1", "100.64.0.1", "240.0.0.1", "1.1.1.1", "fd00::1", "2606::1",
        ])
    func free(address: String) throws {
        #expect(try Self.reason(address, in: AddressGuard(apiServer: "10.96.0.1")) == nil)
    }

    @Test("The connector refuses before it connects, for literals, names, and names of the API server")
    func connector() async throws {
        let reactor = try Reactor()
        defer { reactor.shutDown() }
        let listener = try Listener(on: try #require(SocketAddress("127.0.0.1:0")), reactor: reactor)
        let (port, resolver) = (listener.localAddress.port, Resolver(threads: BlockingThreads(threads: 1)))
        for host in ["127.0.0.1", "localhost"] {
            for apiServer in ["10.96.0.1", "localhost"] {
                let connector = Connector(
                    reactor: reactor, resolver: resolver, addressGuard: AddressGuard(apiServer: apiServer))
                let error = await #expect(throws: TransportError.self) {
                    try await connector.connect(host: host, port: port, tls: nil, by: .after(.seconds(20))).close()
                }
                guard case .addressRefused(_, .loopback) = error else {
                    Issue.record("\(host): \(String(describing: error))")
                    continue
                }
            }
        }
        let open = Connector(reactor: reactor, resolver: resolver)
        try await open.connect(host: "127.0.0.1", port: port, tls: nil, by: .after(.seconds(20))).close()
    }

    @Test("An API server that is given by name is guarded at its addresses")
    func namedServer() async throws {
        let reactor = try Reactor()
        defer { reactor.shutDown() }
        let connector = Connector(
            reactor: reactor, resolver: Resolver(threads: BlockingThreads(threads: 1)),
            addressGuard: AddressGuard(apiServer: "no-such-host.invalid"))
        // Which address must not be asked is not known, so none is.
        await #expect(throws: TransportError.self) {
            try await connector.connect(host: "10.255.255.1", port: 1, tls: nil, by: .after(.seconds(20))).close()
        }
    }

    @Test("The text says how to allow what can be allowed")
    func text() {
        let loopback = TransportError.addressRefused(address: "127.0.0.1", .loopback)
        #expect(
            loopback.description
                == "127.0.0.1 is a loopback address, which is not asked; allow it with --allow-address 127.0.0.1")
        let metadata = TransportError.addressRefused(address: "169.254.169.254", .metadata)
        #expect(metadata.description == "169.254.169.254 is a cloud's metadata service, which is not asked")
    }
}
