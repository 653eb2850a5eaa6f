import Primitives

/// What an API server asks of an Event of events.k8s.io/v1 before it takes it (`ValidateEventCreate` in
/// pkg/apis/core/validation).
enum EventRules {
    /// Why it would not be taken; nil when it would.
    static func problem(with event: JSONValue, in namespace: String) -> String? {
        let text = { (name: String) in event[name]?.string ?? "" }
        let regarding = event["regarding"]?["namespace"]?.string ?? ""
        let series = event["series"]
        let rules: [(isKept: Bool, problem: String)] = [
            (event["apiVersion"]?.string == "events.k8s.io/v1" && text("kind") == "Event", "kind"),
            (event["metadata"]?["namespace"]?.string == namespace, "metadata.namespace"),
            (regarding == namespace || (regarding.isEmpty && namespace == "default"), "regarding.namespace"),
            (isName(event["metadata"]?["name"]?.string ?? ""), "metadata.name"),
            (text("eventTime").wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z/) != nil, "eventTime"),
            (!text("reportingController").isEmpty, "reportingController"),
            ((1...128).contains(text("reportingInstance").utf8.count), "reportingInstance"),
            ((1...128).contains(text("action").utf8.count), "action"),
            ((1...128).contains(text("reason").utf8.count), "reason"),
            (text("note").utf8.count <= 1024, "note"), (["Normal", "Warning"].contains(text("type")), "type"),
            (series == nil || (series?["count"]?.integer ?? 0) >= 2, "series.count"),
        ]
        return rules.first { !$0.isKept }?.problem
    }

    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= 253
            && name.wholeMatch(of: /[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/) != nil
    }
}
