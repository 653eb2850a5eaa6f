internal import Primitives
internal import Yams

/// Turns a YAML node into the JSON value that Kubernetes' tools make of it.
struct YAMLConverter {
    /// The line of each value and key so far, in the order of the document.
    private(set) var lines: [Int32] = []

    mutating func value(of node: Node, depth: Int) throws(YAMLError) -> JSON {
        let line = node.mark?.line
        guard node.anchor == nil else { throw YAMLError(reason: .anchor, line: line) }
        guard depth < Limits.jsonDepth else { throw YAMLError(reason: .tooDeep(limit: Limits.jsonDepth), line: line) }
        note(line)
        switch node {
        case .scalar(let scalar): return try Self.value(of: scalar)
        case .sequence(let sequence):
            try Self.refuse(tag: sequence.tag, line: line)
            var elements: [JSON] = []
            for element in sequence { elements.append(try value(of: element, depth: depth + 1)) }
            return .array(elements)
        case .mapping(let mapping):
            try Self.refuse(tag: mapping.tag, line: line)
            var members: [(key: String, value: JSON)] = []
            for (key, element) in mapping {
                let name = try Self.text(ofKey: key)
                note(key.mark?.line)
                members.append((key: name, value: try value(of: element, depth: depth + 1)))
            }
            return .object(members)
        case .alias: throw YAMLError(reason: .anchor, line: line)
        }
    }

    private mutating func note(_ line: Int?) {
        lines.append(line.flatMap { Int32(exactly: $0) } ?? lines.last ?? 1)
    }

    private static func value(of scalar: Node.Scalar, isKey: Bool = false) throws(YAMLError) -> JSON {
        let line = scalar.mark?.line
        // The parser itself tags what is quoted, and every key, as text.
        let isText = scalar.tag.description == Tag.Name.str.rawValue
        if !isText || (scalar.style == .plain && !isKey) { try refuse(tag: scalar.tag, line: line) }
        guard scalar.style == .plain else { return .string(scalar.string) }
        guard let value = PlainScalar.value(of: scalar.string) else {
            throw YAMLError(reason: .notANumberInJSON(scalar.string), line: line)
        }
        return value
    }

    private static func text(ofKey key: Node) throws(YAMLError) -> String {
        guard key.anchor == nil else { throw YAMLError(reason: .anchor, line: key.mark?.line) }
        guard case .scalar(let scalar) = key else {
            throw YAMLError(reason: .keyNotAString("…"), line: key.mark?.line)
        }
        if scalar.style == .plain, scalar.string == "<<" { throw YAMLError(reason: .mergeKey, line: scalar.mark?.line) }
        guard case .string(let text) = try value(of: scalar, isKey: true) else {
            throw YAMLError(reason: .keyNotAString(scalar.string), line: scalar.mark?.line)
        }
        return text
    }

    private static func refuse(tag: Tag, line: Int?) throws(YAMLError) {
        guard tag.description == Tag.Name.implicit.rawValue else {
            throw YAMLError(reason: .tag(tag.description), line: line)
        }
    }
}
