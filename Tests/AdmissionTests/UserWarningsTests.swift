import Testing

@testable import Admission

@Suite struct UserWarningsTests {
    @Test("Each warning is given once, in order, and an empty one not at all")
    func dropsRepetitions() {
        #expect(UserWarnings.make(from: ["b", "a", "", "b", " \n", "a"]) == ["b", "a"])
    }

    @Test("A warning is one line without control characters, which the API server would drop silently")
    func keepsOneLine() {
        #expect(UserWarnings.make(from: ["a\nb\r\n\tc\u{1B}[1m\u{202E}d\u{0}"]) == ["a b c [1m d"])
    }

    @Test(
        "A warning has at most 120 characters, and says that it was cut",
        arguments: ["x", "é", "😀", "e\u{301}"])
    func cuts(_ unit: String) throws {
        let scalars = unit.unicodeScalars.count
        let fitting = String(repeating: unit, count: 120 / scalars)
        #expect(UserWarnings.make(from: [fitting]) == [fitting])
        let cut = try #require(UserWarnings.make(from: [fitting + unit]).first)
        #expect(cut.unicodeScalars.count == 120)
        #expect(cut.hasSuffix("…"))
    }

    @Test("Two warnings that differ behind the cut are one")
    func dropsRepetitionsAfterCutting() {
        let start = String(repeating: "x", count: 120)
        #expect(UserWarnings.make(from: [start + "1", start + "2"]).count == 1)
    }

    @Test("All warnings together stay below the 4096 characters beyond which the API server cuts each")
    func boundsAll() {
        for count in [31, 32, 33, 500] {
            let warnings = UserWarnings.make(from: (0..<count).map { "\($0) " + String(repeating: "x", count: 200) })
            #expect(warnings.count == min(count, 32))
            #expect(warnings.map(\.unicodeScalars.count).reduce(0, +) <= 4096)
            if count > 32 { #expect(warnings.last == "and \(count - 31) more warnings") }
        }
    }
}
