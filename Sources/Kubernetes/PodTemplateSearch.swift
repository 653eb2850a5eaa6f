internal import Primitives

/// Finds the pod specifications in an object whose kind is not known, by the form that Kubernetes' own kinds give them:
/// the `spec` of the object itself (as in a Pod), of a member called `template` or ending in `Template` (`jobTemplate`,
/// `leaderTemplate`), and of an entry of a member that ends in `emplates` (`podTemplates`), at any depth.
///
/// What such a value is, its kind decides; it is read as a pod specification all the same, and no image is found in one
/// that is something else. The object's `metadata` and `status` are left out: nothing is started from them.
struct PodTemplateSearch: IteratorProtocol {
    /// A container whose values are being looked at.
    private struct Level {
        private var members: JSONValue.Members
        private var elements: JSONValue.Elements
        private var index = -1
        /// Whether this value is a template, so that its `spec` may be a pod's.
        let isTemplate: Bool
        /// Whether every value in it is a template.
        let holdsTemplates: Bool

        init(_ value: JSONValue, isTemplate: Bool, holdsTemplates: Bool) {
            members = value.members
            elements = value.elements
            self.isTemplate = isTemplate
            self.holdsTemplates = holdsTemplates
        }

        mutating func next() -> (step: FieldPath.Step, value: JSONValue)? {
            if let member = members.next() { return (.member(member.key), member.value) }
            guard let element = elements.next() else { return nil }
            index += 1
            return (.element(index), element)
        }
    }

    private var levels: [Level]
    private var path: [FieldPath.Step] = []

    /// It goes as deep as JSON may (`Limits.jsonDepth`), without recursion, in time linear in the object.
    init(in object: JSONValue) {
        levels = [Level(object, isTemplate: true, holdsTemplates: false)]
    }

    /// The next value that may be a pod specification, in the order of the text, and the way to it.
    mutating func next() -> (value: JSONValue, path: [FieldPath.Step])? {
        while !levels.isEmpty {
            guard let (step, value) = levels[levels.count - 1].next() else {
                levels.removeLast()
                _ = path.popLast()
                continue
            }
            guard value.kind == .object || value.kind == .array else { continue }
            if enter(value, at: step) { return (value, path) }
        }
        return nil
    }

    /// Goes down into a value. Says whether it may be a pod specification.
    private mutating func enter(_ value: JSONValue, at step: FieldPath.Step) -> Bool {
        let around = levels[levels.count - 1]
        guard case .member(let key) = step else {
            descend(into: value, at: step, isTemplate: around.holdsTemplates)
            return false
        }
        if levels.count == 1, key == "metadata" || key == "status" { return false }
        descend(
            into: value, at: step, isTemplate: around.holdsTemplates || key.hasSuffix("emplate"),
            holdsTemplates: key.hasSuffix("emplates"))
        return around.isTemplate && key == "spec"
    }

    private mutating func descend(
        into value: JSONValue, at step: FieldPath.Step, isTemplate: Bool, holdsTemplates: Bool = false
    ) {
        path.append(step)
        levels.append(Level(value, isTemplate: isTemplate, holdsTemplates: holdsTemplates))
    }
}
