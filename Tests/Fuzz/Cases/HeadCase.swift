import HTTP

/// Heads and bodies of HTTP messages: however the bytes are cut into pieces, the result is the same.
enum HeadCase {
    static func checkRequest(_ input: [UInt8]) throws(BrokenPromise) {
        try check(input) { (head: RequestHead) in head.framing }
    }

    static func checkResponse(_ input: [UInt8]) throws(BrokenPromise) {
        try check(input) { (head: ResponseHead) in head.framing(answering: .get) }
    }

    private static let bodyLimit = 1024

    /// What a reader makes of a message.
    private struct Outcome: Equatable {
        var fields: [Headers.Field] = []
        var taken = 0
        var body: [UInt8] = []
        var isComplete = false
        var error: String?
    }

    private static func check<Head: MessageHead>(
        _ input: [UInt8], framing: (Head) -> BodyFraming
    ) throws(BrokenPromise) {
        let whole = read(input, in: max(1, input.count), framing: framing)
        for size in [1, 2 + input.count % 13] {
            let pieces = read(input, in: size, framing: framing)
            try promise(pieces == whole, "in pieces of \(size): \(pieces), at once: \(whole)")
        }
        try promise(whole.body.count <= bodyLimit, "the body has \(whole.body.count) bytes")
        for field in whole.fields {
            try promise(
                !field.name.isEmpty && field.value.utf8.allSatisfy { $0 != 0x0D && $0 != 0x0A && $0 != 0 },
                "a field holds a line end: \(field)")
        }
    }

    private static func read<Head: MessageHead>(
        _ input: [UInt8], in size: Int, framing: (Head) -> BodyFraming
    ) -> Outcome {
        var outcome = Outcome()
        do throws(HTTPError) {
            guard let (head, length) = try readHead(input, in: size) as (head: Head, length: Int)? else {
                return outcome
            }
            outcome.fields = head.headers.fields
            outcome.taken = length
            var parser = try BodyParser(framing: framing(head), limit: bodyLimit)
            try feed(input[length...], in: size, to: &parser, &outcome)
        } catch {
            outcome.error = error.description
        }
        return outcome
    }

    private static func readHead<Head: MessageHead>(
        _ input: [UInt8], in size: Int
    ) throws(HTTPError) -> (head: Head, length: Int)? {
        var parser = HeadParser<Head>()
        var end = 0
        repeat {
            end = min(end + size, input.count)
            if let found = try parser.parse(Array(input[..<end])) { return found }
        } while end < input.count
        return nil
    }

    private static func feed(
        _ bytes: ArraySlice<UInt8>, in size: Int, to parser: inout BodyParser, _ outcome: inout Outcome
    ) throws(HTTPError) {
        var (start, end) = (bytes.startIndex, bytes.startIndex)
        while !parser.isComplete, end < bytes.endIndex {
            end = min(end + size, bytes.endIndex)
            start += try parser.feed(bytes[start..<end])
        }
        outcome.taken = start
        outcome.body = parser.body
        outcome.isComplete = parser.isComplete
    }
}
