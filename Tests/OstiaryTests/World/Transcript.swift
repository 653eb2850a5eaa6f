import Glibc
import Synchronization

/// All that the real program said to anybody while the tests ran: results, answers, pages, logs.
final class Transcript: Sendable {
    static let shared = Transcript()

    private let texts = Mutex<[String]>([])

    func add(_ text: String) {
        texts.withLock { $0.append(text) }
    }

    func add(_ bytes: [UInt8]) {
        add(String(decoding: bytes, as: UTF8.self))
    }

    /// How many bytes were said.
    var size: Int { texts.withLock { $0.reduce(0) { $0 + $1.utf8.count } } }

    /// The secrets that were said, each with what stood around it.
    func leaks(of secrets: [String]) -> [String] {
        let texts = texts.withLock { $0 }
        return secrets.flatMap { secret in
            texts.filter { Self.holds($0, secret) }.map { "\(secret) in: \($0.prefix(400))" }
        }
    }

    /// Whether the text has this in it, looked for byte by byte: by characters it takes minutes for all that was said.
    private static func holds(_ text: String, _ part: String) -> Bool {
        text.withCString { start in
            // A NUL would end the search too soon.
            strlen(start) == text.utf8.count ? strstr(start, part) != nil : text.contains(part)
        }
    }
}
