import HTTP
import Primitives
import Registry
import Synchronization
import Testing

/// A network that answers from a script and keeps what it was asked.
final class ScriptedExchange: HTTPExchanging {
    private let script: @Sendable (ClientRequest) -> Result<ClientResponse, HTTPError>
    private let asked = Mutex<[ClientRequest]>([])

    init(_ script: @escaping @Sendable (ClientRequest) -> Result<ClientResponse, HTTPError>) {
        self.script = script
    }

    var requests: [ClientRequest] { asked.withLock(\.self) }
    var urls: [String] { requests.map(\.url.description) }

    /// The Authorization values that a host was shown.
    func authorizations(shownTo host: String) -> [String] {
        requests.filter { $0.url.host == host }.compactMap { $0.authorization?.revealText() }
    }

    func send(_ request: ClientRequest, by deadline: Deadline) async throws(HTTPError) -> ClientResponse {
        asked.withLock { $0.append(request) }
        let response = try script(request).get()
        guard response.body.count <= request.bodyLimit else { throw .bodyTooLarge(limit: request.bodyLimit) }
        return response
    }
}

extension ClientRequest {
    /// An answer to this request.
    func answer(
        _ code: Int, _ headers: [(String, String)] = [], _ body: [UInt8] = [], from url: URL? = nil
    ) -> Result<ClientResponse, HTTPError> {
        guard let status = Status(code: code) else { return .failure(.malformed(.statusCode)) }
        return .success(ClientResponse(status: status, headers: Headers(headers), body: body, url: url ?? self.url))
    }

    func answer(
        _ code: Int, _ headers: [(String, String)] = [], text: String
    ) -> Result<ClientResponse, HTTPError> {
        answer(code, headers, Array(text.utf8))
    }
}

var soon: Deadline { .after(.seconds(300)) }

/// A small image manifest.
let manifestText = """
    {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{},"layers":[]}
    """
let manifestType = ("Content-Type", "application/vnd.oci.image.manifest.v1+json")

func credential(_ username: String, _ password: String) throws -> Credential {
    try #require(Credential(username: username, password: Secret(password)))
}
