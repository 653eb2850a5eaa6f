internal import Policies
internal import Primitives
internal import Registry

/// What a registry has under the name of an image. The bytes are not kept: they may have megabytes.
struct FoundManifest: Sendable {
    let digest: ImageDigest
    /// The manifests that it lists; empty unless they were asked for.
    let platforms: Result<[PlatformManifest], Manifest.Problem>

    /// About how many bytes of memory it takes.
    fileprivate var byteCount: Int {
        switch platforms {
        case .success(let platforms): 96 + 192 * platforms.count
        case .failure: 256
        }
    }
}

/// What registries and signature stores said about images.
struct ImageFacts: Sendable {
    private let registry: RegistryClient
    private let store: SignatureStore
    private let manifests: FactSource<FoundManifest>
    private let signatures: FactSource<StoredSignatures>
    private let keys = FactKeys()
    private let now: @Sendable () -> ContinuousClock.Instant

    init(_ registry: RegistryClient, _ store: SignatureStore, _ settings: MemorySettings, _ metrics: Metrics) {
        self.registry = registry
        self.store = store
        now = settings.now
        // A manifest takes a few hundred bytes, the signatures of one a few thousand.
        manifests = FactSource("manifests", bound: settings.bound(share: 4), settings, metrics)
        signatures = FactSource("signatures", bound: settings.bound(share: 12), settings, metrics)
    }

    /// What the registry has under the name of an image, for whoever has the credentials of the demand.
    ///
    /// - Parameter image: that of the demand, with its tag.
    func manifest(
        of image: ImageReference, _ demand: VerificationDemand, relying on: Reliance, by deadline: Deadline
    ) async throws(VerificationError) -> FoundManifest {
        let limit = try on.limit(for: image)
        let multiArch = demand.multiArch
        let audience = keys.audience(having: demand.credentials, anonymously: demand.pullsAnonymously)
        let place = keys.manifest(of: image, listing: multiArch, for: audience)
        let isOwn = audience == .anyone || !demand.pullsAnonymously
        let shared = isOwn ? [] : [keys.manifest(of: image, listing: multiArch, for: .anyone)]
        if let fact = manifests.recall(shared + [place], where: { $0.asked >= limit }) { return fact.value }
        try on.requireAsking()
        return try await manifests.fact(
            for: place, where: { $0.asked >= limit }, from: "registry \(image.registryHost)", by: deadline
        ) { deadline in
            let asked = now()
            return await ask(image, demand, by: deadline).map { manifest in
                let found = FoundManifest(digest: manifest.digest, platforms: Self.platforms(of: manifest, multiArch))
                // Once it is bound, the image is asked for by its digest.
                for name in [image, image.withDigest(found.digest)] {
                    let key = keys.manifest(of: name, listing: multiArch, for: manifest.isPublic ? .anyone : audience)
                    manifests.keep(Fact(value: found, asked: asked), under: key, bytes: found.byteCount)
                }
                return (found, found.byteCount)
            }
        }.value
    }

    /// The signatures that a store has for a manifest; none is an answer too, but a short-lived one.
    func signatures(
        of digest: ImageDigest, _ demand: VerificationDemand, in store: SignatureLocation, relying on: Reliance,
        by deadline: Deadline
    ) async throws(VerificationError) -> StoredSignatures {
        let (limit, negative) = (on.limit, on.limitForNothing)
        let audience = keys.audience(having: [demand.storeCredential].compactMap(\.self))
        let key = keys.signatures(of: digest, path: demand.image.path, in: store, for: audience)
        let isAcceptable: @Sendable (Fact<StoredSignatures>) -> Bool = {
            $0.value.doubt == nil && $0.asked >= ($0.value.signatures.isEmpty ? negative : limit)
        }
        if let fact = signatures.recall([key], where: isAcceptable) { return fact.value }
        try on.requireAsking()
        return try await signatures.fact(
            for: key, where: isAcceptable, from: "signature store \(store.authority)", by: deadline
        ) { deadline in
            await ask(digest, demand, store, by: deadline).map { ($0, $0.byteCount) }
        }.value
    }
}

// What is asked when nothing that is remembered will do.
extension ImageFacts {
    private func ask(
        _ image: ImageReference, _ demand: VerificationDemand, by deadline: Deadline
    ) async -> Result<Manifest, VerificationError> {
        do throws(RegistryError) {
            return .success(
                try await registry.manifest(
                    for: image, credentials: demand.credentials, anonymously: demand.pullsAnonymously, by: deadline))
        } catch {
            return .failure(.registry(error))
        }
    }

    private static func platforms(
        of manifest: Manifest, _ multiArch: MultiArch
    ) -> Result<[PlatformManifest], Manifest.Problem> {
        switch multiArch {
        case .index: .success([])
        case .all: Result { () throws(Manifest.Problem) in try manifest.platformManifests() }
        }
    }

    private func ask(
        _ digest: ImageDigest, _ demand: VerificationDemand, _ place: SignatureLocation, by deadline: Deadline
    ) async -> Result<StoredSignatures, VerificationError> {
        do throws(RegistryError) {
            return .success(
                StoredSignatures(
                    reading: try await store.signatures(
                        for: digest, of: demand.image, in: place, credential: demand.storeCredential, by: deadline)))
        } catch {
            return .failure(.registry(error))
        }
    }
}

extension MemorySettings {
    /// So many sixteenths of the memory.
    fileprivate func bound(share: Int) -> MemoryBounds {
        MemoryBounds(entries: Limits.rememberedFacts, bytes: bytes / 16 * share)
    }
}
