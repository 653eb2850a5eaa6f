private import HTTP
internal import Primitives

/// What a peer says about its own failure, made fit for a message.
enum ErrorDetail {
    /// Characters of it that are shown.
    static let longest = 200

    /// The first error of the registries' form (`{"errors":[{"code","message"}]}`), or the text of a body that is not
    /// a page; empty if there is nothing to show.
    ///
    /// A body that repeats one of `secrets` is not shown at all: peers have been seen to echo what they were sent.
    static func make(from body: [UInt8], hiding secrets: [Secret]) -> String {
        let body = Array(body.prefix(Limits.errorBodyBytes))
        guard !secrets.contains(where: { !$0.isEmpty && body.contains($0.revealBytes()) }) else { return "" }
        if let error = firstError(in: body) { return PlainText.make(from: error, limit: longest) }
        let text = PlainText.make(from: body, limit: longest)
        return text.hasPrefix("<") || text.hasPrefix("{") ? "" : text
    }

    private static func firstError(in body: [UInt8]) -> String? {
        do throws(JSONError) {
            let root = try JSONDocument(parsing: body, limit: Limits.errorBodyBytes).root
            guard let error = root["errors"].flatMap({ Array($0.elements).first }) else { return nil }
            return [error["code"]?.string, error["message"]?.string].compactMap(\.self).joined(separator: ": ")
        } catch {
            return nil
        }
    }
}

extension Secret {
    /// What follows the scheme in the value of an Authorization field.
    var withoutScheme: Secret {
        Secret(revealBytes().drop { $0 != UInt8(ascii: " ") }.dropFirst())
    }
}
