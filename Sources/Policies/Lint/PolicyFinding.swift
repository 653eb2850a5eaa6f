package import Kubernetes

/// Something about a policy, or a Secret that it names, that its author should know.
package struct PolicyFinding: Hashable, Sendable {
    package enum Severity: String, CaseIterable, Sendable {
        /// Something does not do what it says, and refuses images until it is mended.
        case error
        /// It works, and probably not as it was meant.
        case warning
        /// It works as it says; this only says it again.
        case notice
    }

    package let code: Code
    /// The field that it is about.
    package let path: FieldPath
    /// One line, without the field.
    package let message: String

    package init(_ code: Code, at path: FieldPath, _ message: String) {
        self.code = code
        self.path = path
        self.message = message
    }

    /// A finding about a whole value.
    package init(_ code: Code, _ message: String) {
        self.init(code, at: FieldPath(), message)
    }

    package var severity: Severity { code.severity }

    /// The same finding about a field of an object in which the other stands at `base`.
    package func rooted(at base: FieldPath) -> PolicyFinding {
        PolicyFinding(code, at: FieldPath(base.steps + path.steps), message)
    }
}

extension PolicyFinding {
    /// The kinds of findings, by the names that scripts may rely on. Each has one severity.
    package enum Code: String, CaseIterable, Sendable {
        /// A file that cannot be read, or is neither YAML nor JSON as read here.
        case unreadableFile = "unreadable-file"
        /// A policy or Secret of a group or version that is not read.
        case wrongVersion = "wrong-version"
        /// Two objects of one kind, namespace and name.
        case duplicateObject = "duplicate-object"
        case unknownField = "unknown-field"
        /// A field that there is, at another level.
        case misplacedField = "misplaced-field"
        case wrongType = "wrong-type"
        case missingField = "missing-field"
        case invalidValue = "invalid-value"
        /// Something that this version knows and does not enforce.
        case notEnforced = "not-enforced"
        /// A Secret that is there and has no `key`.
        case secretWithoutKey = "secret-without-key"
        /// A Secret that is there and has no user name or password for a signature store.
        case secretWithoutPassword = "secret-without-password"
        /// A key ring in which no key can be used.
        case unusableKey = "unusable-key"
        /// A key ring in which no key may sign any more.
        case expiredKey = "expired-key"
        /// More signers than there are keys.
        case unreachableThreshold = "unreachable-threshold"

        /// A Secret that is not among the files.
        case missingSecret = "missing-secret"
        /// A part of a key ring that does not count, beside one that does.
        case keyProblem = "key-problem"
        /// A key that will not count in 30 days.
        case keyExpires = "key-expires"
        /// An entry before which another one always comes.
        case shadowedEntry = "shadowed-entry"
        /// A pattern that no name of an image can match.
        case neverMatches = "never-matches"
        /// A pattern that looks like a registry and matches no image of it.
        case hostOnlyPattern = "host-only-pattern"
        /// A pattern that also matches images of other registries.
        case broadPattern = "broad-pattern"
        /// An image that passed is refused under the name that was written into the object.
        case pinnedImageRefused = "pinned-image-refused"
        /// Signatures, or who may sign, over a connection that anybody can change.
        case plainHTTP = "plain-http"
        /// A folder of signatures, which only a policy in a file may name.
        case folderStore = "folder-store"
        case noEntries = "no-entries"
        case noPolicy = "no-policy"

        /// An entry that admits every image unchecked.
        case allowsEverything = "allows-everything"
        /// A requirement that can never matter.
        case idleRequirement = "idle-requirement"
        case legacyVersion = "legacy-version"
        case passedOver = "passed-over"

        /// How much it matters.
        package var severity: Severity {
            switch self {
            case .unreadableFile, .wrongVersion, .duplicateObject, .unknownField, .misplacedField, .wrongType,
                .missingField, .invalidValue, .notEnforced, .secretWithoutKey,
                .secretWithoutPassword, .unusableKey, .expiredKey, .unreachableThreshold:
                .error
            case .missingSecret, .keyProblem, .keyExpires, .shadowedEntry, .neverMatches, .hostOnlyPattern,
                .broadPattern, .pinnedImageRefused, .plainHTTP, .folderStore, .noEntries, .noPolicy:
                .warning
            case .allowsEverything, .idleRequirement, .legacyVersion, .passedOver: .notice
            }
        }
    }
}
