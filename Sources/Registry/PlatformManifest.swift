internal import Primitives

/// One of the manifests that an index lists: the image for one platform, or what is attached to one.
package struct PlatformManifest: Hashable, Sendable {
    /// Of its bytes, as the index binds them.
    package let digest: ImageDigest
    /// `linux/arm64/v8`, by the account of whoever made the index; nil where it names none. Printable.
    package let platform: String?
}

extension Manifest {
    /// The manifests that an index lists, each digest once, in its order; none for an image.
    ///
    /// All of them, those for the platform `unknown/unknown` too, where buildkit puts what it attests: which one a node
    /// runs is for the node to say, and it does not have to be the one that its platform names.
    ///
    /// - Throws: `Problem` for more than `Limits.manifestsPerIndex`, an index within the index (its own list is not
    ///   bound to be looked at), a digest that nothing here can prove, and an entry that two readers could take for two
    ///   things.
    package func platformManifests() throws(Problem) -> [PlatformManifest] {
        guard MediaType(rawValue: mediaType)?.isIndex == true else { return [] }
        guard let list = try Self.object(parsing: body)["manifests"], list.kind == .array else {
            throw .ambiguousContent
        }
        guard list.count <= Limits.manifestsPerIndex else { throw .tooManyManifests(limit: Limits.manifestsPerIndex) }
        var known: Set<ImageDigest> = []
        var manifests: [PlatformManifest] = []
        for entry in list.elements {
            let manifest = try Self.platformManifest(entry)
            if known.insert(manifest.digest).inserted { manifests.append(manifest) }
        }
        return manifests
    }

    private static func platformManifest(_ entry: JSONValue) throws(Problem) -> PlatformManifest {
        guard entry.kind == .object else { throw .unusableEntry("it is not an object") }
        try refuseFoldedKeys(in: entry, of: ["mediaType", "digest", "platform"])
        let type = entry["mediaType"]?.string?.lowercased()
        guard MediaType.allCases.first(where: { $0.rawValue == type })?.isIndex != true else { throw .nestedIndex }
        let digest: ImageDigest
        do throws(RegistryError) {
            digest = try ImageDigest(parsing: entry["digest"]?.string ?? "")
        } catch {
            throw .unusableEntry(error.description)
        }
        guard digest.algorithm == .sha256 else { throw .unusableEntry("only a sha256 digest can be proven") }
        return PlatformManifest(digest: digest, platform: entry["platform"].flatMap(platform))
    }

    /// The operating system, the architecture and its variant.
    private static func platform(_ value: JSONValue) -> String? {
        let parts = ["os", "architecture", "variant"].compactMap { value[$0]?.string }.filter { !$0.isEmpty }
        return parts.isEmpty ? nil : PlainText.make(from: parts.joined(separator: "/"), limit: 60)
    }
}
