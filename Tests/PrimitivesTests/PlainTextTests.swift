import Primitives
import Testing

@Suite("PlainText")
struct PlainTextTests {
    @Test(
        "is one line that prints, whatever came from outside",
        arguments: [
            ("", ""), ("nginx:1", "nginx:1"), ("a\nb", "a b"), ("a\r\n\t b", "a b"), ("\n a \n", "a"),
            ("\u{1B}[31mred\u{1B}[0m", "[31mred [0m"), ("a\u{202E}b\u{2028}c\u{0}d\u{A0}e", "a b c d e"),
            ("é語𝄞", "é語𝄞"), ("\u{FEFF}a\u{200B}", "a"), ("a b", "a b"), (" a", "a"), ("a ", "a"), ("a  b", "a b"),
            (" ", ""),
        ])
    func makesOneLine(_ text: String, plain: String) {
        #expect(PlainText.make(from: text, limit: 100) == plain)
        #expect(PlainText.make(from: Array(text.utf8), limit: 100) == plain)
    }

    @Test("is cut behind its limit, which an ellipsis shows")
    func isCut() {
        #expect(PlainText.make(from: "abcd", limit: 4) == "abcd")
        #expect(PlainText.make(from: "abcde", limit: 4) == "abcd…")
        #expect(PlainText.make(from: [UInt8](repeating: 0x61, count: 1 << 20), limit: 4) == "aaaa…")
        #expect(PlainText.make(from: [0xFF, 0x61], limit: 4) == "\u{FFFD}a")
    }
}
