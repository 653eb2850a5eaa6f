package import Primitives

/// What may be shown to one registry, or to its token service, to be let in.
package struct Credential: Sendable {
    /// What the secret is, and so to whom it is shown and how.
    package enum Kind: Hashable, Sendable {
        /// The password of this user: to the registry by Basic, or to its token service. The name is never empty and
        /// has no colon, which RFC 7617 §2 cannot send.
        case password(username: String)
        /// A refresh token (`identitytoken` of the Docker client): to the token service only, which gives a bearer
        /// token for it (RFC 6749 §6).
        case identityToken
        /// A bearer token (`registrytoken` of the Docker client): to the registry itself, as it is (RFC 6750 §2.1).
        case registryToken
    }

    /// What it is, and so to whom it may be shown.
    package let kind: Kind
    /// The password or token. Never empty.
    package let secret: Secret
    /// What messages call the place it was found in, such as `pull secret "release"`; empty where nobody said.
    package let origin: String

    /// Refuses (nil) an empty name or password and a name with a colon.
    package init?(username: String, password: Secret, origin: String = "") {
        guard !username.isEmpty, !username.utf8.contains(UInt8(ascii: ":")), !password.isEmpty else { return nil }
        kind = .password(username: username)
        secret = password
        self.origin = origin
    }

    /// Refuses (nil) an empty token.
    package init?(identityToken: Secret, origin: String = "") {
        guard !identityToken.isEmpty else { return nil }
        kind = .identityToken
        secret = identityToken
        self.origin = origin
    }

    /// Refuses (nil) an empty token, and one with a byte that a field cannot carry.
    package init?(registryToken: Secret, origin: String = "") {
        guard !registryToken.isEmpty, registryToken.isSendable else { return nil }
        kind = .registryToken
        secret = registryToken
        self.origin = origin
    }

    /// Whose password it is; nil for a token.
    package var username: String? {
        if case .password(let username) = kind { username } else { nil }
    }

    /// The value of an Authorization field for the Basic scheme (RFC 7617 §2); nil for a token.
    package var basicAuthorization: Secret? {
        username.map { Secret("Basic " + Base64.encode(Array($0.utf8) + [UInt8(ascii: ":")] + secret.revealBytes())) }
    }
}

// Where it was found is no part of what it is: the same password in two Secrets is shown once.
extension Credential: Hashable {
    /// Whether both say the same to a registry.
    package static func == (left: Credential, right: Credential) -> Bool {
        left.kind == right.kind && left.secret == right.secret
    }

    /// Hashes what is compared.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(secret)
    }
}

extension Secret {
    /// Whether it consists of visible ASCII only, so that it can stand in a field as it is.
    var isSendable: Bool { revealBytes().allSatisfy { (0x21...0x7E).contains($0) } }

    /// The value of an Authorization field for the Bearer scheme (RFC 6750 §2.1).
    var bearerAuthorization: Secret { Secret(Array("Bearer ".utf8) + revealBytes()) }
}
