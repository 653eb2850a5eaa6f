import Testing

@testable import Primitives

@Suite struct TimestampParsingTests {
    @Test(
        "Times of RFC 3339 are read",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-21T17:25:36Z", 1_795_281_936),
            ("2026-11-21T17:25:36.123456Z", 1_795_281_936),
            ("2026-11-21T18:25:36+01:00", 1_795_281_936), ("2026-11-21t12:55:36-04:30", 1_795_281_936),
            ("2000-02-29T00:00:00Z", 951_782_400), ("1969-12-31T23:59:59z", -1),
            ("0001-01-01T00:00:00Z", -62_135_596_800),
        ])
    func read(text: String, seconds: Int64) {
        #expect(Timestamp(parsing: text)?.secondsSince1970 == seconds)
    }

    @Test("What is written is read again", arguments: [-1, 0, 951_782_399, 1_795_281_936, 253_402_300_799] as [Int64])
    func roundTrip(seconds: Int64) {
        let timestamp = Timestamp(secondsSince1970: seconds)
        #expect(Timestamp(parsing: timestamp.description) == timestamp)
    }

    @Test(
        "Other texts are none",
        arguments: [
            "", "2026-11-21", "2026-11-21 17:25:36Z", "2026-11-21T17:25:36", "2026-13-01T00:00:00Z",
            "2026-02-29T00:00:00Z",
            "2026-00-01T00:00:00Z", "2026-11-00T00:00:00Z", "2026-11-21T24:00:00Z", "2026-11-21T17:60:36Z",
            "2026-11-21T17:25:61Z", "2026-11-21T17:25:36.Z", "2026-11-21T17:25:36Zx", "+026-11-21T17:25:36Z",
            "2026-11-21T17:25:36+24:00", "2026-11-21T17:25:36+1:00",
        ])
    func refused(text: String) {
        #expect(Timestamp(parsing: text) == nil)
    }

    @Test("No beginning of a time is one")
    func truncation() {
        let text = "2026-11-21T17:25:36.5Z"
        for length in 0..<text.count { #expect(Timestamp(parsing: String(text.prefix(length))) == nil) }
    }
}
