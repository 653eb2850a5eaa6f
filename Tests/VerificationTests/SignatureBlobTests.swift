import Primitives
import Testing
import Verification

@Suite("SignatureBlob")
struct SignatureBlobTests {
    /// RFC 4880 §4.2: the tags of compressed data, one-pass signature and signature.
    private static let starts: [UInt8] = [
        0xA0, 0xA1, 0xA2, 0xA3, 0xC8, 0x90, 0x91, 0x92, 0xC4, 0x88, 0x89, 0x8A, 0x8B, 0xC2,
    ]

    @Test("takes what begins like a signed message, as it stands", arguments: starts)
    func takesMessages(_ first: UInt8) throws {
        #expect(try SignatureBlob(parsing: [first]) == .simpleSigning([first]))
        #expect(try SignatureBlob(parsing: [first, 0, 10, 255]) == .simpleSigning([first, 0, 10, 255]))
    }

    @Test("condemns every other first byte", arguments: Set<UInt8>(1...255).subtracting(starts).sorted())
    func refusesOtherStarts(_ first: UInt8) {
        let error = SignatureBlobError.unrecognizedStart(first)
        #expect(throws: error) { try SignatureBlob(parsing: [first, 0xA3]) }
        #expect(error.description == "unrecognized signature format, starting with binary 0x\(Hex.encode([first]))")
    }

    @Test(
        "condemns what an attacker or an accident puts in a signature's place",
        arguments: [
            ("-----BEGIN PGP MESSAGE-----", 0x2D), ("-----BEGIN PGP SIGNED MESSAGE-----", 0x2D),
            ("<!DOCTYPE html>", 0x3C),
            ("{\"critical\":{}}", 0x7B), ("not found\n", 0x6E), ("\n\u{A3}", 0x0A), ("simple-signing\n", 0x73),
        ] as [(String, UInt8)])
    func refusesText(_ text: String, first: UInt8) {
        #expect(throws: SignatureBlobError.unrecognizedStart(first)) { try SignatureBlob(parsing: Array(text.utf8)) }
    }

    @Test("condemns an empty file")
    func refusesEmpty() {
        #expect(throws: SignatureBlobError.empty) { try SignatureBlob(parsing: []) }
    }

    @Test("takes the wrapper off, whatever is in it")
    func unwraps() throws {
        let wrapper = Array("\0simple-signing\n".utf8)
        #expect(try SignatureBlob(parsing: wrapper + [0xA3, 0x0A, 0]) == .simpleSigning([0xA3, 0x0A, 0]))
        #expect(try SignatureBlob(parsing: wrapper) == .simpleSigning([]))
        #expect(try SignatureBlob(parsing: wrapper + wrapper) == .simpleSigning(wrapper))
        #expect(try SignatureBlob(parsing: Array("\0sigstore-json\n{}".utf8)) == .sigstore)
        #expect(try SignatureBlob(parsing: Array("\0sigstore-json\n".utf8)) == .sigstore)
    }

    @Test(
        "condemns other formats by their name",
        arguments: [
            ("", ""), ("simple-signing ", "simple-signing"), ("Simple-Signing", "Simple-Signing"),
            ("simple-signing\r", "simple-signing"), ("simple-signin", "simple-signin"), ("sigstore", "sigstore"),
            ("\0simple-signing", "simple-signing"), ("é", "é"), ("\u{1B}[2J", "[2J"),
            (String(repeating: "x", count: 1000), String(repeating: "x", count: 64) + "…"),
        ])
    func refusesOtherFormats(_ name: String, printed: String) {
        let error = SignatureBlobError.unrecognizedFormat(printed)
        #expect(throws: error) { try SignatureBlob(parsing: Array("\0\(name)\n".utf8) + [0xA3]) }
        #expect(error.description == "unrecognized signature format \"\(printed)\"")
    }

    @Test("condemns a wrapper that is cut short")
    func refusesTruncation() {
        let wrapper = Array("\0simple-signing".utf8)
        for length in 1...wrapper.count {
            #expect(throws: SignatureBlobError.unendedFormatName) {
                try SignatureBlob(parsing: Array(wrapper.prefix(length)))
            }
        }
    }
}
