import Foundation
import Support

/// Secrets that must never be seen in anything that the program says. They have characters that look different in a URL.
enum Planted {
    static let password = "planted+right/password"
    static let wrongPassword = "planted+wrong/password"
    static let token = "planted-bearer-token"
    static let storePassword = "planted+store/password"
    static let identityToken = "planted+identity/token"
    static let registryToken = "planted+registry/token"
    static let ownPassword = "planted+own/password"
    /// Letters and digits only: tinyproxy takes nothing else.
    static let proxyPassword = "planted7proxy7password"
    static let bystander = "planted+value/that-nobody-asks-for"

    private static let all = [
        password, wrongPassword, token, storePassword, identityToken, registryToken, ownPassword, proxyPassword,
        bystander, TokenIssuer.password, TokenIssuer.identityToken,
    ]

    /// What follows `Basic` for the user `reader` of the private store.
    static var storeAuthorization: String { Data("reader:\(storePassword)".utf8).base64EncodedString() }

    /// They, in the forms in which they are stored and sent.
    static var forms: [String] {
        let accounts = all.flatMap { ["reader:\($0)", "reader2:\($0)", "\(TokenIssuer.username):\($0)"] }
        return all + (all + accounts).map(base64) + all.flatMap(escaped)
    }

    private static func base64(_ text: String) -> String {
        // Without its end, which depends on what follows.
        String(Data(text.utf8).base64EncodedString().prefix { $0 != "=" }.dropLast())
    }

    /// In a query, in a form, in a JSON string, and in JSON's escapes for HTML.
    private static func escaped(_ text: String) -> [String] {
        let query = text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
        let form = text.replacing("+", with: "%2B").replacing("/", with: "%2F")
        return [query, query.lowercased(), form, form.lowercased(), text.replacing("/", with: "\\/")]
    }
}
