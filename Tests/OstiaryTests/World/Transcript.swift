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
            texts.filter { $0.contains(secret) }.map { "\(secret) in: \($0.prefix(400))" }
        }
    }
}
