internal import HTTP
internal import Primitives

/// When a peer that turned a question down wants to be asked again (RFC 9110 §10.2.3).
struct RetryAfter: Hashable, Sendable {
    /// From now on; 0 at the earliest.
    let seconds: Int

    /// Reads `Retry-After`: a number of seconds, or a date. A date is taken by the peer's own clock where the peer says
    /// what that shows, in `Date`. Nil where the field is missing, repeated or anything else.
    init?(_ headers: Headers, at now: Timestamp = .now) {
        guard let text = headers["Retry-After"] else { return nil }
        if let seconds = Self.seconds(text) {
            self.seconds = seconds
            return
        }
        guard let date = Timestamp(parsingHTTPDate: text) else { return nil }
        let present = headers["Date"].flatMap { Timestamp(parsingHTTPDate: $0) } ?? now
        seconds = Int(clamping: max(0, date.secondsSince1970 - present.secondsSince1970))
    }

    private static func seconds(_ text: String) -> Int? {
        guard (1...9).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }
}

extension Timestamp {
    /// Reads the date that HTTP writes: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7). Nil for everything else, the
    /// two obsolete forms included, which nobody sends any more. The day of the week is not looked at.
    init?(parsingHTTPDate text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].utf8.count == 4, parts[0].hasSuffix(","), parts[5] == "GMT",
            let month = Self.months.firstIndex(of: String(parts[2]))
        else { return nil }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        self.init(parsing: "\(parts[3])-\(number)-\(parts[1])T\(parts[4])Z")
    }

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
