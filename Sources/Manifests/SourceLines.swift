internal import Primitives

/// The lines of a file in which the values of one of its documents stand.
enum SourceLines: Sendable {
    /// The line of each value and key, in the order of the document.
    case ofNodes([Int32])
    /// For a document that is its file's text: the offsets at which the lines behind the first begin.
    case starts([Int])

    /// The lines of a JSON text.
    init(of text: [UInt8]) {
        self = .starts(text.indices.filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 })
    }

    /// The line of a value, counted from 1; of a member of an object, the line of its key.
    func line(of value: JSONValue, isMember: Bool) -> Int? {
        switch self {
        case .ofNodes(let lines):
            let ordinal = value.ordinal - (isMember ? 1 : 0)
            return lines.indices.contains(ordinal) ? Int(lines[ordinal]) : nil
        case .starts(let starts):
            let offset = value.text.startIndex
            var (low, high) = (0, starts.count)
            while low < high {
                let middle = (low + high) / 2
                if starts[middle] <= offset { low = middle + 1 } else { high = middle }
            }
            return low + 1
        }
    }
}
