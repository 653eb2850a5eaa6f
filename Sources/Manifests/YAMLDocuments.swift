internal import Primitives
private import Yams

/// Reads YAML as `kubectl` would, down to JSON, and refuses what makes YAML ambiguous or costly: duplicate keys, anchors
/// and aliases (which can stand for more text than fits into memory), tags, merge keys and keys that are not text.
enum YAMLDocuments {
    /// One document of a text.
    struct Document {
        let value: JSON
        /// Where it begins, counted from 1.
        let line: Int
        /// The line of each value and key, in the order of the document.
        let lines: [Int32]
    }

    /// The documents of a text, in order, without the empty ones.
    static func parse(_ bytes: [UInt8]) throws(YAMLError) -> [Document] {
        let body = bytes.starts(with: byteOrderMark) ? bytes.dropFirst(byteOrderMark.count) : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else { throw YAMLError(reason: .notUTF8, line: nil) }
        guard !AliasScan.findsTooMany(in: bytes) else { throw YAMLError(reason: .anchor, line: nil) }
        var documents: [Document] = []
        do {
            let parser = try Parser(yaml: padded(text), resolver: .basic, encoding: .utf8)
            while let root = try parser.nextRoot() {
                var converter = YAMLConverter()
                let value = try converter.value(of: root, depth: 0)
                if case .null = value { continue }
                documents.append(Document(value: value, line: root.mark?.line ?? 1, lines: converter.lines))
            }
            // A node knows its anchor only as long as the parser lives.
            withExtendedLifetime(parser) {}
        } catch let error as YAMLError {
            throw error
        } catch let error as YamlError {
            throw translate(error)
        } catch {
            throw YAMLError(reason: .syntax("the text cannot be read"), line: nil)
        }
        return documents
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The parser keeps a pointer into the text, which holds only for text that is too long to be stored in place.
    private static func padded(_ text: String) -> String {
        text.utf8.count > 32 ? text : text + String(repeating: "\n", count: 32)
    }

    private static func translate(_ error: YamlError) -> YAMLError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            YAMLError(reason: .syntax(problem), line: mark.line)
        case .duplicatedKeysInMapping(let keys, let context):
            YAMLError(reason: .duplicateKeys(keys), line: context.mark.line)
        case .reader(let problem, _, _, _): YAMLError(reason: .syntax(problem), line: nil)
        default: YAMLError(reason: .syntax("the text cannot be read"), line: nil)
        }
    }
}
