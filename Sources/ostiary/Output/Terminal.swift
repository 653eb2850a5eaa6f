internal import Glibc
internal import Primitives

/// The terminal that a person may sit at.
enum Terminal {
    /// Standard output.
    static let output = STDOUT_FILENO

    static var isOutputTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// A colour, put around text only where standard output is a terminal and `NO_COLOR` is not set.
    enum Style: String {
        case good = "32"
        case bad = "31"
        case unsure = "33"
        case faint = "2"
        case strong = "1"
    }

    static func styled(_ text: String, _ style: Style) -> String {
        guard isOutputTerminal, unsafe getenv("NO_COLOR") == nil else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }

    /// Text from outside as it may stand in a line for people: one line, and nothing in it that drives the terminal
    /// (CWE-150). A manifest must not be able to write a verdict of its own.
    static func plain(_ text: String) -> String { PlainText.make(from: text, limit: 4096) }

    /// Writes one line of a result.
    static func printLine(_ line: String) {
        write(line + "\n", to: STDOUT_FILENO)
    }

    /// Writes a message for the person, beside the result.
    static func printError(_ message: String) {
        write("ostiary: \(message)\n", to: STDERR_FILENO)
    }

    /// Shows what is being done, on a terminal only; the next call, or an empty text, takes its place.
    static func showProgress(_ text: String) {
        guard isErrorTerminal else { return }
        write("\r\u{1B}[K\(text)", to: STDERR_FILENO)
    }

    /// Writes all of `text` in as few calls as the kernel allows, so that lines of several tasks do not mix.
    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
