import Primitives
import Testing

@testable import OpenPGP

@Suite struct ArmorTests {
    @Test("The checksum of nothing and of nine digits is the published one")
    func computesTheChecksum() {
        #expect(Armor.checksum([]) == 0xB7_04CE)
        #expect(Armor.checksum(Array("123456789".utf8)) == 0x21_CF02)
    }

    @Test("A block is read, whatever surrounds its lines", arguments: goodBlocks)
    func readsBlocks(row: Case<String>) {
        #expect(
            Armor.blocks(in: Array(row.input.utf8)) == [
                .success(Armor.Block(label: "PGP PUBLIC KEY BLOCK", bytes: Array("123456789".utf8)))
            ])
    }

    @Test("A broken block says what is wrong", arguments: badBlocks)
    func explainsBrokenBlocks(row: Case<String>) {
        let faults = Armor.blocks(in: Array(row.input.utf8)).map { "\($0)" }
        #expect(faults == ["failure(\(row.expected))"])
    }

    @Test("A block that a second one interrupts does not take it along")
    func readsOnAfterACutBlock() {
        let blocks = Armor.blocks(in: Array("\(begin)\n\nMTIz\n\(whole)".utf8))
        #expect(blocks.count == 2)
        #expect(blocks.first == .failure(.noEnd))
        #expect(blocks.last == .success(Armor.Block(label: "PGP PUBLIC KEY BLOCK", bytes: Array("123456789".utf8))))
    }

    private static let goodBlocks: [Case<String>] = [
        Case("plain", "", whole),
        Case("a checksum", "", "\(begin)\n\nMTIzNDU2Nzg5\n=Ic8C\n\(end)\n"),
        Case("headers", "", "\(begin)\nVersion: 1\nComment: a: b\n\nMTIzNDU2Nzg5\n\(end)"),
        Case("an empty line of blanks", "", "\(begin)\n \t\nMTIzNDU2Nzg5\n\(end)"),
        Case("blanks behind the lines", "", "\(begin)  \r\n\r\nMTIzNDU2 \r\nNzg5\t\r\n=Ic8C \r\n\(end) \r\n"),
        Case("an empty line inside", "", "\(begin)\n\nMTIz\n\nNDU2Nzg5\n\(end)"),
        Case("text around it", "", "A key:\n\(whole)\nthat was it -----"),
    ]

    private static let badBlocks: [Case<String>] = [
        Case("no end", "the armor has no END line; it was cut", "\(begin)\n\nMTIz"),
        Case("only the beginning", "the armor has no END line; it was cut", begin),
        Case(
            "the end of another", "the END line of the armor does not match its BEGIN line",
            "\(begin)\n\nMTIz\n-----END PGP MESSAGE-----"),
        Case(
            "no empty line", "the armor has no empty line between its header and the data",
            "\(begin)\nMTIz\n\(end)"),
        Case("not base64", "the armored data is not base64", "\(begin)\n\nMT!z\n\(end)"),
        Case("a dash-escaped line", "the armored data is not base64", "\(begin)\n\n- MTIz\n\(end)"),
        Case("data behind the checksum", "the armored data is not base64", "\(begin)\n\nMTIz\n=AAAA\nMTIz\n\(end)"),
        Case(
            "a wrong checksum", "the armored data does not match its checksum; it was changed",
            "\(begin)\n\nMTIz\n=AAAA\n\(end)"),
    ]

    private static let begin = "-----BEGIN PGP PUBLIC KEY BLOCK-----"
    private static let end = "-----END PGP PUBLIC KEY BLOCK-----"
    private static let whole = "\(begin)\n\nMTIzNDU2Nzg5\n\(end)\n"
    private var begin: String { Self.begin }
    private var whole: String { Self.whole }
}
