internal import Logging
internal import Primitives

/// A value of a log line that is not text: a number, a truth value, or something with parts.
struct LogValue: CustomStringConvertible, Sendable {
    let json: JSON

    /// Its JSON text.
    var description: String { String(decoding: json.serialized(), as: UTF8.self) }
}

extension Logger.MetadataValue {
    /// A value that is JSON already.
    static func json(_ json: JSON) -> Logger.MetadataValue { .stringConvertible(LogValue(json: json)) }

    /// What stands for it in a line of JSON. Whatever is not known to be something else is text.
    var json: JSON {
        switch self {
        case .string(let text): .string(text)
        case .stringConvertible(let value): (value as? LogValue)?.json ?? .string(value.description)
        case .array(let values): .array(values.map(\.json))
        case .dictionary(let values):
            .object(values.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.json) })
        }
    }

    /// Its text if it is nothing else; nil for what has a form of its own.
    var text: String? {
        guard case .string(let text) = json else { return nil }
        return text
    }
}
