/// A pattern and the simplest way to match it, by a table of what covers what: slow, and easy to believe.
struct PlainPattern {
    private let pattern: [UInt8]

    init(_ text: String) {
        pattern = Array(text.utf8)
    }

    /// Whether the pattern covers the image, host and path apart, and the path with any tag.
    func matches(_ image: String) -> Bool {
        let image = Array(image.utf8)
        guard let slash = pattern.firstIndex(of: Self.slash) else { return Self.coversPath(pattern, image) }
        guard let imageSlash = image.firstIndex(of: Self.slash) else { return false }
        return Self.covers(Array(pattern[..<slash]), Array(image[..<imageSlash]))
            && Self.coversPath(Array(pattern[(slash + 1)...]), Array(image[(imageSlash + 1)...]))
    }

    private static let slash = UInt8(ascii: "/")

    private static func coversPath(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        covers(pattern, text) || covers(pattern + Array(":*".utf8), text)
    }

    private static func covers(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        // Whether the pattern so far covers the first 0, 1, 2... bytes of the text.
        var covered = [Bool](repeating: false, count: text.count + 1)
        covered[0] = true
        for byte in pattern {
            if byte == UInt8(ascii: "*") {
                for index in text.indices where covered[index] { covered[index + 1] = true }
            } else {
                for index in text.indices.reversed() { covered[index + 1] = covered[index] && text[index] == byte }
                covered[0] = false
            }
        }
        return covered[text.count]
    }
}
