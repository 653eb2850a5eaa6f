import Kubernetes
import Primitives
import Testing

@testable import Admission

@Suite struct AdmissionMetricsTests {
    private func page(_ outcomes: Examination.Outcome..., warnings: [String] = []) -> String {
        let metrics = Metrics()
        let findings = outcomes.map { outcome in
            let use = ImageUse(role: .container, name: "c", image: "nginx", pointer: JSONPointer(["image"]))
            let examination = Examination(image: "nginx", outcome: outcome, warnings: warnings)
            return Verdict.Finding(use: use, examination: examination)
        }
        AdmissionMetrics(metrics).count(
            DecisionRecord(
                endpoint: .admit, request: nil, uid: "u", decision: .refused, message: "", findings: findings,
                duration: .milliseconds(3)))
        return metrics.exposition()
    }

    @Test("A review is counted once, with its time, and each of its images by what came of it")
    func counts() {
        let page = page(.notRequired, .refused(reason: "no", nil), .refused(reason: "no", nil))
        for line in [
            #"ostiary_reviews_total{endpoint="admit",decision="refused"} 1"#,
            #"ostiary_reviews_total{endpoint="validate",decision="refused"} 0"#,
            #"ostiary_review_duration_seconds_bucket{decision="refused",le="0.0025"} 0"#,
            #"ostiary_review_duration_seconds_bucket{decision="refused",le="0.005"} 1"#,
            #"ostiary_images_total{outcome="refused"} 2"#, #"ostiary_images_total{outcome="not_required"} 1"#,
            #"ostiary_images_total{outcome="verified"} 0"#, "ostiary_image_warnings_total 0",
        ] {
            #expect(page.contains(line + "\n"), "\(line)")
        }
    }

    @Test("Warnings about images are counted, so that an operator sees them before a tenant uses them")
    func countsWarnings() {
        let page = page(.notRequired, .undecided(reason: "down"), warnings: ["one", "two"])
        #expect(page.contains("ostiary_image_warnings_total 4\n"))
    }
}
