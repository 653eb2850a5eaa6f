import HTTP
import Testing

@testable import Cluster

@Suite struct APIStatusTests {
    private func status(_ name: String) throws -> APIStatus {
        let (head, body) = try Recorded.parsed(name)
        return APIStatus(head.status, head.headers, body: body)
    }

    @Test("The recorded refusals are read")
    func recorded() throws {
        #expect(try status("unauthorized-401").description == "401 Unauthorized: Unauthorized")
        #expect(
            try status("forbidden-403").description.hasPrefix(#"403 Forbidden: secrets \"regcred\" is forbidden: User"#)
        )
        #expect(try status("get-secret-missing-404").reason == "NotFound")
        #expect(try status("unknown-version-404").description == #"404 Not Found: 404 page not found\n"#)
        #expect(try status("streaming-list-invalid-422").code == 422)
        let future = try status("list-too-large-resource-version-504")
        #expect(future.isFuture && future.retryAfter == .seconds(1))
    }

    @Test(
        "A body that is no Status leaves the code", arguments: ["", "{", "[]", "null", #"{"code":"x"}"#, "\u{1B}[2J"])
    func anyBody(body: String) {
        let status = APIStatus(.serviceUnavailable, ["Retry-After": "7"], body: Array(body.utf8))
        #expect(status.code == 503 && status.retryAfter == .seconds(7))
        #expect(!status.description.contains("\u{1B}"))
    }

    @Test(
        "A Retry-After that is no number of seconds is none",
        arguments: ["-1", "soon", "99999999999", "Sat, 21 Nov 2026"])
    func oddRetryAfter(text: String) {
        #expect(APIStatus(.tooManyRequests, ["Retry-After": text], body: []).retryAfter == nil)
    }
}
