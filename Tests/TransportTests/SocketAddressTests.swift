import Primitives
import Testing
import Transport

@Suite("SocketAddress")
struct SocketAddressTests {
    @Test(
        "an address and a port are read and printed",
        arguments: [
            "127.0.0.1:0", "0.0.0.0:8000", "[::]:8443", "[::1]:65535", "[2001:db8::1]:443",
        ])
    func good(text: String) {
        #expect(SocketAddress(text)?.description == text)
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", ":", ":8000", "localhost:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+80",
            "127.0.0.1:-1",
            "::1:80", "[::1]", "[127.0.0.1]:80", "[]:80", "127.1:80", "127.0.0.1:8o", "[::1]:80 ", "[::1%lo]:80",
        ])
    func bad(text: String) {
        #expect(SocketAddress(text) == nil)
    }
}
