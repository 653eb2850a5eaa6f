internal import Policies
private import Primitives
internal import Registry

/// What the API server's audit log keeps of an answer, under the webhook's name: `decision`, `policy` and `digest`.
///
/// A key is not there when there is nothing to say. Several images share a value: each policy and each digest once, in
/// the object's order, separated by commas.
enum AuditAnnotations {
    /// Bytes of one value: audit logs are kept for long.
    static let valueBytes = 250

    /// What is kept of a verdict.
    static func make(of verdict: Verdict) -> [(key: String, value: String)] {
        let examinations = verdict.findings.map(\.examination)
        let lists = [
            (key: "policy", items: examinations.compactMap { $0.policy?.policy.name }),
            (key: "digest", items: examinations.compactMap { $0.digest?.description }),
        ]
        return make(of: verdict.decision)
            + lists.compactMap { $0.items.isEmpty ? nil : (key: $0.key, value: value(of: $0.items)) }
    }

    /// What is kept when no image was examined.
    static func make(of decision: Verdict.Decision) -> [(key: String, value: String)] {
        [(key: "decision", value: decision.rawValue)]
    }

    /// As many whole items as fit; an ellipsis says that there were more.
    private static func value(of items: [String]) -> String {
        var known: Set<String> = []
        var value = ""
        var last: String?
        for item in items {
            // Most objects have one policy for all of their images.
            guard item != last, known.insert(item).inserted else { continue }
            last = item
            let next = (value.isEmpty ? "" : ",") + PlainText.make(from: item, limit: valueBytes)
            guard value.utf8.count + next.utf8.count + ending.utf8.count <= valueBytes else {
                return value.isEmpty ? start(of: next) : value + ending
            }
            value += next
        }
        return value
    }

    private static let ending = ",…"

    private static func start(of text: String) -> String {
        var room = valueBytes - "…".utf8.count
        return String(
            text.unicodeScalars.prefix { scalar in
                room -= UTF8.width(scalar)
                return room >= 0
            }) + "…"
    }
}
