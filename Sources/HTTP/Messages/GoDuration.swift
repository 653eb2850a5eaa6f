/// A length of time as Go prints it: `10s`, `1m30s`, `500ms`.
package enum GoDuration {
    /// The duration: whole numbers with the units `h`, `m`, `s`, `ms`, `us` and `ns`, one after the other.
    ///
    /// Refuses (nil) signs, fractions, a number without a unit (also Go's bare `0`), and more than about 292 years,
    /// as Go does.
    package static func parse(_ text: String) -> Duration? {
        var rest = text.utf8[...]
        guard !rest.isEmpty else { return nil }
        var total: Int64 = 0
        while !rest.isEmpty {
            guard let nanoseconds = component(&rest) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
            guard !overflow else { return nil }
            total = sum
        }
        return .nanoseconds(total)
    }

    /// One number with its unit, in nanoseconds.
    private static func component(_ rest: inout Substring.UTF8View) -> Int64? {
        let digits = rest.prefix(while: ByteSet.isDigit)
        let unit = rest.dropFirst(digits.count).prefix { !ByteSet.isDigit($0) }
        rest = rest.dropFirst(digits.count + unit.count)
        guard let number = Int64(Substring(digits)), let scale = nanoseconds(in: Substring(unit)) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : product
    }

    private static func nanoseconds(in unit: Substring) -> Int64? {
        switch unit {
        case "h": 3_600_000_000_000
        case "m": 60_000_000_000
        case "s": 1_000_000_000
        case "ms": 1_000_000
        case "us": 1_000
        case "ns": 1
        default: nil
        }
    }
}
