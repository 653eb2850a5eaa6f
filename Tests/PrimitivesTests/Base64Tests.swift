import Primitives
import Testing

@Suite("Base64")
struct Base64Tests {
    /// RFC 4648 §10, and the last two characters of the alphabet.
    private static let vectors: [(String, String)] = [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"), ("??>", "Pz8+"), ("???", "Pz8/"),
    ]

    @Test("writes and reads the vectors of RFC 4648", arguments: vectors)
    func readsVectors(_ text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }

    @Test("reads back what it writes, at every length")
    func roundTrips() {
        let all = [UInt8](0...255)
        for length in 0...256 {
            let bytes = Array(all.prefix(length))
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
    }

    @Test(
        "refuses missing, surplus and misplaced padding",
        arguments: [
            "Z", "Zg", "Zg=", "Zm8", "Zg===", "Zm8==", "Zm9v=", "Zm9v==", "Zm9v====", "=", "==", "====", "=Zg=", "Z=g=",
            "Zg==Zg==", "Zg==Zm9v", "Z===",
        ])
    func refusesPadding(_ text: String) {
        #expect(Base64.decode(text) == nil)
        #expect(Base64.decode(text, ignoringWhitespace: true) == nil)
    }

    @Test("refuses stray bits behind the last byte", arguments: ["Zh==", "Zv==", "Z/==", "Zm9=", "Zm+="])
    func refusesStrayBits(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test("refuses characters outside the alphabet", arguments: ["Zm9-", "Zm9_", "Zm9*", "Zm9\0", "Zm9é", "Zm9v,Zm9v"])
    func refusesCharacters(_ text: String) {
        #expect(Base64.decode(text) == nil)
        #expect(Base64.decode(text, ignoringWhitespace: true) == nil)
    }

    @Test("skips white space only when asked", arguments: ["Zm9v\n", " Zm9v", "Zm\r\n9v", "Z\tm9v", "Zg=\n="])
    func skipsWhitespace(_ text: String) {
        #expect(Base64.decode(text) == nil)
        #expect(Base64.decode(text, ignoringWhitespace: true) != nil)
    }
}
