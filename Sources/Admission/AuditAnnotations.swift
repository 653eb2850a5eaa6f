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
    static func make(of verdict: Verdict) -> [(key: StaticString, value: String)] {
        var (policies, digests) = (AnnotationValue(), AnnotationValue())
        var last: PolicyMatch?
        for index in verdict.findings.indices {
            // Most objects have one policy for all of their images.
            if let match = verdict.findings[index].examination.policy, !match.isSameEntry(as: last) {
                policies.add(match.policyName)
                last = match
            }
            if let digest = verdict.findings[index].examination.digest { digests.add(digest.description) }
        }
        var annotations = make(of: verdict.decision)
        if let text = policies.text { annotations.append((key: "policy", value: text)) }
        if let text = digests.text { annotations.append((key: "digest", value: text)) }
        return annotations
    }

    /// What is kept when no image was examined.
    static func make(of decision: Verdict.Decision) -> [(key: StaticString, value: String)] {
        [(key: "decision", value: decision.rawValue)]
    }
}

/// Items that share a value: as many whole ones as fit, each once; an ellipsis says that there were more.
private struct AnnotationValue {
    /// Nil without an item.
    private(set) var text: String?
    /// The items in it. There are few, since the value is short.
    private var known: [String] = []
    private var isFull = false

    mutating func add(_ item: String) {
        if isFull || known.contains(item) { return }
        known.append(item)
        let plain = PlainText.make(from: item, limit: AuditAnnotations.valueBytes)
        let next = text.map { $0 + "," + plain } ?? plain
        if next.utf8.count + Self.ending.utf8.count <= AuditAnnotations.valueBytes {
            text = next
        } else {
            let room = AuditAnnotations.valueBytes - Self.ending.utf8.count
            text = text.map { $0 + Self.ending } ?? PlainText.cut(plain, toBytes: room)
            isFull = true
        }
    }

    private static let ending = ",…"
}
