import Primitives
import Testing

@Suite("Secret")
struct SecretTests {
    private struct Owner {
        let name = "registry"
        let password = Secret("swordfish")
        let optional: Secret? = Secret("swordfish")
        let list = [Secret("swordfish")]
        let table = ["a": Secret("swordfish")]
    }

    @Test("prints redacted in every way that Swift prints")
    func printsRedacted() {
        let owner = Owner()
        var texts = [
            "\(owner.password)", String(describing: owner.password), String(reflecting: owner.password), "\(owner)",
            String(reflecting: owner), "\(owner.list) \(owner.table)", String(describing: owner.optional),
            Mirror(reflecting: owner.password).children.map { "\($0)" }.joined(),
        ]
        var dumped = ""
        dump(owner, to: &dumped)
        dump(owner.password, to: &dumped)
        debugPrint(owner, owner.password, to: &dumped)
        print(owner, owner.password, to: &dumped)
        texts.append(dumped)
        for text in texts {
            #expect(!text.contains("swordfish") && !text.contains("115") && !text.lowercased().contains("0x"))
        }
        #expect("\(owner.password)" == "<redacted>")
        #expect(dumped.contains("<redacted>"))
    }

    @Test(
        "is equal to a secret of the same bytes",
        arguments: [
            ("", "", true), ("a", "a", true), ("a", "b", false), ("a", "", false), ("", "a", false), ("aa", "a", false),
            ("abc", "abd", false), ("bbc", "abc", false), ("\u{E9}", "e\u{301}", false),
        ])
    func compares(_ left: String, _ right: String, equal: Bool) {
        #expect((Secret(left) == Secret(right)) == equal)
        #expect(Set([Secret(left), Secret(right)]).count == (equal ? 1 : 2))
    }

    @Test("reveals what it holds, and only to whoever asks")
    func reveals() {
        #expect(Secret("pass\u{E9}").revealText() == "pass\u{E9}")
        #expect(Secret([0, 255, 1]).revealBytes() == [0, 255, 1])
        #expect(Secret([0xFF]).revealText() == "\u{FFFD}")
        #expect(Secret("").isEmpty && Secret("").revealBytes().isEmpty)
        #expect(!Secret([0]).isEmpty)
        #expect(Secret([1, 2, 3, 4][1...2]).revealBytes() == [2, 3])
    }
}
