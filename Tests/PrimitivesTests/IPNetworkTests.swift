import Primitives
import Testing

@Suite("IPNetwork") struct IPNetworkTests {
    @Test(
        "Holds the addresses that begin as it does",
        arguments: [
            ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.1.2.3/8", "10.9.9.9", true),
            ("192.168.4.0/22", "192.168.7.255", true), ("192.168.4.0/22", "192.168.8.0", false),
            ("127.0.0.1", "127.0.0.1", true), ("127.0.0.1/32", "127.0.0.2", false), ("0.0.0.0/0", "255.1.2.3", true),
            ("fd00::/8", "fdff::1", true), ("fd00::/8", "fe00::1", false), ("fe80::/10", "febf::1", true),
            ("fe80::/10", "fec0::1", false), ("::1", "::1", true), ("::/0", "127.0.0.1", false),
            ("0.0.0.0/0", "::1", false), ("127.0.0.0/8", "::ffff:127.0.0.1", false),
        ])
    func contains(network: String, address: String, isInside: Bool) throws {
        let network = try #require(IPNetwork(network))
        #expect(network.contains(try #require(IPAddress(address))) == isInside)
    }

    @Test(
        "Anything else is no range",
        arguments: [
            "", "/", "10.0.0.0/", "/8", "10.0.0.0/33", "::/129", "10.0.0.0/+8", "10.0.0.0/-1", "10.0.0.0/08",
            "10.0.0.0/8/8", "10.0.0.0/8 ", " 10.0.0.0/8", "10.0.0/8", "10/8", "localhost", "10.0.0.0/255.0.0.0",
            "[::1]", "10.0.0.0/0x8", "fe80::1%eth0/64",
        ])
    func bad(text: String) {
        #expect(IPNetwork(text) == nil)
    }
}

@Suite("IPAddress") struct EmbeddedAddressTests {
    @Test(
        "The IPv4 addresses inside of an IPv6 address are found",
        arguments: [
            ("::ffff:169.254.169.254", "169.254.169.254"), ("::ffff:7f00:1", "127.0.0.1"), ("::127.0.0.1", "127.0.0.1"),
            ("::ffff:0:127.0.0.1", "127.0.0.1"), ("64:ff9b::a9fe:a9fe", "169.254.169.254"),
            ("64:ff9b:1:a9fe:a9:fe00::", "169.254.169.254"), ("64:ff9b:1:ffa9:fe:a9fe::", "169.254.169.254"),
            ("64:ff9b:1:ffff:a9:fea9:fe00:0", "169.254.169.254"), ("64:ff9b:1::127.0.0.1", "127.0.0.1"),
            ("2002:a9fe:a9fe::1", "169.254.169.254"), ("2001:0:7f00:1::", "127.0.0.1"),
            ("2001:0:4136:e378:8000:63bf:5601:5601", "169.254.169.254"),
            ("2001:db8::5efe:127.0.0.1", "127.0.0.1"), ("2001:db8::200:5efe:7f00:1", "127.0.0.1"),
        ])
    func embedded(outer: String, inner: String) throws {
        #expect(try #require(IPAddress(outer)).embeddedIPv4.map(\.description).contains(inner))
    }

    @Test("In other addresses there is none", arguments: ["127.0.0.1", "2001:db8::1", "fd00::7f00:1", "fe80::1"])
    func none(address: String) throws {
        #expect(try #require(IPAddress(address)).embeddedIPv4 == [])
    }
}
