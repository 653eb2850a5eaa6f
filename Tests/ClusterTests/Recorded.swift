import Foundation
import HTTP
import Primitives

/// Answers that a real API server (1.36) gave.
enum Recorded {
    /// The whole answer, head and all.
    static func answer(_ name: String) throws -> [UInt8] {
        let file = Bundle.module.resourceURL?.appending(path: "Fixtures/api-server/\(name).http")
        return [UInt8](try Data(contentsOf: file ?? Foundation.URL(filePath: "/")))
    }

    /// The head and the body without its chunks.
    static func parsed(_ name: String) throws -> (head: ResponseHead, body: [UInt8]) {
        let bytes = try answer(name)
        var parser = HeadParser<ResponseHead>()
        guard let (head, length) = try parser.parse(bytes) else { throw HTTPError.truncated }
        var body = try BodyParser(framing: head.framing(answering: .get), limit: 1 << 24)
        _ = try body.feed(bytes[length...])
        guard body.isComplete else { throw HTTPError.truncated }
        return (head, body.body)
    }

    static func json(_ name: String) throws -> JSONValue {
        try JSONDocument(parsing: parsed(name).body).root
    }
}
