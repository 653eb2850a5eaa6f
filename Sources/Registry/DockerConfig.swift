private import Primitives

/// The registry credentials of one pull secret, in the file format of the Docker client.
///
/// An entry that cannot be used is reported and the others are kept: one bad line must not take the pull secrets of a
/// whole cluster away.
package struct DockerConfig: Sendable {
    /// One usable entry: a key of the file and the credential under it.
    package struct Entry: Hashable, Sendable {
        /// The key as it stands in the file: `host`, `host:port`, or a URL.
        package let registry: String
        /// What stands under it.
        package let credential: Credential
    }

    /// One entry that cannot be used.
    package struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// The key as it stands in the file.
        package let registry: String
        let reason: String

        /// One line for the log; it never repeats a value.
        package var description: String {
            "the entry for \"\(PlainText.make(from: registry, limit: 200))\" is not used: \(reason)"
        }
    }

    /// The usable entries in the order of the file.
    package let entries: [Entry]
    /// The others.
    package let problems: [Problem]

    /// Reads the value of a Secret's `.dockerconfigjson`: the entries are the members of `auths`.
    ///
    /// - Throws: `RegistryError.invalidDockerConfig` for what is not JSON, not an object, or without the object `auths`.
    package init(parsingDockerConfigJSON bytes: [UInt8]) throws(RegistryError) {
        let root = try Self.object(parsing: bytes)
        guard let auths = root["auths"], auths.kind == .object else {
            throw .invalidDockerConfig("it has no object \"auths\"")
        }
        self.init(entriesOf: auths)
    }

    /// Reads the value of a Secret's `.dockercfg`, the older form: the entries are the members of the outermost object.
    ///
    /// - Throws: `RegistryError.invalidDockerConfig` for what is not a JSON object.
    package init(parsingDockerCfg bytes: [UInt8]) throws(RegistryError) {
        self.init(entriesOf: try Self.object(parsing: bytes))
    }

    private static func object(parsing bytes: [UInt8]) throws(RegistryError) -> JSONValue {
        do throws(JSONError) {
            let root = try JSONDocument(parsing: bytes, limit: Limits.dockerConfigBytes).root
            if root.kind == .object { return root }
        } catch {
            throw .invalidDockerConfig(error.description)
        }
        throw .invalidDockerConfig("it is not a JSON object")
    }

    private init(entriesOf object: JSONValue) {
        var entries: [Entry] = []
        var problems: [Problem] = []
        for member in object.members {
            do throws(UnusableEntry) {
                entries.append(Entry(registry: member.key, credential: try Self.credential(in: member.value)))
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

    /// `auth` (base 64 of `name:password`) where it can be read, else `username` and `password`.
    private static func credential(in entry: JSONValue) throws(UnusableEntry) -> Credential {
        guard entry.kind == .object else { throw UnusableEntry(reason: "it is not an object") }
        let auth = entry["auth"]?.string.flatMap(credential(decoding:))
        if let credential = auth ?? credential(fieldsOf: entry) { return credential }
        if entry["identitytoken"] != nil || entry["registrytoken"] != nil {
            throw UnusableEntry(reason: "identity and registry tokens are not supported, a name and password are")
        }
        guard entry["auth"]?.string?.isEmpty ?? true else {
            throw UnusableEntry(reason: "\"auth\" is not the base 64 form of name:password")
        }
        throw UnusableEntry(reason: "it holds no user name and password")
    }

    private static func credential(fieldsOf entry: JSONValue) -> Credential? {
        guard let username = entry["username"]?.string, let password = entry["password"]?.string else { return nil }
        return Credential(username: username, password: Secret(password))
    }

    /// Splits at the first colon. Padding may be missing, as some tools write it.
    private static func credential(decoding auth: String) -> Credential? {
        var text = Array(auth.utf8.drop(while: isSpace))
        while let last = text.last, isSpace(last) { text.removeLast() }
        if text.last != UInt8(ascii: "=") {
            text += [UInt8](repeating: UInt8(ascii: "="), count: (4 - text.count % 4) % 4)
        }
        guard let bytes = Base64.decode(text[...]), let colon = bytes.firstIndex(of: UInt8(ascii: ":")),
            let username = String(validating: bytes[..<colon], as: UTF8.self)
        else { return nil }
        return Credential(username: username, password: Secret(bytes[(colon + 1)...]))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
