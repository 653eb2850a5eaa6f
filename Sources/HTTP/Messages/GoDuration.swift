/// A length of time as Go prints it: `10s`, `1m30s`, `500ms`.
package enum GoDuration {
    /// The duration: whole numbers with the units `h`, `m`, `s`, `ms`, `us` and `ns`, one after the other.
    ///
    /// Refuses (nil) signs, fractions, a number without a unit (also Go's bare `0`), and more than about 292 years,
    /// as Go does.
    package static func parse(_ text: some Collection<UInt8>) -> Duration? {
        var rest = text[...]
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
    private static func component<Bytes: Collection<UInt8>>(_ rest: inout Bytes) -> Int64?
    where Bytes.SubSequence == Bytes {
        guard let first = rest.first, ByteSet.isDigit(first) else { return nil }
        var number: Int64 = 0
        while let byte = rest.first, ByteSet.isDigit(byte) {
            let (tens, tensOverflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflows) = tens.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
            guard !tensOverflow, !sumOverflows else { return nil }
            number = sum
            rest.removeFirst()
        }
        guard let scale = unit(&rest) else { return nil }
        let (product, overflow) = number.multipliedReportingOverflow(by: scale)
        return overflow ? nil : product
    }

    /// The nanoseconds of a unit.
    private static func unit<Bytes: Collection<UInt8>>(_ rest: inout Bytes) -> Int64?
    where Bytes.SubSequence == Bytes {
        var letters: UInt32 = 0
        // No unit has three letters, so that with the third it is clear that this is none.
        while let byte = rest.first, !ByteSet.isDigit(byte), letters < 1 << 16 {
            letters = letters << 8 | UInt32(byte)
            rest.removeFirst()
        }
        return switch letters {
        case 0x68: 3_600_000_000_000  // h
        case 0x6D: 60_000_000_000  // m
        case 0x73: 1_000_000_000  // s
        case 0x6D73: 1_000_000  // ms
        case 0x7573: 1_000  // us
        case 0x6E73: 1  // ns
        default: nil
        }
    }
}
