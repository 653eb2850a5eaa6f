internal import Primitives

/// The grammar of image references, read from left to right in one pass.
///
/// Texts are looked at in place, by their offsets: a review reads the names of all images of its object, and a copy of each
/// part would cost more than the reading.
enum ImageReferenceParser {
    /// Bytes of a name, its registry included.
    static let longestName = 255
    static let longestTag = 128

    /// Where the parts of a reference stand.
    struct Parts {
        /// Nil for Docker Hub.
        var domain: Range<Int>?
        var path: Range<Int>
        var tag: Range<Int>?
        var digest: Range<Int>?
    }

    static func parse(_ text: Span<UInt8>) throws(ImageReference.Problem) -> ImageReference {
        let parts = try scan(text)
        let domain = parts.domain.map { string(text, $0) }
        let digest: ImageDigest?
        do throws(ImageDigest.Problem) {
            digest = if let range = parts.digest { try ImageDigest.parse(text.extracting(range)) } else { nil }
        } catch {
            throw .digest(error)
        }
        return ImageReference(
            domain: domain ?? ImageReference.dockerHub,
            path: (isOfficial(text, parts) ? library : "") + string(text, parts.path),
            tag: parts.tag.map { string(text, $0) }, digest: digest)
    }

    /// Finds the parts, without making anything of them.
    ///
    /// - Throws: what `parse` throws.
    static func scan(_ text: Span<UInt8>) throws(ImageReference.Problem) -> Parts {
        guard !text.isEmpty else { throw .empty }
        guard isASCII(text) else { throw .notASCII }
        guard text.count != 64 || !areAll(text, in: 0..<64, ImageDigest.isLowerCaseHex) else { throw .bareIdentifier }
        let (domain, start) = try scanDomain(text)
        guard let end = endOfPath(in: text, from: start), !hasUpperCase(text, beforeColonFrom: end) else {
            throw hasUpperCase(text, beforeColonFrom: start) ? .upperCase : .path
        }
        let path = start..<end
        var parts = Parts(domain: domain, path: path)
        let length =
            (domain?.count ?? ImageReference.dockerHub.utf8.count) + 1
            + (isOfficial(text, parts) ? library.utf8.count : 0) + path.count
        guard length <= longestName else { throw .tooLong(bytes: length) }
        try scanVersion(text, from: path.upperBound, into: &parts)
        return parts
    }

    /// What stands before the names of Docker Hub's own images, and is left out.
    private static var library: String { "library/" }

    private static func isOfficial(_ text: Span<UInt8>, _ parts: Parts) -> Bool {
        parts.domain == nil && areAll(text, in: parts.path) { $0 != slash }
    }

    /// Splits at the first slash. What stands before it is a registry if it has a dot or a colon or is `localhost`;
    /// otherwise the whole text is a name on Docker Hub.
    private static func scanDomain(
        _ text: Span<UInt8>
    ) throws(ImageReference.Problem) -> (domain: Range<Int>?, rest: Int) {
        let head = 0..<end(of: text, in: 0..<text.count, before: { $0 == slash })
        guard head.upperBound < text.count,
            !areAll(text, in: head, { $0 != dot && $0 != colon }) || text.extracting(head).isText("localhost")
        else { return (nil, 0) }
        guard isDomain(text, head) else { throw .host }
        let host = text.extracting(head)
        let isHub = host.isText(ImageReference.dockerHub) || host.isText("index.docker.io")
        return (isHub ? nil : head, head.upperBound + 1)
    }

    /// Reads `[:tag][@digest]` to the end.
    private static func scanVersion(
        _ text: Span<UInt8>, from start: Int, into parts: inout Parts
    ) throws(ImageReference.Problem) {
        var rest = start..<text.count
        if !rest.isEmpty, text[start] == colon {
            let word = start + 1..<end(of: text, in: start + 1..<text.count, before: { !isTagByte($0) })
            guard isTag(text, word), word.upperBound == text.count || text[word.upperBound] == at else { throw .tag }
            parts.tag = word
            rest = word.upperBound..<text.count
        }
        guard !rest.isEmpty else { return }
        parts.digest = rest.dropFirst()
        do throws(ImageDigest.Problem) {
            try ImageDigest.check(text.extracting(rest.dropFirst()))
        } catch {
            throw .digest(error)
        }
    }
}

