private import Cryptography
private import Primitives

/// Stands for credentials where something is remembered by them: equal for equal ones, and of no use to find them out.
package struct CredentialMark: Hashable, Sendable {
    /// 32 bytes.
    package let digest: [UInt8]

    fileprivate init(digest: [UInt8]) {
        self.digest = digest
    }
}

/// Makes marks: hashes under a secret of this process, so that a password cannot be guessed from one, and none is kept
/// for the sake of a memory.
package struct CredentialMarks: Sendable {
    private let seed: [UInt8]

    package init() {
        var random = SystemRandomNumberGenerator()
        seed = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// The mark of these credentials in this order.
    package func mark(_ credentials: [Credential]) -> CredentialMark {
        // Each part behind its length: no two lists give the same bytes.
        let parts = credentials.flatMap { [Self.name(of: $0), $0.secret.revealBytes()] }
        return CredentialMark(digest: Digest.sha256(seed + parts.flatMap { Array("\($0.count):".utf8) + $0 }))
    }

    private static func name(of credential: Credential) -> [UInt8] {
        switch credential.kind {
        case .password(let username): Array("password \(username)".utf8)
        case .identityToken: Array("identity token".utf8)
        case .registryToken: Array("registry token".utf8)
        }
    }
}
