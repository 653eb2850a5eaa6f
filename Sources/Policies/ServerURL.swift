internal import HTTP
internal import Kubernetes

/// Reads the URL of a server.
enum ServerURL {
    /// The URL in a field; nil for an empty one.
    ///
    /// - Throws: `FieldError` for any other scheme than http and https, and for a malformed one. No message shows what
    ///   stands before an `@`: it may be a password.
    static func parse(_ field: Field) throws(FieldError) -> URL? {
        guard let text = try field.string(), !text.isEmpty else { return nil }
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
            let shown = text.lastIndex(of: "@").map { "…" + text[$0...] } ?? text
            throw field.error(.invalid("expecting https:// or http:// URL, got: \(QuotedText.escape(shown))"))
        }
        do throws(HTTPError) {
            return try URL(parsing: text)
        } catch {
            throw field.error(.invalid("\(error)"))
        }
    }
}
