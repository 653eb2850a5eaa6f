import Foundation
import Primitives
import Testing

@Suite("Timestamp")
struct TimestampTests {
    @Test(
        "prints RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:01Z"), (-1, "1969-12-31T23:59:59Z"),
            (86_399, "1970-01-01T23:59:59Z"), (86_400, "1970-01-02T00:00:00Z"), (-86_400, "1969-12-31T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"), (1_077_926_400, "2004-02-28T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"), (1_735_603_200, "2024-12-31T00:00:00Z"),
            (1_795_283_136, "2026-11-21T17:45:36Z"), (4_107_456_000, "2100-02-28T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (2_147_483_648, "2038-01-19T03:14:08Z"),
            (-2_203_891_200, "1900-03-01T00:00:00Z"), (-11_644_473_600, "1601-01-01T00:00:00Z"),
            (-62_135_596_800, "0001-01-01T00:00:00Z"), (-62_135_596_801, "0000-12-31T23:59:59Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (253_402_300_800, "10000-01-01T00:00:00Z"),
        ] as [(Int64, String)])
    func prints(_ seconds: Int64, text: String) {
        #expect(Timestamp(secondsSince1970: seconds).description == text)
    }

    @Test("agrees with Foundation about every day of five centuries")
    func agreesWithFoundation() {
        let formatter = ISO8601DateFormatter()
        for day in stride(from: -25_567, through: 146_097, by: 1) {
            let seconds = Int64(day) * 86_400 + Int64(abs(day) % 86_400)
            let expected = formatter.string(from: Date(timeIntervalSince1970: Double(seconds)))
            guard Timestamp(secondsSince1970: seconds).description != expected else { continue }
            Issue.record("\(seconds): \(Timestamp(secondsSince1970: seconds)), not \(expected)")
            return
        }
    }

    @Test("prints the ends of the number range without a trap", arguments: [Int64.min, .min + 1, .max])
    func survivesExtremes(_ seconds: Int64) {
        #expect(Timestamp(secondsSince1970: seconds).description.hasSuffix("Z"))
    }

    @Test("orders by time, and now is after this test was written")
    func compares() {
        #expect(Timestamp(secondsSince1970: -1) < Timestamp(secondsSince1970: 0))
        #expect(Timestamp.now > Timestamp(secondsSince1970: 1_700_000_000))
    }
}
