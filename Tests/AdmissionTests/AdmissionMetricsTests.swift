import Kubernetes
import Primitives
import Support
import Testing

@testable import Admission

@Suite struct AdmissionMetricsTests {
    private func page(_ outcomes: Examination.Outcome..., warnings: [String] = []) -> String {
        page(of: outcomes, warnings: warnings)
    }

    private func page(
        of outcomes: [Examination.Outcome] = [], warnings: [String] = [], request: AdmissionRequest? = nil,
        decision: Verdict.Decision = .refused, fault: ReasonCode? = nil
    ) -> String {
        let metrics = Metrics()
        let findings = outcomes.map { outcome in
            let use = ImageUse(role: .container, name: "c", image: "nginx", pointer: JSONPointer(["image"]))
            let examination = Examination(image: "nginx", outcome: outcome, warnings: warnings)
            return Verdict.Finding(use: use, examination: examination)
        }
        AdmissionMetrics(metrics).count(
            DecisionRecord(
                endpoint: .admit, request: request, uid: "u", decision: decision, fault: fault, message: "",
                findings: findings, duration: .milliseconds(3)))
        return metrics.exposition()
    }

    @Test("A review is counted once, with its time, and each of its images by what came of it")
    func counts() {
        let page = page(
            .notRequired, .refused(Objection(.unsigned, "no")), .refused(Objection(.unsigned, "no")))
        for line in [
            #"ostiary_reviews_total{endpoint="admit",operation="unknown",kind="other",decision="refused"} 1"#,
            #"ostiary_reviews_total{endpoint="validate",operation="unknown",kind="other",decision="refused"} 0"#,
            #"ostiary_refusals_total{reason="unsigned"} 2"#, #"ostiary_refusals_total{reason="other"} 0"#,
            #"ostiary_review_duration_seconds_bucket{decision="refused",le="0.0025"} 0"#,
            #"ostiary_review_duration_seconds_bucket{decision="refused",le="0.005"} 1"#,
            #"ostiary_images_total{outcome="refused"} 2"#, #"ostiary_images_total{outcome="not_required"} 1"#,
            #"ostiary_images_total{outcome="verified"} 0"#, "ostiary_image_warnings_total 0",
        ] {
            #expect(page.contains(line + "\n"), "\(line)")
        }
    }

    @Test(
        "Known kinds and operations are counted apart, and nobody makes a series by inventing a kind",
        arguments: [
            ("", "Pod", "CREATE", "Pod"), ("", "PodTemplate", "UPDATE", "PodTemplate"),
            ("apps", "Deployment", "CREATE", "Deployment"), ("extensions", "DaemonSet", "CREATE", "DaemonSet"),
            ("batch", "CronJob", "DELETE", "CronJob"), ("", "Deployment", "CREATE", "other"),
            ("example.com", "Pod", "CREATE", "other"), ("batch.volcano.sh", "Job", "CREATE", "other"),
            ("", "other", "CONNECT", "other"), ("", "x\"} 1\n", "CREATE", "other"), ("", "", "CREATE", "other"),
        ])
    func countsKinds(_ group: String, _ kind: String, _ operation: String, _ label: String) throws {
        let body = review([:], group: group, kind: kind.isEmpty ? " " : kind, operation: operation)
        let request = try AdmissionReview(parsing: Array(body.utf8)).request
        let text = page(request: request, decision: .admitted)
        let page = try PrometheusText(
            parsing: text,
            unconventional: ["allow", "deny"].reduce(into: []) { names, word in
                names.insert("portieris_pod_admission_decision_\(word)_count")
            })
        let series = #"ostiary_reviews_total{endpoint="admit",operation="\#(operation)",kind="\#(label)","#
        #expect(try page.value(of: series + #"decision="admitted"}"#) == 1)
        let family = try #require(page.families.first { $0.name == "ostiary_reviews_total" })
        #expect(family.samples.map(\.value).reduce(0, +) == 1)
    }

    @Test(
        "Portieris' counters count an admission once, if its images were looked at",
        arguments: [
            ([.notRequired, .notRequired], .admitted, nil, 1, 0), ([], .admitted, nil, 0, 0),
            ([.refused(Objection(.unsigned, "no")), .notRequired], .refused, nil, 0, 1),
            ([.undecided(Objection(.deadline, "late"))], .undecided, nil, 0, 1),
            ([], .refused, .malformedObject, 0, 0),
        ] as [([Examination.Outcome], Verdict.Decision, ReasonCode?, Int, Int)])
    func countsAsPortieris(
        _ outcomes: [Examination.Outcome], _ decision: Verdict.Decision, _ fault: ReasonCode?, _ allow: Int,
        _ deny: Int
    ) {
        let page = page(of: outcomes, decision: decision, fault: fault)
        #expect(page.contains("portieris_pod_admission_decision_allow_count \(allow)\n"))
        #expect(page.contains("portieris_pod_admission_decision_deny_count \(deny)\n"))
    }

    @Test("Warnings about images are counted, so that an operator sees them before a tenant uses them")
    func countsWarnings() {
        let page = page(.notRequired, .undecided(Objection(.other, "down")), warnings: ["one", "two"])
        #expect(page.contains("ostiary_image_warnings_total 4\n"))
    }
}
