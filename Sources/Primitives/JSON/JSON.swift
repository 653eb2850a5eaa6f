/// A JSON value to be written. (`JSONDocument` reads.) Members keep their order.
package enum JSON: Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// A number with a decimal fraction, in thousandths: `.thousandths(1500)` is written 1.5.
    case thousandths(Int64)
    case string(String)
    case array([JSON])
    case object([(key: String, value: JSON)])
    /// A value copied as it stands in a document that was parsed.
    case verbatim(JSONValue)
    /// A value that was written before.
    case written(JSONWriter)

    /// The compact text: no white space, no trailing newline.
    package func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        append(to: &bytes)
        return bytes
    }

    /// A string, or null.
    package static func optional(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    private func append(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): bytes.append(contentsOf: String(value).utf8)
        case .thousandths(let value): bytes.append(contentsOf: Self.decimal(value).utf8)
        case .string(let text): JSONString.append(text, to: &bytes)
        case .array(let elements): Self.append(elements, between: "[", and: "]", to: &bytes) { $0.append(to: &$1) }
        case .object(let members):
            Self.append(members, between: "{", and: "}", to: &bytes) { member, bytes in
                JSONString.append(member.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.append(to: &bytes)
            }
        case .verbatim(let value):
            let quote = value.kind == .string ? [UInt8(ascii: "\"")] : []
            bytes.append(contentsOf: quote + value.text + quote)
        case .written(let writer): bytes.append(contentsOf: writer.bytes)
        }
    }

    private static func decimal(_ thousandths: Int64) -> String {
        let (whole, part) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
        var digits = String(part + 1000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return (thousandths < 0 ? "-" : "") + String(whole) + (digits.isEmpty ? "" : ".") + digits
    }

    private static func append<Item>(
        _ items: [Item], between open: Unicode.Scalar, and close: Unicode.Scalar, to bytes: inout [UInt8],
        each: (Item, inout [UInt8]) -> Void
    ) {
        bytes.append(UInt8(ascii: open))
        for (position, item) in items.enumerated() {
            if position > 0 { bytes.append(UInt8(ascii: ",")) }
            each(item, &bytes)
        }
        bytes.append(UInt8(ascii: close))
    }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
{
    package init(stringLiteral text: String) { self = .string(text) }
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    package init(dictionaryLiteral members: (String, JSON)...) {
        self = .object(members.map { (key: $0.0, value: $0.1) })
    }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
}
