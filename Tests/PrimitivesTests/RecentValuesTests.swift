import Primitives
import Testing

@Suite struct RecentValuesTests {
    @Test("It never holds more than its bound", arguments: [2, 3, 8, 100])
    func bounded(_ bound: Int) {
        var values = RecentValues<Int, Int>(bound: bound)
        for number in 0..<1000 {
            values.keep(number, for: number)
            #expect(values.count <= bound)
            #expect(values.value(for: number) == number)
        }
    }

    @Test("What is looked for stays, however much is kept beside it")
    func keepsUsed() {
        var values = RecentValues<Int, String>(bound: 8)
        values.keep("mine", for: -1)
        for number in 0..<1000 {
            values.keep("flood", for: number)
            #expect(values.value(for: -1) == "mine")
        }
    }

    @Test("What is forgotten is gone from both halves, and what is kept again is there once")
    func forgets() {
        var values = RecentValues<Int, Int>(bound: 4)
        for number in 0..<4 { values.keep(number, for: number) }
        values.keep(10, for: 0)
        #expect(values.value(for: 0) == 10)
        values.forget(0)
        #expect(values.value(for: 0) == nil)
    }
}
