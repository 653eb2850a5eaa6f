private import Primitives

/// The name of a repository entry, which says for which images the entry is.
///
/// It is matched against a text, byte by byte: `nginx` and `docker.io/library/nginx` are different texts. Host and path
/// are matched apart, so that `*` in the host cannot reach into the path: otherwise `*.trusted.com/org/*` would match
/// `attacker.com/x.trusted.com/org/evil` (Portieris before 0.14.2).
package struct Pattern: Hashable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]
    /// What stands before the first slash; nil without a slash.
    private let host: Glob?
    /// What stands behind it, or everything.
    private let path: Glob
    /// How many bytes other than stars there are: of several patterns that match, the longest text is the most
    /// specific.
    package let specificity: Int

    package init(_ text: String) {
        bytes = Array(text.utf8)
        specificity = bytes.count { $0 != Glob.star }
        let (host, path) = Self.split(bytes[...])
        self.host = host.map { Glob($0) }
        self.path = Glob(path)
    }

    /// The pattern as the policy has it.
    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether it has no star.
    var isLiteral: Bool { specificity == bytes.count }

    /// Whether host and path are matched apart.
    var hasSlash: Bool { host != nil }

    /// The bytes of the pattern.
    var text: ArraySlice<UInt8> { bytes[...] }

    /// What a text that it covers must have at one end: what the text begins with there, or what it ends with there,
    /// read backwards.
    func literal(at anchor: PatternTree.Anchor) -> ArraySlice<UInt8> {
        let (host, path) = Self.split(bytes[...])
        return switch anchor {
        case .pathBeginning: path.prefix { $0 != Glob.star }
        case .pathEnding: Array(path.reversed().prefix { $0 != Glob.star })[...]
        case .hostBeginning: (host ?? []).prefix { $0 != Glob.star }
        case .hostEnding: Array((host ?? []).reversed().prefix { $0 != Glob.star })[...]
        }
    }

    /// Whether the image is the pattern, byte for byte, and the pattern has no star: nothing can be more specific.
    package func isExactly(_ image: [UInt8]) -> Bool {
        isLiteral && bytes == image
    }

    /// Whether the pattern covers the image's text, or the text without a tag.
    package func matches(_ image: [UInt8]) -> Bool {
        var matches = false
        PatternText.forEachReading(of: image.span) { if covers($0) { matches = true } }
        return matches
    }

    /// Whether the pattern stands for all of the text.
    func covers(_ text: Span<UInt8>) -> Bool {
        guard let host else { return path.matches(text) }
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")) else { return false }
        return host.matches(text.extracting(first: slash)) && path.matches(text.extracting(droppingFirst: slash + 1))
    }

    private static func split(_ text: ArraySlice<UInt8>) -> (host: ArraySlice<UInt8>?, path: ArraySlice<UInt8>) {
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")) else { return (nil, text) }
        return (text[..<slash], text[(slash + 1)...])
    }
}
