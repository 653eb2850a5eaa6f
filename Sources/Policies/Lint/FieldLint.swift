internal import Kubernetes
internal import Primitives

/// Finds all fields of a policy that cannot be used.
///
/// The parser stops at the first one in each entry. So what it stopped at is taken out and the rest is parsed again, until
/// nothing is left to find.
struct FieldLint {
    private let source: JSONValue
    private let defaultNamespace: String
    private var findings: [PolicyFinding] = []

    /// Rounds after which the rest stays unsaid: nobody mends more at a time.
    private static let rounds = 64

    /// The findings about one policy object, in the order in which they came up.
    static func findings(in object: JSONValue, defaultNamespace: String) -> [PolicyFinding] {
        var lint = FieldLint(source: object, defaultNamespace: defaultNamespace)
        lint.run()
        return lint.findings
    }

    private init(source: JSONValue, defaultNamespace: String) {
        self.source = source
        self.defaultNamespace = defaultNamespace
    }

    private mutating func run() {
        var object = source
        for _ in 0..<Self.rounds {
            let found = Self.flaws(of: object, defaultNamespace)
            for finding in found where !isFollowUp(finding) { findings.append(finding) }
            let removed = Set(found.compactMap { Self.removable($0.path, in: object) })
            guard !removed.isEmpty, let rest = Self.removing(removed, from: object) else { return }
            object = rest
        }
    }

    /// What is said about a place after something in it was taken out may be due to that.
    private func isFollowUp(_ finding: PolicyFinding) -> Bool {
        findings.contains { $0.path.steps.starts(with: finding.path.steps) }
    }

    private static func flaws(of object: JSONValue, _ defaultNamespace: String) -> [PolicyFinding] {
        do throws(PolicyError) {
            // What stands in a file may be for a file's policies.
            return try PolicyParser.parse(object, source: "", defaultNamespace: defaultNamespace).flaws
                .compactMap(finding)
        } catch {
            return finding(error).map { [$0] } ?? []
        }
    }

    private static func finding(_ error: PolicyError) -> PolicyFinding? {
        switch error {
        case .unusable(_, let error), .unreadable(_, _, let error): finding(error)
        case .notEnforced(_, let path, let block): PolicyFinding(.notEnforced, at: path, block.explanation)
        default: nil
        }
    }

    private static func finding(_ error: FieldError) -> PolicyFinding {
        switch error.problem {
        case .unknown: FieldNames.finding(forUnknown: error.path)
        case .wrongType: PolicyFinding(.wrongType, at: error.path, error.explanation)
        case .missing: PolicyFinding(.missingField, at: error.path, error.explanation)
        case .invalid: PolicyFinding(.invalidValue, at: error.path, error.explanation)
        }
    }
}

// Taking fields out.
extension FieldLint {
    /// What can be taken out so that the parser finds nothing at this place again: a member, or an element of a list, which
    /// a harmless one replaces so that the others keep their numbers. nil when it is the whole object.
    private static func removable(_ path: FieldPath, in object: JSONValue) -> FieldPath? {
        var steps = path.steps
        while !steps.isEmpty, value(at: steps, in: object) == nil { steps.removeLast() }
        return steps.isEmpty ? nil : FieldPath(steps)
    }

    /// What takes the place of an element of a list.
    private static func harmlessElement(of list: FieldPath.Step?) -> JSON {
        switch list {
        case .member("requirements"): ["type": "reject"]
        case .member("signerSecrets"): ["name": "none"]
        case .member("keySecrets"): "none"
        case .member("storeURL"), .member("storeURLs"): "https://none"
        default: [:]
        }
    }

    private static func value(at steps: [FieldPath.Step], in object: JSONValue) -> JSONValue? {
        steps.reduce(object as JSONValue?) { value, step in
            switch step {
            case .member(let key): value?[key]
            case .element(let index): value?.elements.dropFirst(index).first { _ in true }
            }
        }
    }

    private static func removing(_ paths: Set<FieldPath>, from object: JSONValue) -> JSONValue? {
        let touched = Set(paths.flatMap { path in path.steps.indices.map { FieldPath(Array(path.steps[..<$0])) } })
        let rest = copy(object, at: FieldPath(), without: paths, touched)
        do throws(JSONError) {
            return try JSONDocument(parsing: rest.serialized(), limit: Limits.fileBytes * 8).root
        } catch {
            return nil
        }
    }

    private static func copy(
        _ value: JSONValue, at path: FieldPath, without removed: Set<FieldPath>, _ touched: Set<FieldPath>
    ) -> JSON {
        guard touched.contains(path) else { return .verbatim(value) }
        switch value.kind {
        case .object:
            let members = value.members.map { (key: $0.key, value: $0.value, path: path.appending($0.key)) }
            return .object(
                members.filter { !removed.contains($0.path) }
                    .map { ($0.key, copy($0.value, at: $0.path, without: removed, touched)) })
        case .array:
            return .array(
                value.elements.enumerated().map { index, element in
                    let path = path.appending(index)
                    return removed.contains(path)
                        ? harmlessElement(of: path.steps.dropLast().last)
                        : copy(element, at: path, without: removed, touched)
                })
        default: return .verbatim(value)
        }
    }
}
