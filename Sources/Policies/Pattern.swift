/// The name of a repository entry, which says for which images the entry is.
///
/// It is matched against the image exactly as a pod names it, byte by byte: `nginx` and `docker.io/library/nginx` are
/// different texts. Host and path are matched apart, so that `*` in the host cannot reach into the path: otherwise
/// `*.trusted.com/org/*` would match `attacker.com/x.trusted.com/org/evil` (Portieris before 0.14.2).
package struct Pattern: Hashable, Sendable, CustomStringConvertible {
    private let bytes: [UInt8]
    /// What stands before the first slash; nil without a slash.
    private let host: Glob?
    /// What stands behind it, or everything.
    private let path: Glob
    /// The same with any tag. A digest is no tag: `name` does not match `name@sha256:…`.
    private let taggedPath: Glob
    /// How many bytes other than stars there are: of several patterns that match, the longest text is the most
    /// specific.
    package let specificity: Int

    package init(_ text: String) {
        bytes = Array(text.utf8)
        specificity = bytes.count { $0 != Glob.star }
        let (host, path) = Self.split(bytes[...])
        self.host = host.map { Glob($0) }
        self.path = Glob(path)
        taggedPath = Glob(path + Array(":*".utf8))
    }

    /// The pattern as the policy has it.
    package var description: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the image is the pattern, byte for byte, and the pattern has no star: nothing can be more specific.
    package func isExactly(_ image: [UInt8]) -> Bool {
        specificity == bytes.count && bytes == image
    }

    /// Whether the pattern covers the image's text.
    package func matches(_ image: [UInt8]) -> Bool {
        guard let host else { return path.matches(image[...]) || taggedPath.matches(image[...]) }
        guard case (let imageHost?, let imagePath) = Self.split(image[...]) else { return false }
        return host.matches(imageHost) && (path.matches(imagePath) || taggedPath.matches(imagePath))
    }

    private static func split(_ text: ArraySlice<UInt8>) -> (host: ArraySlice<UInt8>?, path: ArraySlice<UInt8>) {
        guard let slash = text.firstIndex(of: UInt8(ascii: "/")) else { return (nil, text) }
        return (text[..<slash], text[(slash + 1)...])
    }
}
