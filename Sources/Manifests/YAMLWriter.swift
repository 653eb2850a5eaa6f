package import Primitives

/// Writes a JSON value as YAML, in the layout that people give to manifests.
package enum YAMLWriter {
    /// The text, with a newline at its end. Reading it gives the same value, here and by `kubectl`: what could be read as
    /// something else than text is quoted.
    package static func text(of value: JSONValue) -> String {
        var lines: [String] = []
        append(value, indentation: 0, to: &lines)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func append(_ value: JSONValue, indentation: Int, to lines: inout [String]) {
        let blanks = String(repeating: " ", count: indentation)
        if let flow = flow(value) {
            lines.append(blanks + flow)
            return
        }
        for element in value.elements { lines += item(of: element, indentation: indentation) }
        for member in value.members {
            let key = "\(blanks)\(scalar(member.key)):"
            if let flow = flow(member.value) {
                lines.append("\(key) \(flow)")
            } else {
                lines.append(key)
                append(member.value, indentation: indentation + 2, to: &lines)
            }
        }
    }

    /// The lines of a list's element, the first of them with the dash before it.
    private static func item(of element: JSONValue, indentation: Int) -> [String] {
        var lines: [String] = []
        append(element, indentation: indentation + 2, to: &lines)
        let first = lines.removeFirst().dropFirst(indentation + 2)
        return [String(repeating: " ", count: indentation) + "- " + first] + lines
    }

    /// The value on one line; nil for a list or an object that holds something.
    private static func flow(_ value: JSONValue) -> String? {
        switch value.kind {
        case .null: "null"
        case .boolean: value.boolean == true ? "true" : "false"
        case .number: value.numberLiteral
        case .string: value.string.map(scalar)
        case .array: value.count == 0 ? "[]" : nil
        case .object: value.count == 0 ? "{}" : nil
        }
    }

    private static func scalar(_ text: String) -> String {
        isPlain(text) ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    /// A word that begins with a letter or a slash, has nothing that YAML gives a meaning, and is no boolean or null.
    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, isLetter(first) || first == UInt8(ascii: "/"),
            last != UInt8(ascii: ":"), text.utf8.allSatisfy(isWordByte), case .string? = PlainScalar.value(of: text)
        else { return false }
        return true
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._/@+:".utf8.contains(byte)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": #"\""#
        case "\\": #"\\"#
        case "\n": #"\n"#
        case "\t": #"\t"#
        case " "..."~": String(scalar)
        // Not printable in YAML 1.1, or read by it as the end of a line.
        case "\u{0}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
            #"\u"# + Hex.encode([UInt8(scalar.value >> 8), UInt8(truncatingIfNeeded: scalar.value)])
        default: String(scalar)
        }
    }
}
