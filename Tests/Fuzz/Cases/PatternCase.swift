import Kubernetes
import Policies

/// Patterns and the index over them. The first line of an input is an image, each other one a pattern; an empty one ends
/// a policy.
enum PatternCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        let lines = input.split(separator: 0x0A, maxSplits: 64, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let image = lines.first ?? ""
        let policies = lines.dropFirst().split(separator: "").enumerated().map { policy(number: $0, of: $1) }
        for pattern in policies.flatMap(\.entries).map(\.pattern) {
            try promise(
                pattern.matches(Array(image.utf8)) == PlainPattern(pattern.description).matches(image),
                "'\(pattern)' and '\(image)'")
        }
        try checkResolution(of: image, by: policies)
    }

    private static func policy(number: Int, of patterns: ArraySlice<String>) -> ImagePolicy {
        ImagePolicy(
            identity: PolicyIdentity(
                kind: .clusterImagePolicy,
                key: ObjectKey(namespace: "", name: String(UnicodeScalar(UInt8(ascii: "0") + UInt8(number))))),
            entries: patterns.map {
                RepositoryEntry(pattern: Pattern($0), requirement: .failure(.keyNamespaceUnknown(name: $0)))
            })
    }

    private static func checkResolution(of image: String, by policies: [ImagePolicy]) throws(BrokenPromise) {
        guard let store = accepted({ try PolicyStore(policies: policies) }) else {
            throw BrokenPromise("the policies make no store")
        }
        let expected = scan(policies, for: image)
        switch store.resolve(image: image, in: "default") {
        case .refused: try promise(expected == nil, "the index misses '\(expected ?? "")' for '\(image)'")
        case .matched(let match):
            let found = "\(match.policy.key.name) \(match.pattern)"
            switch match.look {
            case .written: try promise(found == expected, "'\(found)' instead of '\(expected ?? "")' for '\(image)'")
            case .normalised(let form):
                try promise(expected == nil, "a second look although '\(expected ?? "")' matches '\(image)'")
                try promise(match.pattern.matches(Array(form.utf8)), "'\(found)' does not match '\(form)'")
            }
        }
    }

    /// Portieris' rule as it is written down: one entry after the other.
    private static func scan(_ policies: [ImagePolicy], for image: String) -> String? {
        let text = Array(image.utf8)
        var best: (name: String, specificity: Int)?
        for policy in policies {
            for entry in policy.entries {
                let name = "\(policy.identity.key.name) \(entry.pattern)"
                if entry.pattern.isExactly(text) { return name }
                let isBetter = best.map { $0.specificity < entry.pattern.specificity } ?? true
                if isBetter, entry.pattern.matches(text) { best = (name, entry.pattern.specificity) }
            }
        }
        return best?.name
    }
}
