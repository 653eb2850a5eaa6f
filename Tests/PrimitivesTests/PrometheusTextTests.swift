import Primitives
import Support
import Testing

/// The checker that other tests trust.
@Suite struct PrometheusTextTests {
    private static let good = """
        # HELP a_total A counter, with "any" text \\ here.
        # TYPE a_total counter
        a_total{x="1",y="\\"\\\\\\n{},="} 3
        a_total{x="2",y=""} 0
        # HELP b:seconds A gauge.
        # TYPE b:seconds gauge
        b:seconds -1.5e+3
        # HELP c_seconds A histogram.
        # TYPE c_seconds histogram
        c_seconds_bucket{k="v",le="0.1"} 1
        c_seconds_bucket{k="v",le="+Inf"} 2
        c_seconds_sum{k="v"} 60.1
        c_seconds_count{k="v"} 2

        """

    @Test("A good page is read")
    func reads() throws {
        let page = try PrometheusText(parsing: Self.good)
        #expect(page.families.map(\.name) == ["a_total", "b:seconds", "c_seconds"])
        #expect(try page.value(of: #"a_total{y="",x="2"}"#) == 0)
        #expect(try page.value(of: #"a_total{x="1",y="\"\\\n{},="}"#) == 3)
        #expect(try page.value(of: "b:seconds") == -1500)
        #expect(try page.value(of: #"c_seconds_bucket{k="v",le="+Inf"}"#) == 2)
        #expect(try page.value(of: "b") == nil)
    }

    @Test(
        "A page with a fault is refused",
        arguments: [
            ("# HELP b:seconds A gauge.\n", ""), ("# TYPE b:seconds gauge\n", ""), ("b:seconds -1.5e+3\n", ""),
            ("# TYPE b:seconds gauge", "# TYPE b:seconds gouge"), ("# TYPE b:seconds", "# TYPE b"),
            ("# HELP b:seconds A gauge.", "# HELP b:seconds "), ("# HELP b:seconds A gauge.", "# hello there all"),
            ("# HELP b:seconds A gauge.", "# HELP a_total A gauge."), ("b:seconds -1.5", "b:minutes -1.5"),
            ("b:seconds -1.5e+3", "b:seconds"), ("b:seconds -1.5e+3", "b:seconds x"),
            ("b:seconds -1.5e+3", "b:seconds 1 2"), ("b:seconds -1.5e+3", "b:seconds  1"),
            ("b:seconds -1.5e+3", "b:seconds infinity"), ("b:seconds -1.5e+3", "b:seconds 0x10"),
            ("b:seconds -1.5e+3", "b:seconds 1\n"), ("b:seconds -1.5e+3", "b:seconds 1\r"),
            ("b:seconds -1.5e+3", "b:seconds 1\nb:seconds 2"),
            ("b:seconds -1.5e+3", "b:seconds 1\nb:seconds{x=\"\"} 2"),
            ("b:seconds -1.5e+3", "b:seconds{} 1"), ("b:seconds", "2b"), ("b:seconds", "b-c"), ("b:seconds", "b_total"),
            ("b:seconds", "b_count"), ("a_total", "a"), (#"x="2",y="""#, #"x="2",x="""#), (#"x="2",y="""#, #"x="2",y"#),
            (#"x="2",y="""#, #"x="2",__y="""#), (#"x="2",y="""#, #"x="2",y:z="""#), (#"x="2",y="""#, #"x="2",y="\t""#),
            (#"x="2",y="""#, #"x="2""#), (#"x="2",y="""#, #"x="1",y="\"\\\n{},=""#), ("} 0", " 0"), ("} 0", "} -1"),
            (#"le="0.1"} 1"#, #"le="0.1"} 3"#), (#"le="+Inf""#, #"le="9""#), (#"le="+Inf""#, #"le="0.05""#),
            (#"le="0.1""#, #"le="x""#), (#"c_seconds_count{k="v"} 2"#, #"c_seconds_count{k="v"} 3"#),
            ("c_seconds_count{k=\"v\"} 2\n", ""), ("c_seconds_sum{k=\"v\"} 60.1\n", ""),
            ("c_seconds_sum{k=\"v\"} 60.1\n", "c_seconds_mean{k=\"v\"} 60.1\n"),
        ])
    func refuses(_ good: String, _ bad: String) throws {
        let page = Self.good.replacing(good, with: bad)
        #expect(page != Self.good)
        #expect(throws: PrometheusText.Fault.self) { try PrometheusText(parsing: page) }
    }

    @Test("No beginning of a page is a trap, and an unfinished line is refused")
    func survivesTruncation() {
        for length in 0..<Self.good.count {
            let start = String(Self.good.prefix(length))
            if !start.hasSuffix("\n") {
                #expect(throws: PrometheusText.Fault.self) { try PrometheusText(parsing: start) }
            } else {
                _ = try? PrometheusText(parsing: start)
            }
        }
    }

    @Test("What this house prints passes")
    func checksMetrics() throws {
        let metrics = Metrics()
        _ = metrics.counter("a_total", help: "Two\nlines \\ here.", labels: [("x", "\"\\\n")])
        metrics.gauge("b", help: "B.", labels: [("k", "1")]) { -4 }
        metrics.gauge("b", help: "B.", labels: [("k", "2")]) { 5 }
        let histogram = metrics.histogram("c_seconds", help: "C.")
        for milliseconds in [0, 3, 40_000] { histogram.observe(.milliseconds(milliseconds)) }
        let page = try PrometheusText(parsing: metrics.exposition())
        #expect(try page.value(of: #"a_total{x="\"\\\n"}"#) == 0)
        #expect(try page.value(of: #"b{k="1"}"#) == -4)
        #expect(try page.value(of: "c_seconds_count") == 3)
        #expect(try page.value(of: "c_seconds_sum") == 40.003)
    }
}
