private import Cryptography
internal import HTTP
internal import Policies
internal import Primitives
internal import Registry

/// What a fact is remembered under: 256 bits that stand for a question and for who may hear the answer.
struct FactKey: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Parameter digest: the 32 bytes of a SHA-256.
    fileprivate init(digest: [UInt8]) {
        func word(_ index: Int) -> UInt64 {
            digest[(index * 8)..<(index * 8 + 8)].reduce(0) { $0 << 8 | UInt64($1) }
        }
        words = (word(0), word(1), word(2), word(3))
    }

    static func == (left: FactKey, right: FactKey) -> Bool { left.words == right.words }

    /// The bits are evenly spread already; the dictionary mixes them with its seed.
    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

    fileprivate var bytes: [UInt8] {
        [words.0, words.1, words.2, words.3].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
        }
    }
}

/// Who was let in to hear an answer. An answer is repeated to the same only: what one namespace could read with its
/// credentials says nothing to another, which might not be let in.
enum Audience: Hashable, Sendable {
    /// Anybody: nothing had to be shown.
    case anyone
    /// Whoever has exactly these credentials, in this order.
    ///
    /// - Parameter anonymously: whether what everybody may hear was allowed to do too.
    case holders(CredentialMark, anonymously: Bool)
}

/// Makes keys. They are hashes under a secret of this process, so that a password that is part of one cannot be guessed
/// from it, and is kept nowhere for its sake.
struct FactKeys: Sendable {
    private let seed: [UInt8]
    private let marks = CredentialMarks()

    init() {
        var random = SystemRandomNumberGenerator()
        seed = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Who has these credentials.
    ///
    /// - Parameter anonymously: whether what everybody may hear will do too.
    func audience(having credentials: [Credential], anonymously: Bool = true) -> Audience {
        guard !credentials.isEmpty || !anonymously else { return .anyone }
        return .holders(marks.mark(credentials), anonymously: anonymously)
    }

    /// What a registry has under the name of an image.
    func manifest(of image: ImageReference, listing multiArch: MultiArch, for audience: Audience) -> FactKey {
        let version = image.digest?.description ?? image.tag ?? ""
        let parts = [image.registryHost, image.path, version, multiArch.rawValue]
        return key("manifest", parts.map { Array($0.utf8) } + [Self.name(audience)])
    }

    /// What a place has for the manifest with a digest. A store does not know the registry of an image.
    func signatures(
        of digest: ImageDigest, as image: ImageReference, in place: SignaturePlace, for audience: Audience
    ) -> FactKey {
        let (kind, location) =
            switch place {
            case .store(let store): ("signatures in a store", store.description)
            case .registry: ("signatures in a registry", image.registryHost)
            }
        let parts = [location, image.path, digest.description].map { Array($0.utf8) }
        return key(kind, parts + [Self.name(audience)])
    }

    /// Whether the registry of an image says that it keeps signatures itself, which it says to everybody.
    func announcement(of image: ImageReference) -> FactKey {
        key("announcement", [Array(image.registryHost.utf8)])
    }

    /// Each part goes in behind its length, so that no two lists of parts are the same bytes.
    private func key(_ kind: String, _ parts: [[UInt8]]) -> FactKey {
        var text = seed
        for part in [Array(kind.utf8)] + parts {
            text += (0..<4).map { UInt8(truncatingIfNeeded: part.count >> (24 - 8 * $0)) }
            text += part
        }
        return FactKey(digest: Digest.sha256(text))
    }

    private static func name(_ audience: Audience) -> [UInt8] {
        switch audience {
        case .anyone: []
        case .holders(let mark, let anonymously): [anonymously ? 1 : 0] + mark.digest
        }
    }
}
