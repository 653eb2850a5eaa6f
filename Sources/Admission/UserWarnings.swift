private import Primitives

/// What `kubectl` prints beside an answer, in the form in which the API server passes it on.
///
/// It drops a warning with a control character, cuts every one when all together have more than 4096 characters, and
/// asks for at most 120 characters each (Kubernetes, "Dynamic Admission Control", response).
enum UserWarnings {
    /// Characters of one warning.
    static let length = 120
    /// Warnings of one answer; as many of the full length stay below the API server's bound.
    static let count = 32

    /// Each text once, as one line that is cut to fit.
    static func make(from texts: [String]) -> [String] {
        var warnings: [String] = []
        for text in texts {
            let warning = cut(text)
            if !warning.isEmpty, !warnings.contains(warning) { warnings.append(warning) }
        }
        guard warnings.count > count else { return warnings }
        let shown = count - 1
        return warnings.prefix(shown) + ["and \(warnings.count - shown) more warnings"]
    }

    private static func cut(_ text: String) -> String {
        let whole = PlainText.make(from: text, limit: length)
        return whole.unicodeScalars.count > length ? PlainText.make(from: text, limit: length - 1) : whole
    }
}