// The words of the grammar.
extension ImageReferenceParser {
    private static var colon: UInt8 { UInt8(ascii: ":") }
    private static var slash: UInt8 { UInt8(ascii: "/") }
    private static var dot: UInt8 { UInt8(ascii: ".") }
    private static var at: UInt8 { UInt8(ascii: "@") }
    private static var dash: UInt8 { UInt8(ascii: "-") }
    private static var underscore: UInt8 { UInt8(ascii: "_") }

    /// `label(.label)*[:digits]`; the range of the port is not the grammar's concern.
    private static func isDomain(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        while true {
            let end = end(of: text, in: start..<range.upperBound, before: { !isAlphanumeric($0) && $0 != dash })
            guard end > start, text[start] != dash, text[end - 1] != dash else { return false }
            if end == range.upperBound { return true }
            start = end + 1
            if text[end] == colon {
                return start < range.upperBound && areAll(text, in: start..<range.upperBound, isDigit)
            }
            guard text[end] == dot else { return false }
        }
    }

    /// Components with a slash between them: runs of lower-case letters and digits, with `.`, `_`, `__` or any number of
    /// `-` between them. The path ends at a colon, an at sign or with the text; nil when it is none.
    private static func endOfPath(in text: Span<UInt8>, from start: Int) -> Int? {
        var start = start
        while true {
            let end = end(of: text, in: start..<text.count) { !isDigit($0) && !isLowerCase($0) }
            guard end > start else { return nil }
            guard end < text.count else { return end }
            switch text[end] {
            case colon, at: return end
            case slash, dot: start = end + 1
            case underscore: start = end + (end + 1 < text.count && text[end + 1] == underscore ? 2 : 1)
            case dash: start = self.end(of: text, in: end..<text.count) { $0 != dash }
            default: return nil
            }
        }
    }

    /// Whether there is a capital between an offset and the next colon, or the end.
    private static func hasUpperCase(_ text: Span<UInt8>, beforeColonFrom start: Int) -> Bool {
        let end = end(of: text, in: start..<text.count) { isUpperCase($0) || $0 == colon }
        return end < text.count && text[end] != colon
    }

    private static func isTag(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        (1...longestTag).contains(range.count) && text[range.lowerBound] != dot && text[range.lowerBound] != dash
    }

    private static func isTagByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == underscore || byte == dot || byte == dash
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLowerCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isUpperCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLowerCase(byte | 0x20) }
}

// What is asked of the bytes of a range.
extension ImageReferenceParser {
    private static func isASCII(_ text: Span<UInt8>) -> Bool {
        var (seen, offset) = (UInt64(0), 0)
        while offset + 8 <= text.count {
            seen |= unsafe text.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            offset += 8
        }
        while offset < text.count {
            seen |= UInt64(text[offset])
            offset += 1
        }
        return seen & 0x8080_8080_8080_8080 == 0
    }

    @inline(always)
    private static func areAll(_ text: Span<UInt8>, in range: Range<Int>, _ property: (UInt8) -> Bool) -> Bool {
        end(of: text, in: range, before: { !property($0) }) == range.upperBound
    }

    /// The offset of the first byte with a property, or the end of the range.
    @inline(always)
    private static func end(of text: Span<UInt8>, in range: Range<Int>, before property: (UInt8) -> Bool) -> Int {
        for offset in range where property(text[offset]) { return offset }
        return range.upperBound
    }

    /// The text of a range; it is ASCII.
    private static func string(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        String(text: text.extracting(range))
    }
}
