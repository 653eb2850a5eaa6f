internal import Kubernetes
internal import Policies
private import Primitives

/// The form of the lines that refuse an image: `Deny "<image>", <reason> (<policy>, repository "<pattern>")`.
///
/// Whoever wrote the image, the pattern, or what a registry said, the line is one line and fits: what is too long is cut
/// where it stands, so that something of the image, the reason and the policy is always left.
enum Complaint {
    /// Bytes of a line. An Event's note holds 1024 characters; the API server puts the webhook's name in front.
    private static let limit = 900
    private static let imageLimit = 400
    private static let patternLimit = 100

    /// Portieris' texts that name the image already.
    private static let namingPrefixes = ["Deny \"", "simple: Deny \""]

    static func line(about image: String, _ reason: String, origin: PolicyMatch?) -> String {
        let namesImage = namingPrefixes.contains { reason.hasPrefix($0) }
        let text = namesImage ? reason : "Deny \(quoted(image, limit: imageLimit)), \(reason)"
        let source = origin.map(source) ?? ""
        return PlainText.cut(PlainText.make(from: text, limit: limit), toBytes: limit - source.utf8.count) + source
    }

    private static func source(_ origin: PolicyMatch) -> String {
        let pattern = quoted(origin.pattern.description, limit: patternLimit)
        return " (\(origin.policy.kind.rawValue) \(origin.policy.key), repository \(pattern))"
    }

    private static func quoted(_ text: String, limit: Int) -> String {
        "\"\(PlainText.cut(QuotedText.escape(text, limit: limit), toBytes: limit))\""
    }
}
