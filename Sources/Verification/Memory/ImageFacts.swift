internal import Policies
internal import Primitives
internal import Registry

/// What a registry has under the name of an image. The bytes are not kept: they may have megabytes.
struct FoundManifest: Sendable {
    let digest: ImageDigest
    /// What came with it about signatures that the registry keeps.
    let signatureExtension: SignatureExtension
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
    private let announcements: FactSource<Bool>
    private let keys = FactKeys()
    private let now: @Sendable () -> ContinuousClock.Instant

    init(_ registry: RegistryClient, _ store: SignatureStore, _ settings: MemorySettings, _ metrics: Metrics) {
        self.registry = registry
        self.store = store
        now = settings.now
        // A manifest takes a few hundred bytes, the signatures of one a few thousand.
        manifests = FactSource("manifests", bound: settings.bound(share: 4), settings, metrics)
        signatures = FactSource("signatures", bound: settings.bound(share: 11), settings, metrics)
        announcements = FactSource("announcements", bound: settings.bound(share: 1), settings, metrics)
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
                let found = FoundManifest(
                    digest: manifest.digest, signatureExtension: manifest.signatureExtension,
                    platforms: Self.platforms(of: manifest, multiArch))
                // Once it is bound, the image is asked for by its digest.
                for name in [image, image.withDigest(found.digest)] {
                    let key = keys.manifest(of: name, listing: multiArch, for: manifest.isPublic ? .anyone : audience)
                    manifests.keep(Fact(value: found, asked: asked), under: key, bytes: found.byteCount)
                }
                return (found, found.byteCount)
            }
        }.value
    }

    /// The signatures that a place has for a manifest; none is an answer too, but a short-lived one.
    func signatures(
        of digest: ImageDigest, _ demand: VerificationDemand, in place: SignaturePlace, relying on: Reliance,
        by deadline: Deadline
    ) async throws(VerificationError) -> StoredSignatures {
        let (limit, negative) = (on.limit, on.limitForNothing)
        let key = keys.signatures(of: digest, as: demand.image, in: place, for: audience(of: place, demand))
        let isAcceptable: @Sendable (Fact<StoredSignatures>) -> Bool = {
            $0.value.doubt == nil && $0.asked >= ($0.value.signatures.isEmpty ? negative : limit)
        }
        if let fact = signatures.recall([key], where: isAcceptable) { return fact.value }
        try on.requireAsking()
        return try await signatures.fact(
            for: key, where: isAcceptable, from: place.name(for: demand.image), by: deadline
        ) { deadline in
            await ask(digest, demand, place, by: deadline).map { ($0, $0.byteCount) }
        }.value
    }

    /// Whether the registry of the image is known to keep signatures itself; nobody is asked.
    func knowsAnnouncement(for image: ImageReference, relying on: Reliance) -> Bool {
        announcements.recall([keys.announcement(of: image)]) { $0.value && $0.asked >= on.limit } != nil
    }

    /// Whether the registry of the image says that it keeps signatures itself.
    func announcement(
        for image: ImageReference, relying on: Reliance, by deadline: Deadline
    ) async throws(VerificationError) -> Bool {
        let (limit, negative) = (on.limit, on.limitForNothing)
        let key = keys.announcement(of: image)
        let isAcceptable: @Sendable (Fact<Bool>) -> Bool = { $0.asked >= ($0.value ? limit : negative) }
        if let fact = announcements.recall([key], where: isAcceptable) { return fact.value }
        try on.requireAsking()
        return try await announcements.fact(
            for: key, where: isAcceptable, from: "registry \(image.registryHost)", by: deadline
        ) { deadline in
            await ask(announcementFor: image, by: deadline).map { ($0, 0) }
        }.value
    }

    /// Who may hear what a place has.
    private func audience(of place: SignaturePlace, _ demand: VerificationDemand) -> Audience {
        switch place {
        case .store: keys.audience(having: [demand.storeCredential].compactMap(\.self))
        case .registry: keys.audience(having: demand.credentials, anonymously: demand.pullsAnonymously)
        }
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
        _ digest: ImageDigest, _ demand: VerificationDemand, _ place: SignaturePlace, by deadline: Deadline
    ) async -> Result<StoredSignatures, VerificationError> {
        do throws(RegistryError) {
            switch place {
            case .store(let location):
                return .success(
                    StoredSignatures(
                        reading: try await store.signatures(
                            for: digest, of: demand.image, in: location, credential: demand.storeCredential,
                            by: deadline)))
            case .registry:
                return .success(
                    StoredSignatures(
                        messages: try await registry.signatures(
                            for: digest, of: demand.image, credentials: demand.credentials,
                            anonymously: demand.pullsAnonymously, by: deadline)))
            }
        } catch {
            return .failure(.registry(error))
        }
    }

    private func ask(
        announcementFor image: ImageReference, by deadline: Deadline
    ) async -> Result<Bool, VerificationError> {
        do throws(RegistryError) {
            return .success(try await registry.announcesSignatures(for: image, by: deadline))
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
