package import Primitives

/// A user name and password for one registry.
package struct Credential: Hashable, Sendable {
    /// Never empty, and without a colon: RFC 7617 §2 cannot send one.
    package let username: String
    /// Never empty.
    package let password: Secret

    /// Refuses (nil) an empty name or password and a name with a colon.
    package init?(username: String, password: Secret) {
        guard !username.isEmpty, !username.utf8.contains(UInt8(ascii: ":")), !password.isEmpty else { return nil }
        self.username = username
        self.password = password
    }

    /// The value of an Authorization field for the Basic scheme (RFC 7617 §2).
    package var basicAuthorization: Secret {
        Secret("Basic " + Base64.encode(Array(username.utf8) + [UInt8(ascii: ":")] + password.revealBytes()))
    }
}
