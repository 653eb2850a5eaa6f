import Primitives
import Registry
import Testing

@Suite struct CredentialTests {
    @Test("A password is shown by Basic, a token never is")
    func basic() throws {
        let password = try #require(Credential(username: "user", password: Secret("hunter2")))
        #expect(password.basicAuthorization?.revealText() == "Basic dXNlcjpodW50ZXIy")
        #expect(try #require(Credential(identityToken: Secret("a b"))).basicAuthorization == nil)
        #expect(try #require(Credential(registryToken: Secret("ab"))).basicAuthorization == nil)
    }

    @Test("What cannot be sent is no credential", arguments: ["", "a b", "a\r\nb", "ü", "\u{7F}"])
    func unsendable(_ token: String) {
        #expect(Credential(registryToken: Secret(token)) == nil)
        #expect((Credential(identityToken: Secret(token)) == nil) == token.isEmpty)
    }

    @Test("Equal bytes of another kind are another credential")
    func kinds() {
        #expect(Credential(identityToken: Secret("a")) != Credential(registryToken: Secret("a")))
    }
}
