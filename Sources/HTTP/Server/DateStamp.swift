internal import Primitives
internal import Synchronization

/// The value of Date for the answers of this second, made once a second.
final class DateStamp: Sendable {
    private let last = Mutex((time: Timestamp(secondsSince1970: 0), text: ""))

    var now: String {
        let time = Timestamp.now
        return last.withLock { last in
            if last.time != time || last.text.isEmpty { last = (time, Self.text(of: time)) }
            return last.text
        }
    }

    /// IMF-fixdate: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7).
    static func text(of time: Timestamp) -> String {
        // 1994-11-06T08:49:37Z
        let digits = Array("\(time)".utf8)
        let part = { (range: Range<Int>) in String(decoding: digits[range], as: UTF8.self) }
        let weekday = weekdays[Int((time.secondsSince1970 / 86_400 + 4) % 7)]
        let month = Int(part(5..<7)).map { months[$0 - 1] } ?? ""
        return "\(weekday), \(part(8..<10)) \(month) \(part(0..<4)) \(part(11..<19)) GMT"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
