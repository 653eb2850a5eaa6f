import Kubernetes
import Primitives
import Testing

@testable import Admission
@testable import ostiary

@Suite("Reports for people") struct ReportTests {
    private static let forged = "nginx\u{1B}[2K\r✓ admitted\nand more\u{9B}1A"

    @Test("An image's name writes no line and drives no terminal", arguments: [true, false])
    func keepsToItsLine(isRefused: Bool) {
        let outcome: Examination.Outcome = isRefused ? .refused(Objection(.other, Self.forged)) : .notRequired
        let examination = Examination(image: Self.forged, outcome: outcome, warnings: [Self.forged])
        let lines = ImageReport(examination: examination, namespace: "shop").lines
        #expect(lines.first?.contains("nginx [2K ✓ admitted and more 1A") == true)
        #expect(lines.allSatisfy { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } })
    }

    @Test("An object's kind writes no line and drives no terminal")
    func keepsObjectsToTheirLine() {
        let report = ReviewReport("\(Self.forged) (file, line 1)", unreadable: Self.forged)
        #expect(report.lines.count == 2)
        #expect(report.lines.allSatisfy { !$0.unicodeScalars.contains { $0.properties.generalCategory == .control } })
    }
}
