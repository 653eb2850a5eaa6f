private import HTTP
internal import Primitives

/// What a peer says about its own failure, made fit for a message.
enum ErrorDetail {
    /// Characters of it that are shown.
    static let longest = 200

    /// The first error of the registries' form (`{"errors":[{"code","message"}]}`), or the text of a body that is not
    /// a page; empty if there is nothing to show.
    ///
    /// What repeats one of `secrets`, as it was sent or behind escapes, is not shown at all: peers have been seen to echo
    /// what they were sent.
    static func make(from body: [UInt8], hiding secrets: [Secret]) -> String {
        let body = Array(body.prefix(Limits.errorBodyBytes))
        let error = firstError(in: body)
        guard !repeats(secrets, in: body), !repeats(secrets, in: Array((error ?? "").utf8)) else { return "" }
        if let error { return PlainText.make(from: error, limit: longest) }
        let text = PlainText.make(from: body, limit: longest)
        return text.hasPrefix("<") || text.hasPrefix("{") ? "" : text
    }

    private static func repeats(_ secrets: [Secret], in text: [UInt8]) -> Bool {
        secrets.contains { !$0.isEmpty && text.contains($0.revealBytes()) }
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
