import Primitives
import Testing

@Suite("Hex")
struct HexTests {
    @Test("writes and reads every byte in both cases")
    func roundTrips() {
        let all = [UInt8](0...255)
        #expect(Hex.encode([0x00, 0x0A, 0xBC, 0xFF]) == "000abcff")
        #expect(Hex.encodeUpper([0x00, 0x0A, 0xBC, 0xFF]) == "000ABCFF")
        #expect(Hex.decode(Hex.encode(all)) == all)
        #expect(Hex.decode(Hex.encodeUpper(all)) == all)
        #expect(Hex.decode("aBcD") == [0xAB, 0xCD])
        #expect(Hex.decode("") == [])
        #expect(Hex.encode([]) == "")
    }

    @Test(
        "refuses anything but pairs of digits",
        arguments: [
            "a", "abc", "0g", "g0", " ab", "ab ", "a b", "0x12", "+1", "-1", "ab\n", "é", "\u{FF11}\u{FF12}",
            "a\u{301}b",
        ])
    func refuses(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
