private import Kubernetes

/// Why a text is not YAML as manifests are read here, and where.
struct YAMLError: Error, Hashable, CustomStringConvertible {
    enum Reason: Hashable {
        /// Not YAML at all, in the parser's words.
        case syntax(String)
        case duplicateKeys([String])
        case anchor
        case tag(String)
        case mergeKey
        case keyNotAString(String)
        case notANumberInJSON(String)
        case tooDeep(limit: Int)
        case notUTF8
    }

    let reason: Reason
    /// Counted from 1; nil when it is not known.
    let line: Int?

    var description: String {
        switch reason {
        case .syntax(let problem): "not YAML: \(problem)"
        case .duplicateKeys(let keys):
            "the same key twice in one mapping: "
                + keys.map { QuotedText.make(from: $0, limit: 64) }.joined(separator: ", ")
        case .anchor: "anchors and aliases (& and *) are not read here: write the value out"
        case .tag(let tag):
            "the tag \(QuotedText.make(from: tag, limit: 64)) is not read here: quote text, and drop the tag"
        case .mergeKey: "the merge key << is not read here: write the fields out"
        case .keyNotAString(let key): "the key \(QuotedText.make(from: key, limit: 64)) is not text: quote it"
        case .notANumberInJSON(let text): "\(QuotedText.make(from: text, limit: 64)) is not a number in JSON"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .notUTF8: "not UTF-8 text"
        }
    }
}
