internal import Primitives
internal import Registry

/// The credentials that Ostiary brings itself: the file of `--registry-config`.
struct OwnCredentials: Sendable {
    let keychain: Keychain
    /// What of the file cannot be used, one line each without a value.
    let problems: [String]

    /// What messages call it: users see them, and where the file is is none of their business.
    private static let origin = "--registry-config"

    /// Reads the file, again whenever it changes; a broken change leaves the old credentials.
    ///
    /// - Throws: `FileProblem` when it cannot be read or is no such file.
    static func read(_ path: String) throws(FileProblem) -> FileBacked<OwnCredentials> {
        try FileBacked([path]) { contents throws(FileProblem) in
            do throws(RegistryError) {
                let config = try DockerConfig(parsingDockerConfigJSON: contents[0], origin: origin)
                return OwnCredentials(
                    keychain: Keychain([config]), problems: config.problems.map { "\(path): \($0)" })
            } catch {
                throw FileProblem(path: path, reason: "\(error)")
            }
        }
    }
}
