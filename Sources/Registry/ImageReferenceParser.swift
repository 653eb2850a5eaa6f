internal import Primitives

/// The grammar of image references, read from left to right in one pass.
///
/// Texts are looked at in place, by their offsets: a review reads the names of all images of its object, and a copy of each
/// part would cost more than the reading.
enum ImageReferenceParser {
    /// Bytes of a name, its registry included.
    static let longestName = 255
    static let longestTag = 128

    static func parse(_ text: Span<UInt8>) throws(ImageReference.Problem) -> ImageReference {
        guard !text.isEmpty else { throw .empty }
        guard areAll(text, in: 0..<text.count, { $0 < 0x80 }) else { throw .notASCII }
        guard text.count != 64 || !areAll(text, in: 0..<64, ImageDigest.isLowerCaseHex) else { throw .bareIdentifier }
        let (domain, start) = try parseDomain(text)
        let rest = start..<text.count
        guard areAll(text, in: start..<end(of: text, in: rest, before: { $0 == colon }), { !isUpperCase($0) }) else {
            throw .upperCase
        }
        let repository = start..<end(of: text, in: rest, before: { $0 == colon || $0 == at })
        guard areAll(partsOf: text, in: repository, between: slash, isPathComponent) else { throw .path }
        var path = string(text, repository)
        if domain == ImageReference.dockerHub, areAll(text, in: repository, { $0 != slash }) {
            path = "library/" + path
        }
        let length = domain.utf8.count + 1 + path.utf8.count
        guard length <= longestName else { throw .tooLong(bytes: length) }
        let (tag, digest) = try parseVersion(text, from: repository.upperBound)
        return ImageReference(domain: domain, path: path, tag: tag, digest: digest)
    }

    /// Splits at the first slash. What stands before it is a registry if it has a dot or a colon or is `localhost`;
    /// otherwise the whole text is a name on Docker Hub.
    private static func parseDomain(
        _ text: Span<UInt8>
    ) throws(ImageReference.Problem) -> (domain: String, rest: Int) {
        let head = 0..<end(of: text, in: 0..<text.count, before: { $0 == slash })
        guard head.upperBound < text.count else { return (ImageReference.dockerHub, 0) }
        let domain = string(text, head)
        guard !areAll(text, in: head, { $0 != dot && $0 != colon }) || domain == "localhost" else {
            return (ImageReference.dockerHub, 0)
        }
        guard isDomain(text, head) else { throw .host }
        return (domain == "index.docker.io" ? ImageReference.dockerHub : domain, head.upperBound + 1)
    }

    /// Reads `[:tag][@digest]` to the end.
    private static func parseVersion(
        _ text: Span<UInt8>, from start: Int
    ) throws(ImageReference.Problem) -> (tag: String?, digest: ImageDigest?) {
        var rest = start..<text.count
        var tag: String?
        if !rest.isEmpty, text[start] == colon {
            let word = start + 1..<end(of: text, in: start + 1..<text.count, before: { $0 == at })
            guard isTag(text, word) else { throw .tag }
            tag = string(text, word)
            rest = word.upperBound..<text.count
        }
        guard !rest.isEmpty else { return (tag, nil) }
        do throws(ImageDigest.Problem) {
            return (tag, try ImageDigest.parse(text.extracting(rest.dropFirst())))
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
        let host = range.lowerBound..<end(of: text, in: range, before: { $0 == colon })
        let port = host.upperBound..<range.upperBound
        guard port.isEmpty || port.count > 1 && areAll(text, in: port.dropFirst(), isDigit) else { return false }
        return areAll(partsOf: text, in: host, between: dot, isLabel)
    }

    private static func isLabel(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = range.first, let last = range.last else { return false }
        return text[first] != dash && text[last] != dash
            && areAll(text, in: range) { isAlphanumeric($0) || $0 == dash }
    }

    /// Runs of lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
    private static func isPathComponent(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        while true {
            let word = start..<end(of: text, in: start..<range.upperBound) { !isDigit($0) && !isLowerCase($0) }
            guard !word.isEmpty else { return false }
            start = word.upperBound
            if start == range.upperBound { return true }
            let first = text[start]
            let separator = start..<end(of: text, in: start..<range.upperBound) { $0 != first }
            switch first {
            case dash: break
            case underscore where separator.count <= 2: break
            case dot where separator.count == 1: break
            default: return false
            }
            start = separator.upperBound
        }
    }

    private static func isTag(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard (1...longestTag).contains(range.count), text[range.lowerBound] != dot, text[range.lowerBound] != dash
        else { return false }
        return areAll(text, in: range) { isAlphanumeric($0) || $0 == underscore || $0 == dot || $0 == dash }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLowerCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isUpperCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLowerCase(byte) || isUpperCase(byte)
    }
}

// What is asked of the bytes of a range.
extension ImageReferenceParser {
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

    /// Whether all parts between separators, also empty ones, have a property.
    private static func areAll(
        partsOf text: Span<UInt8>, in range: Range<Int>, between separator: UInt8,
        _ property: (Span<UInt8>, Range<Int>) -> Bool
    ) -> Bool {
        var start = range.lowerBound
        while true {
            let end = end(of: text, in: start..<range.upperBound) { $0 == separator }
            guard property(text, start..<end) else { return false }
            if end == range.upperBound { return true }
            start = end + 1
        }
    }

    /// The text of a range; it is ASCII.
    private static func string(_ text: Span<UInt8>, _ range: Range<Int>) -> String {
        String(text: text.extracting(range))
    }
}
