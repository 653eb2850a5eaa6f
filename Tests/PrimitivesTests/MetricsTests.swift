import Primitives
import Synchronization
import Testing

@Suite("Metrics")
struct MetricsTests {
    @Test("prints each family once, with its series in the order they were made")
    func exposition() {
        let metrics = Metrics()
        let refused = metrics.counter("reviews_total", help: "Reviews.", labels: [("decision", "refused")])
        let gauge = metrics.gauge("expiry_seconds", help: "Expiry.")
        let admitted = metrics.counter("reviews_total", help: "Reviews.", labels: [("decision", "admitted")])
        refused.add()
        refused.add(2)
        admitted.add(5)
        gauge.set(7)
        gauge.add(-9)
        #expect(
            metrics.exposition() == """
                # HELP reviews_total Reviews.
                # TYPE reviews_total counter
                reviews_total{decision="refused"} 3
                reviews_total{decision="admitted"} 5
                # HELP expiry_seconds Expiry.
                # TYPE expiry_seconds gauge
                expiry_seconds -2

                """)
    }

    @Test("asks for the series of a family each time, and leaves out one that has none")
    func readings() {
        let metrics = Metrics()
        let files = Mutex<[String]>([])
        metrics.readings("broken_files", of: .gauge, help: "Files.") {
            files.withLock { $0 }.map { Metrics.Reading([("file", $0)], 1) }
        }
        metrics.gauge("a", help: "A.").set(1)
        #expect(!metrics.exposition().contains("broken_files"))
        files.withLock { $0 = ["/a", "/b \"c\"\n\\d"] }
        #expect(
            metrics.exposition().hasPrefix(
                """
                # HELP broken_files Files.
                # TYPE broken_files gauge
                broken_files{file="/a"} 1
                broken_files{file="/b \\"c\\"\\n\\\\d"} 1

                """))
    }

    @Test("counts durations in cumulative buckets, the bound included")
    func histogram() {
        let metrics = Metrics()
        let histogram = metrics.histogram("wait_seconds", help: "Waits.", labels: [("kind", "x")])
        for milliseconds in [1, 2, 100, 60_000] { histogram.observe(.milliseconds(milliseconds)) }
        let text = metrics.exposition()
        for line in [
            #"wait_seconds_bucket{kind="x",le="0.001"} 1"#, #"wait_seconds_bucket{kind="x",le="0.0025"} 2"#,
            #"wait_seconds_bucket{kind="x",le="0.1"} 3"#, #"wait_seconds_bucket{kind="x",le="30"} 3"#,
            #"wait_seconds_bucket{kind="x",le="+Inf"} 4"#, #"wait_seconds_sum{kind="x"} 60.103"#,
            #"wait_seconds_count{kind="x"} 4"#,
        ] {
            #expect(text.contains(line + "\n"))
        }
    }

    @Test("a label cannot break out of its line")
    func escaping() {
        let metrics = Metrics()
        _ = metrics.gauge("g", help: "G.", labels: [("a", "x\"y\\z\n")])
        #expect(metrics.exposition().hasSuffix("g{a=\"x\\\"y\\\\z\\n\"} 0\n"))
    }
}
