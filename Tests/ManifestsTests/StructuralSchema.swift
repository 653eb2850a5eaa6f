import Foundation
import Primitives

/// A node of a definition's `openAPIV3Schema`, and what the API server would say of a value by it.
///
/// It knows the keywords that the definitions of this project use. Rules (CEL) are not evaluated.
struct StructuralSchema {
    let json: JSONValue

    var type: String? { json["type"]?.string }
    var isNullable: Bool { json["nullable"]?.boolean ?? false }
    var required: [String] { texts("required") }
    var enumeration: [String]? { json["enum"] == nil ? nil : texts("enum") }
    var items: StructuralSchema? { json["items"].map { StructuralSchema(json: $0) } }

    /// The schemas of the members, in the order of the text.
    var properties: [(key: String, schema: StructuralSchema)] {
        json["properties"]?.members.map { ($0.key, StructuralSchema(json: $0.value)) } ?? []
    }

    func property(_ key: String) -> StructuralSchema? {
        json["properties"]?[key].map { StructuralSchema(json: $0) }
    }

    func texts(_ key: String) -> [String] { json[key]?.elements.compactMap(\.string) ?? [] }

    /// This node and all below it; `spec.repositories[].name` is the path of one.
    func nodes(at path: String = "") -> [(path: String, schema: StructuralSchema)] {
        let below = properties.flatMap { $0.schema.nodes(at: path.isEmpty ? $0.key : "\(path).\($0.key)") }
        return [(path, self)] + below + (items?.nodes(at: path + "[]") ?? [])
    }
}

extension StructuralSchema {
    /// What is wrong with a value, a line each; nothing when it may be stored.
    func problems(with value: JSONValue, at path: String = "") -> [String] {
        if value.isNull { return isNullable ? [] : ["\(path): null"] }
        if let type, !Self.is(value, of: type) { return ["\(path): no \(type)"] }
        return members(of: value, at: path) + elements(of: value, at: path) + bounds(of: value, at: path)
            + alternatives(for: value, at: path)
    }

    private static func `is`(_ value: JSONValue, of type: String) -> Bool {
        type == "integer" ? value.integer != nil : value.kind.rawValue == type
    }

    /// A null where none may be is dropped before anything is checked, as if it had not been written.
    private func members(of value: JSONValue, at path: String) -> [String] {
        let base = path.isEmpty ? "" : path + "."
        var problems: [String] = []
        var seen: Set<String> = []
        for member in value.members {
            guard let schema = property(member.key) else {
                // What is nested in anyOf and the like has no type, and describes some members only.
                if type == "object", json["properties"] != nil { problems.append("\(base)\(member.key): unknown") }
                continue
            }
            if member.value.isNull, !schema.isNullable { continue }
            seen.insert(member.key)
            problems += schema.problems(with: member.value, at: base + member.key)
        }
        guard value.kind == .object else { return problems }
        return problems + required.filter { !seen.contains($0) }.map { "\(base)\($0): missing" }
    }

    private func elements(of value: JSONValue, at path: String) -> [String] {
        guard let items else { return [] }
        return value.elements.enumerated().flatMap { items.problems(with: $1, at: "\(path)[\($0)]") }
    }

    private func bounds(of value: JSONValue, at path: String) -> [String] {
        let text = value.string
        let length = text.map { Int64($0.unicodeScalars.count) }
        let rules: [(rule: String, holds: Bool)] = [
            ("enum", enumeration.map { names in text.map { names.contains($0) } ?? false } ?? true),
            ("maxItems", value.kind != .array || within(Int64(value.count), "maxItems")),
            ("maxLength", length.map { within($0, "maxLength") } ?? true),
            ("minLength", length.map { $0 >= json["minLength"]?.integer ?? 0 } ?? true),
            ("minimum", value.integer.map { $0 >= json["minimum"]?.integer ?? .min } ?? true),
            ("pattern", text.map(matchesPattern) ?? true),
            ("format", text.map(hasFormat) ?? true),
        ]
        return rules.filter { !$0.holds }.map { "\(path): \($0.rule)" }
    }

    private func within(_ size: Int64, _ bound: String) -> Bool { size <= json[bound]?.integer ?? .max }

    private func matchesPattern(_ text: String) -> Bool {
        guard let pattern = json["pattern"]?.string else { return true }
        return text.range(of: pattern, options: .regularExpression) != nil
    }

    private func hasFormat(_ text: String) -> Bool {
        json["format"]?.string != "date-time" || ISO8601DateFormatter().date(from: text) != nil
    }

    private func alternatives(for value: JSONValue, at path: String) -> [String] {
        func holds(_ schema: JSONValue) -> Bool { StructuralSchema(json: schema).problems(with: value).isEmpty }
        var problems: [String] = []
        if let anyOf = json["anyOf"], !anyOf.elements.contains(where: holds) { problems.append("\(path): anyOf") }
        if let not = json["not"], holds(not) { problems.append("\(path): not") }
        return problems
    }
}
