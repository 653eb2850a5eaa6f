/// The grammar of image references, read from left to right in one pass.
enum ImageReferenceParser {
    /// Bytes of a name, its registry included.
    static let longestName = 255
    static let longestTag = 128

    static func parse(_ text: ArraySlice<UInt8>) throws(ImageReference.Problem) -> ImageReference {
        guard !text.isEmpty else { throw .empty }
        guard text.allSatisfy({ $0 < 0x80 }) else { throw .notASCII }
        guard text.count != 64 || !text.allSatisfy(ImageDigest.isLowerCaseHex) else { throw .bareIdentifier }
        let (domain, rest) = try splitDomain(text)
        guard !rest.prefix(while: { $0 != colon }).contains(where: isUpperCase) else { throw .upperCase }

        let repository = rest.prefix { $0 != colon && $0 != at }
        guard isPath(repository) else { throw .path }
        var path = String(decoding: repository, as: UTF8.self)
        if domain == ImageReference.dockerHub, !repository.contains(slash) { path = "library/" + path }
        let length = domain.utf8.count + 1 + path.utf8.count
        guard length <= longestName else { throw .tooLong(bytes: length) }
        let (tag, digest) = try parseVersion(rest[repository.endIndex...])
        return ImageReference(domain: domain, path: path, tag: tag, digest: digest)
    }

    /// Splits at the first slash. What stands before it is a registry if it has a dot or a colon or is `localhost`;
    /// otherwise the whole text is a name on Docker Hub.
    private static func splitDomain(
        _ text: ArraySlice<UInt8>
    ) throws(ImageReference.Problem) -> (domain: String, rest: ArraySlice<UInt8>) {
        guard let end = text.firstIndex(of: slash) else { return (ImageReference.dockerHub, text) }
        let head = text[..<end]
        guard head.contains(dot) || head.contains(colon) || head.elementsEqual("localhost".utf8) else {
            return (ImageReference.dockerHub, text)
        }
        guard isDomain(head) else { throw .host }
        let domain = String(decoding: head, as: UTF8.self)
        return (domain == "index.docker.io" ? ImageReference.dockerHub : domain, text[(end + 1)...])
    }

    /// Reads `[:tag][@digest]` to the end.
    private static func parseVersion(
        _ text: ArraySlice<UInt8>
    ) throws(ImageReference.Problem) -> (tag: String?, digest: ImageDigest?) {
        var rest = text
        var tag: String?
        if rest.first == colon {
            let word = rest.dropFirst().prefix { $0 != at }
            guard isTag(word) else { throw .tag }
            tag = String(decoding: word, as: UTF8.self)
            rest = rest[word.endIndex...]
        }
        guard !rest.isEmpty else { return (tag, nil) }
        do throws(ImageDigest.Problem) {
            return (tag, try ImageDigest.parse(rest.dropFirst()))
        } catch {
            throw .digest(error)
        }
    }
}

// The words of the grammar.
extension ImageReferenceParser {
    private static let colon = UInt8(ascii: ":")
    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")
    private static let at = UInt8(ascii: "@")
    private static let dash = UInt8(ascii: "-")
    private static let underscore = UInt8(ascii: "_")

    /// `label(.label)*[:digits]`; the range of the port is not the grammar's concern.
    private static func isDomain(_ text: ArraySlice<UInt8>) -> Bool {
        let host = text.prefix { $0 != colon }
        let port = text[host.endIndex...]
        guard port.isEmpty || port.count > 1 && port.dropFirst().allSatisfy(isDigit) else { return false }
        return areAll(partsOf: host, between: dot, isLabel)
    }

    private static func isLabel(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        return isAlphanumeric(first) && isAlphanumeric(last) && text.allSatisfy { isAlphanumeric($0) || $0 == dash }
    }

    private static func isPath(_ text: ArraySlice<UInt8>) -> Bool {
        areAll(partsOf: text, between: slash, isPathComponent)
    }

    /// Whether all parts between separators, also empty ones, have a property.
    private static func areAll(
        partsOf text: ArraySlice<UInt8>, between separator: UInt8, _ property: (ArraySlice<UInt8>) -> Bool
    ) -> Bool {
        var rest = text
        while let end = rest.firstIndex(of: separator) {
            guard property(rest[..<end]) else { return false }
            rest = rest[(end + 1)...]
        }
        return property(rest)
    }

    /// Runs of lower-case letters and digits, with `.`, `_`, `__` or any number of `-` between them.
    private static func isPathComponent(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        while true {
            let word = rest.prefix { isDigit($0) || isLowerCase($0) }
            guard !word.isEmpty else { return false }
            rest = rest[word.endIndex...]
            if rest.isEmpty { return true }
            let separator = rest.prefix { $0 == rest.first }
            switch separator.first {
            case dash: break
            case underscore where separator.count <= 2: break
            case dot where separator.count == 1: break
            default: return false
            }
            rest = rest[separator.endIndex...]
        }
    }

    private static func isTag(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first, first != dot, first != dash, text.count <= longestTag else { return false }
        return text.allSatisfy { isAlphanumeric($0) || $0 == underscore || $0 == dot || $0 == dash }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLowerCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isUpperCase(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLowerCase(byte) || isUpperCase(byte)
    }
}
