package import HTTP
package import Kubernetes
package import Primitives

/// What the API server says when it does not do what it was asked (meta/v1 Status).
package struct APIStatus: Hashable, Sendable, CustomStringConvertible {
    /// The code of HTTP.
    package let code: Int
    /// One word for programs, such as `Expired`; empty when there was none.
    package let reason: String
    /// For people.
    package let message: String
    /// When to ask again at the earliest, if it said so.
    package let retryAfter: Duration?
    /// Of the object that it is about; empty when it is about none.
    package let name: String
    /// What `details.causes` name, one word each.
    package let causes: [String]

    package init(
        code: Int, reason: String = "", message: String = "", retryAfter: Duration? = nil, name: String = "",
        causes: [String] = []
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.retryAfter = retryAfter
        self.name = name
        self.causes = causes
    }

    /// From an answer of HTTP; its body may be anything.
    package init(_ status: Status, _ headers: Headers, body: [UInt8]) {
        // What is no Status is still a text that tells something.
        let object = try? JSONDocument(parsing: body, limit: Limits.statusBytes).root
        let parsed = object.flatMap { try? APIStatus($0) }
        let seconds = headers["Retry-After"].flatMap { UInt16($0) }
        self.init(
            code: status.code, reason: parsed?.reason ?? "",
            message: parsed?.message ?? String(decoding: body.prefix(256), as: UTF8.self),
            retryAfter: seconds.map { .seconds($0) } ?? parsed?.retryAfter, name: parsed?.name ?? "",
            causes: parsed?.causes ?? [])
    }

    /// From a Status object, such as an event of the type ERROR carries.
    ///
    /// - Throws: `FieldError` for mistyped fields.
    package init(_ object: JSONValue) throws(FieldError) {
        let field = Field(object)
        let details = try field.member("details")
        let code = try field.member("code").value?.integer ?? 0
        var causes: [String] = []
        for cause in try details.member("causes").elements() {
            causes.append(try cause.member("reason").string() ?? "")
        }
        let seconds = try details.member("retryAfterSeconds").value?.integer
        self.init(
            code: Int(clamping: code), reason: try field.member("reason").string() ?? "",
            message: try field.member("message").string() ?? "",
            retryAfter: seconds.flatMap { (1...3600).contains($0) ? .seconds($0) : nil },
            name: try details.member("name").string() ?? "", causes: causes)
    }

    /// Whether the object that was asked for is not there. A path that the server does not know is something else,
    /// though it calls it by the same word.
    package var isMissing: Bool { code == 404 && reason == "NotFound" && !name.isEmpty }

    /// Whether what was asked for is so long ago that the server does not remember it: only a new list helps.
    package var isExpired: Bool { code == 410 || reason == "Expired" || reason == "Gone" }

    /// Whether a version was asked for that the server has not reached: it may have been restored from a backup.
    package var isFuture: Bool {
        causes.contains("ResourceVersionTooLarge") || message.contains("Too large resource version")
    }

    /// How long the server wants to be left alone before the same question; nil when asking again is no use.
    package var pause: Duration? {
        guard code == 429 || code >= 500, let retryAfter else { return nil }
        return max(retryAfter, .milliseconds(100))
    }

    /// Whether the server wants to be asked less, or later.
    package var isOverload: Bool { code == 429 || reason == "TooManyRequests" }

    /// `403 Forbidden: secrets "regcred" is forbidden: …`, on one line.
    package var description: String {
        let name = reason.isEmpty ? Status(code: code)?.reasonPhrase ?? "" : reason
        let head = name.isEmpty ? "\(code)" : "\(code) \(QuotedText.escape(name, limit: 64))"
        return message.isEmpty ? head : "\(head): \(QuotedText.escape(message, limit: 512))"
    }
}
