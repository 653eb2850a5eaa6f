/// A length of time as Go prints it: `10s`, `1m30s`, `500ms`.
package enum GoDuration {
    /// The duration: whole numbers with the units `h`, `m`, `s`, `ms`, `us` and `ns`, one after the other.
    ///
    /// Refuses (nil) signs, fractions, a number without a unit (also Go's bare `0`), and more than about 292 years,
    /// as Go does.
    package static func parse(_ text: Span<UInt8>) -> Duration? {
        guard !text.isEmpty else { return nil }
        var offset = 0
        var total: Int64 = 0
        while offset < text.count {
            guard let nanoseconds = component(of: text, at: &offset) else { return nil }
            let (sum, overflow) = total.addingReportingOverflow(nanoseconds)
            guard !overflow else { return nil }
            total = sum
        }
        return .nanoseconds(total)
    }

    /// One number with its unit, in nanoseconds.
    private static func component(of text: Span<UInt8>, at offset: inout Int) -> Int64? {
        guard ByteSet.isDigit(text[offset]) else { return nil }
        var number: Int64 = 0
        while offset < text.count, ByteSet.isDigit(text[offset]) {
            let (tens, tensOverflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflows) = tens.addingReportingOverflow(Int64(text[offset] - UInt8(ascii: "0")))
            guard !tensOverflow, !sumOverflows else { return nil }
            number = sum
            offset += 1
        }
        guard let scale = unit(of: text, at: &offset) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : product
    }

    /// The nanoseconds of a unit.
    private static func unit(of text: Span<UInt8>, at offset: inout Int) -> Int64? {
        // The letters behind a one, so that a zero byte is a letter too. No unit has three letters, so that with the second
        // it is clear what this is.
        var letters: UInt32 = 1
        while offset < text.count, !ByteSet.isDigit(text[offset]), letters < 1 << 16 {
            letters = letters << 8 | UInt32(text[offset])
            offset += 1
        }
        return switch letters {
        case 0x168: 3_600_000_000_000  // h
        case 0x16D: 60_000_000_000  // m
        case 0x173: 1_000_000_000  // s
        case 0x1_6D73: 1_000_000  // ms
        case 0x1_7573: 1_000  // us
        case 0x1_6E73: 1  // ns
        default: nil
        }
    }
}
