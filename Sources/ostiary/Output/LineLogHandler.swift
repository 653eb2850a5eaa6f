internal import Glibc
internal import Logging
internal import Primitives

/// Writes each log event as one line to standard error: JSON for machines, or text for a terminal.
struct LineLogHandler: LogHandler {
    enum Layout: Sendable { case json, text }

    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    let layout: Layout

    init(logLevel: Logger.Level, layout: Layout) {
        self.logLevel = logLevel
        self.layout = layout
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let line =
            switch layout {
            case .json: Self.json(event, fields)
            case .text: Self.text(event, fields)
            }
        Terminal.write(line + "\n", to: STDERR_FILENO)
    }

    private static func json(_ event: LogEvent, _ fields: [(key: String, value: Logger.MetadataValue)]) -> String {
        var members: [(key: String, value: JSON)] = [
            (key: "ts", value: .string(Timestamp.now.description)),
            (key: "level", value: .string(event.level.rawValue)),
            (key: "msg", value: .string(event.message.description)),
        ]
        members += fields.map { (key: $0.key, value: $0.value.json) }
        return String(decoding: JSON.object(members).serialized(), as: UTF8.self)
    }

    private static func text(_ event: LogEvent, _ fields: [(key: String, value: Logger.MetadataValue)]) -> String {
        let details = fields.map {
            "\($0.key)=\($0.value.text.map(quoted) ?? LogValue(json: $0.value.json).description)"
        }
        let level = event.level.rawValue.uppercased()
        let padding = String(repeating: " ", count: max(0, 8 - level.count))
        return ([Timestamp.now.description, level + padding, event.message.description] + details)
            .joined(separator: " ")
    }

    /// A value with blanks or control characters is quoted as JSON, so that it cannot look like another field or line.
    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") }
        return isPlain ? value : String(decoding: JSON.string(value).serialized(), as: UTF8.self)
    }
}
