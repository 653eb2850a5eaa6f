import Registry

/// What decides where a password goes: challenges and pull secrets.
enum CredentialCase {
    static func checkChallenges(_ input: [UInt8]) throws(BrokenPromise) {
        let lines = input.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        let challenges = Challenge.parse(lines: lines)
        for challenge in challenges {
            try promise(challenge.scheme == challenge.scheme.lowercased(), "a scheme keeps its case")
            try promise(!challenge.scheme.isEmpty, "a scheme is empty")
            try promise(challenge.parameters.keys.allSatisfy { $0 == $0.lowercased() }, "a name keeps its case")
        }
        // Lines do not reach into each other.
        try promise(challenges == lines.flatMap { Challenge.parse(lines: [$0]) }, "lines change each other")
    }

    static func checkConfigurations(_ input: [UInt8]) throws(BrokenPromise) {
        let configs = [
            accepted { try DockerConfig(parsingDockerConfigJSON: input) },
            accepted { try DockerConfig(parsingDockerCfg: input) },
        ]
        for config in configs.compactMap(\.self) {
            let keychain = Keychain([config])
            for image in images {
                for credential in keychain.credentials(for: image) {
                    try promise(
                        config.entries.contains { $0.credential == credential }, "a credential is of no entry")
                    try promise(
                        credential.username?.contains(":") != true, "a name with a colon would move into the password")
                }
            }
            _ = config.problems.map(\.description)
        }
    }

    private static let images: [ImageReference] = ["nginx", "registry.example.com:5000/team/app", "icr.io/a/b/c"]
        .compactMap { text in accepted { try ImageReference(parsing: text) } }
}
