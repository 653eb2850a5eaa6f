internal import Kubernetes
package import Policies
internal import Primitives

/// What `status` says about a policy (meta/v1 Condition): whether it can be used, and if not, why.
package struct PolicyCondition: Hashable, Sendable {
    /// Whether it holds, by the names that are written.
    package enum State: String, Sendable {
        case yes = "True"
        case no = "False"
        /// It cannot be told.
        case unknown = "Unknown"
    }

    /// Which aspect, such as `Ready`.
    package let type: String
    /// Whether it holds.
    package let state: State
    /// Why, as one word for programs.
    package let reason: String
    /// Why, for people.
    package let message: String

    package init(type: String, state: State, reason: String, message: String) {
        self.type = type
        self.state = state
        self.reason = reason
        self.message = message
    }

    /// Whether all entries of a policy can be used.
    package init(readinessOf policy: ImagePolicy) {
        let count = policy.entries.count
        if policy.darkness != nil {
            self.init(
                type: "Ready", state: .no, reason: "Unreadable",
                message: Self.text(policy.flaws, of: policy) + " (every image it is asked about is refused)")
        } else if policy.flaws.isEmpty {
            self.init(
                type: "Ready", state: .yes, reason: "EntriesUsable",
                message: count == 1 ? "The only entry can be used." : "All \(count) entries can be used.")
        } else {
            self.init(
                type: "Ready", state: .no, reason: "EntriesUnusable", message: Self.text(policy.flaws, of: policy))
        }
    }

    /// All flaws, without the name of the policy in front of each, in no more text than fits on a screen.
    private static func text(_ flaws: [PolicyError], of policy: ImagePolicy) -> String {
        let prefix = "\(policy.identity): "
        return list(
            flaws.map { flaw in
                let text = flaw.description
                return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text
            })
    }

    /// Some texts, and how many there are more.
    static func list(_ texts: [String]) -> String {
        let shown = texts.prefix(textsShown).joined(separator: "; ")
        return texts.count > textsShown ? "\(shown); and \(texts.count - textsShown) more" : shown
    }

    private static let textsShown = 8
}

/// The `status` of a policy: as it is stored, or as it should be.
package struct PolicyStatus: Hashable, Sendable {
    /// A condition, and since when it holds.
    package struct Entry: Hashable, Sendable {
        package let condition: PolicyCondition
        /// Which state of the policy it is about.
        package let generation: Int64
        package let lastTransition: String
    }

    package let generation: Int64
    package let entries: [Entry]

    /// Reads `status` of a stored policy; nil where there is none, or another's that cannot be read.
    init?(stored object: JSONValue) {
        guard let status = object["status"], let generation = status["observedGeneration"]?.integer else { return nil }
        self.generation = generation
        var entries: [Entry] = []
        for condition in status["conditions"].map({ Array($0.elements) }) ?? [] {
            guard let type = condition["type"]?.string,
                let state = condition["status"]?.string.flatMap(PolicyCondition.State.init),
                let reason = condition["reason"]?.string, let message = condition["message"]?.string,
                let time = condition["lastTransitionTime"]?.string,
                let generation = condition["observedGeneration"]?.integer
            else { return nil }
            entries.append(
                Entry(
                    condition: PolicyCondition(type: type, state: state, reason: reason, message: message),
                    generation: generation, lastTransition: time))
        }
        self.entries = entries
    }

    /// What should be stored.
    ///
    /// - Parameters:
    ///   - old: what is; a condition that stays true, false or unknown keeps its time.
    ///   - types: conditions of which nothing new is known; where they are stored they stay.
    ///   - now: for those that do not.
    init(
        _ conditions: [PolicyCondition], keeping types: Set<String> = [], generation: Int64, after old: PolicyStatus?,
        at now: Timestamp
    ) {
        self.generation = generation
        let kept = old?.entries.filter { types.contains($0.condition.type) } ?? []
        entries =
            conditions.map { condition in
                let last = old?.entries.first { $0.condition.type == condition.type }
                let time = last.flatMap { $0.condition.state == condition.state ? $0.lastTransition : nil }
                return Entry(condition: condition, generation: generation, lastTransition: time ?? now.description)
            } + kept
    }

    /// The merge patch (RFC 7396) that stores it. The list is replaced as a whole: nobody else writes there.
    var patch: JSON {
        let conditions = entries.map { entry -> JSON in
            [
                "type": .string(entry.condition.type), "status": .string(entry.condition.state.rawValue),
                "observedGeneration": .integer(entry.generation),
                "lastTransitionTime": .string(entry.lastTransition), "reason": .string(entry.condition.reason),
                "message": .string(entry.condition.message),
            ]
        }
        return ["status": ["observedGeneration": .integer(generation), "conditions": .array(conditions)]]
    }
}
