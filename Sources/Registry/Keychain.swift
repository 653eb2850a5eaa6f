private import Primitives

/// The credentials of some pull secrets.
package struct Keychain: Sendable {
    private let entries: [DockerConfig.Entry]
    /// For each host without a star, the places of its entries in the list.
    private let places: [[UInt8]: [Int]]
    /// The places of the others.
    private let patterns: [Int]

    /// - Parameter configs: the pull secrets in the order in which the workload (or its service account) names them.
    package init(_ configs: [DockerConfig] = []) {
        entries = configs.flatMap(\.entries)
        var places: [[UInt8]: [Int]] = [:]
        var patterns: [Int] = []
        for (place, entry) in entries.enumerated() {
            if let host = entry.scope.exactHost {
                places[host, default: []].append(place)
            } else {
                patterns.append(place)
            }
        }
        (self.places, self.patterns) = (places, patterns)
    }

    /// The credentials that may be shown to the registry of this image, each once, in the order to try them; at most
    /// `Limits.credentialsPerImage`.
    ///
    /// A credential goes only to the host that its key names, see `CredentialScope`. Those that name the host go before
    /// those that name a pattern, then those with the longer path, then those that stand first.
    ///
    /// - Parameter others: come after all of these, however well they fit.
    package func credentials(for image: ImageReference, then others: Keychain? = nil) -> [Credential] {
        let target = CredentialScope.ImageTarget(image)
        let found = credentials(for: target) + (others?.credentials(for: target) ?? [])
        var known: Set<Credential> = []
        return Array(found.filter { known.insert($0).inserted }.prefix(Limits.credentialsPerImage))
    }

    private func credentials(for target: CredentialScope.ImageTarget) -> [Credential] {
        let candidates = target.hosts.flatMap { places[$0] ?? [] } + patterns
        let fitting = candidates.compactMap { place in entries[place].scope.fit(to: target).map { (place, $0) } }
        return fitting.sorted(by: Self.isBefore).map { entries[$0.0].credential }
    }

    private typealias Fitting = (place: Int, fit: CredentialScope.Fit)

    private static func isBefore(_ left: Fitting, _ right: Fitting) -> Bool {
        if left.fit < right.fit { return true }
        return !(right.fit < left.fit) && left.place < right.place
    }
}
