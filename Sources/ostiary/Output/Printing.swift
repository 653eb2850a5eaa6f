internal import Primitives

extension OutputOptions.Format {
    /// Prints one result: its object on a line of its own, or its lines for people.
    func show(json: JSON, text: [String]) {
        switch self {
        case .json: Terminal.printLine(String(decoding: json.serialized(), as: UTF8.self))
        case .text: text.forEach(Terminal.printLine)
        }
    }
}
