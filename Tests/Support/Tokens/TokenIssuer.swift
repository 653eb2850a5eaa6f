import Foundation
import HTTP
import Primitives
import Synchronization

/// Decides who is given which token, as the token services beside registries do.
///
/// `puller` may read and write everything below `demo/`, whoever comes without a name may read `demo/public`. Like Docker
/// Hub's it gives a token for nothing to whoever may not have what he asks for.
package final class TokenIssuer: Sendable {
    package static let username = "puller"
    package static let password = "correct horse"
    package static let identityToken = "refresh+me&="

    private let pair: CertifiedKey
    private let asked = Mutex<[String]>([])

    init(pair: CertifiedKey) {
        self.pair = pair
    }

    /// What was asked for: `puller repository:demo/app:pull`, with `-` for whoever comes without a name.
    package var questions: [String] { asked.withLock(\.self) }

    /// Answers a GET with Basic or without, and a POST with an identity token.
    func answer(_ request: Request) async -> Response {
        do {
            guard let user = Self.user(request) else { return .text(.unauthorized, "who are you?") }
            let scopes = Self.pairs(request).filter { $0.name == "scope" }.map(\.value)
            asked.withLock { $0.append(([user] + scopes).joined(separator: " ")) }
            let token = try await token(for: user, scopes)
            return .json(.ok, Array(#"{"access_token":"\#(token)","expires_in":300}"#.utf8))
        } catch {
            return .text(.internalServerError, "\(error)")
        }
    }

    private static func pairs(_ request: Request) -> [(name: String, value: String)] {
        guard request.method == .post else { return request.queryItems }
        return Request(method: .get, target: "/?" + String(decoding: request.body, as: UTF8.self)).queryItems
    }

    /// The name of who asks, `-` for nobody; nil for a wrong password or identity token.
    private static func user(_ request: Request) -> String? {
        if request.method == .post {
            let form = Dictionary(pairs(request).map { ($0.name, $0.value) }) { first, _ in first }
            return form["grant_type"] == "refresh_token" && form["refresh_token"] == identityToken
                && form["service"] == "tests" ? username : nil
        }
        guard let authorization = request.headers["Authorization"] else { return "-" }
        let right = "Basic " + Data("\(username):\(password)".utf8).base64EncodedString()
        return authorization == right ? username : nil
    }

    /// A JSON web token (RFC 7519) as distribution's token authentication wants it, signed by `openssl`.
    private func token(for user: String, _ scopes: [String]) async throws -> String {
        let lines = String(decoding: try TemporaryFolder.read(path: pair.certificate), as: UTF8.self)
        let certificate = lines.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
        let now = Int(Date().timeIntervalSince1970)
        let access = scopes.compactMap { Self.access(user, $0) }.joined(separator: ",")
        let parts = [
            #"{"typ":"JWT","alg":"RS256","x5c":["\#(certificate)"]}"#,
            #"{"iss":"tests","sub":"\#(user)","aud":"tests","jti":"\#(UUID())","iat":\#(now),"nbf":\#(now - 60),"#
                + #""exp":\#(now + 3600),"access":[\#(access)]}"#,
        ]
        let signed = parts.map { Self.encoded(Array($0.utf8)) }.joined(separator: ".")
        let signature = try await CommandLineTool("openssl", debianPackage: "openssl").run(
            ["dgst", "-sha256", "-sign", pair.key], input: Array(signed.utf8))
        return signed + "." + Self.encoded(signature.standardOutput)
    }

    /// The grant for one scope; nil if he may not have it.
    private static func access(_ user: String, _ scope: String) -> String? {
        let parts = scope.split(separator: ":").map(String.init)
        guard parts.count == 3, parts[0] == "repository" else { return nil }
        let isHis = user == username && parts[1].hasPrefix("demo/")
        guard isHis || parts[1] == "demo/public" && parts[2] == "pull" else { return nil }
        let actions = parts[2].split(separator: ",").map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"type":"repository","name":"\#(parts[1])","actions":[\#(actions)]}"#
    }

    /// Base 64 for URLs without padding (RFC 4648 §5).
    private static func encoded(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }
}
