private import Primitives

/// The registry credentials of one pull secret, in the file format of the Docker client.
///
/// An entry that cannot be used is reported and the others are kept: one bad line must not take the pull secrets of a
/// whole cluster away.
package struct DockerConfig: Sendable {
    /// One usable credential and the key of the file that it stands under. A key may have several.
    package struct Entry: Hashable, Sendable {
        /// The key as it stands in the file: `host`, `host:port`, or a URL.
        package let registry: String
        /// The images that this is a key for.
        package let scope: CredentialScope
        /// What stands under it.
        package let credential: Credential
    }

    /// One entry that cannot be used.
    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The key as it stands in the file.
        package let registry: String
        let reason: String

        /// One line for the log; it never repeats a value, nor what stands before an `@`, which may be a password.
        package var description: String {
            let shown = registry.lastIndex(of: "@").map { "…" + registry[$0...] } ?? registry
            return "the entry for \"\(PlainText.make(from: shown, limit: 200))\" is not used: \(reason)"
        }
    }

    /// The usable entries in the order of the file.
    package let entries: [Entry]
    /// The others.
    package let problems: [Problem]

    /// Reads the value of a Secret's `.dockerconfigjson`: the entries are the members of `auths`. Credential helpers
    /// (`credsStore`, `credHelpers`) are programs, and no program is started here.
    ///
    /// - Parameter origin: what messages call the file.
    /// - Throws: `RegistryError.invalidDockerConfig` for what is not JSON, not an object, or without the object `auths`.
    package init(parsingDockerConfigJSON bytes: [UInt8], origin: String = "") throws(RegistryError) {
        let root = try Self.object(parsing: bytes)
        guard let auths = root["auths"], auths.kind == .object else {
            throw .invalidDockerConfig("it has no object \"auths\"")
        }
        self.init(entriesOf: auths, origin: origin)
    }

    /// Reads the value of a Secret's `.dockercfg`, the older form: the entries are the members of the outermost object.
    ///
    /// - Parameter origin: what messages call the file.
    /// - Throws: `RegistryError.invalidDockerConfig` for what is not a JSON object.
    package init(parsingDockerCfg bytes: [UInt8], origin: String = "") throws(RegistryError) {
        self.init(entriesOf: try Self.object(parsing: bytes), origin: origin)
    }

    private static func object(parsing bytes: [UInt8]) throws(RegistryError) -> JSONValue {
        do throws(JSONError) {
            let root = try JSONDocument(parsing: bytes, limit: Limits.dockerConfigBytes).root
            if root.kind == .object { return root }
        } catch {
            // A key may be anything that somebody pasted there.
            if case .duplicateKey = error.reason {
                throw .invalidDockerConfig("a key stands twice in a JSON object (byte \(error.offset))")
            }
            throw .invalidDockerConfig(error.description)
        }
        throw .invalidDockerConfig("it is not a JSON object")
    }

    private init(entriesOf object: JSONValue, origin: String) {
        var entries: [Entry] = []
        var problems: [Problem] = []
        for member in object.members {
            do throws(UnusableEntry) {
                guard let scope = CredentialScope(key: member.key) else {
                    throw UnusableEntry(reason: "its key is not a host with an optional port and path")
                }
                entries += try Self.credentials(in: member.value, origin: origin)
                    .map { Entry(registry: member.key, scope: scope, credential: $0) }
            } catch {
                problems.append(Problem(registry: member.key, reason: error.reason))
            }
        }
        self.entries = entries
        self.problems = problems
    }
}

// The fields of one entry.
extension DockerConfig {
    private struct UnusableEntry: Error {
        let reason: String
    }

    /// All that the entry has: a bearer token, a refresh token, and `auth` (base 64 of `name:password`) where it can be
    /// read, else `username` and `password`. The special ones come first, as clients of Docker's have it.
    private static func credentials(
        in entry: JSONValue, origin: String
    ) throws(UnusableEntry) -> [Credential] {
        guard entry.kind == .object else { throw UnusableEntry(reason: "it is not an object") }
        let found = [
            token("registrytoken", of: entry).flatMap { Credential(registryToken: $0, origin: origin) },
            token("identitytoken", of: entry).flatMap { Credential(identityToken: $0, origin: origin) },
            entry["auth"]?.string.flatMap { credential(decoding: $0, origin: origin) }
                ?? credential(fieldsOf: entry, origin: origin),
        ].compactMap(\.self)
        guard found.isEmpty else { return found }
        guard entry["auth"]?.string?.isEmpty ?? true else {
            throw UnusableEntry(reason: "\"auth\" is not the base 64 form of name:password")
        }
        throw UnusableEntry(reason: "it holds no user name and password, and no token")
    }

    private static func token(_ name: String, of entry: JSONValue) -> Secret? {
        entry[name]?.string.map { Secret($0) }
    }

    private static func credential(fieldsOf entry: JSONValue, origin: String) -> Credential? {
        guard let username = entry["username"]?.string, let password = entry["password"]?.string else { return nil }
        return Credential(username: username, password: Secret(password), origin: origin)
    }

    /// Splits at the first colon. Padding may be missing, as some tools write it.
    private static func credential(decoding auth: String, origin: String) -> Credential? {
        var text = Array(auth.utf8.drop(while: isSpace))
        while let last = text.last, isSpace(last) { text.removeLast() }
        if text.last != UInt8(ascii: "=") {
            text += [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
        }
        guard let bytes = Base64.decode(text[...]), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let username = String(validating: bytes[..<colon], as: UTF8.self)
        else { return nil }
        return Credential(username: username, password: Secret(bytes[(colon + 1)...]), origin: origin)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
