/// Finds a text that could expand without end before it is parsed.
///
/// The parser compares keys, and a key may be an alias of a list of aliases of lists…: comparing it takes time
/// exponential in the number of aliases, before anything here sees a node. So the text is looked at first.
enum AliasScan {
    /// More aliases than this in one text are refused unparsed. As many cannot expand to more than a few hundred
    /// thousand nodes, and where they are meant as text (`*name` in a script), there seldom are as many.
    static let limit = 32

    /// Whether there are more than `limit` words `*name` for which there is a word `&name`, wherever they stand.
    static func findsTooMany(in text: [UInt8]) -> Bool {
        let anchors = Set(names(behind: UInt8(ascii: "&"), in: text))
        guard !anchors.isEmpty else { return false }
        return names(behind: UInt8(ascii: "*"), in: text).count { anchors.contains($0) } > limit
    }

    private static func names(behind mark: UInt8, in text: [UInt8]) -> [ArraySlice<UInt8>] {
        var names: [ArraySlice<UInt8>] = []
        for index in text.indices where text[index] == mark && (index == 0 || mayPrecede(text[index - 1])) {
            let name = text[(index + 1)...].prefix(while: isNameByte)
            if !name.isEmpty { names.append(name) }
        }
        return names
    }

    private static func mayPrecede(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte >= 0x80 || "[{,:?".utf8.contains(byte)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
