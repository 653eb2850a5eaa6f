package import OpenPGP
package import Registry

/// A definite no: the image does not show what its policy asks for.
package struct Refusal: Equatable, Sendable, CustomStringConvertible {
    /// What is missing.
    package enum Reason: Equatable, Sendable {
        /// The policy admits no image here.
        case rejectedByPolicy(ImageReference)
        /// There is no signature at all for this digest.
        case unsigned
        /// There are signatures, and each was refused; never empty.
        case noAcceptedSignature([SignatureFault])
        /// Some keys signed, and the policy asks for more; with what is wrong with the other signatures.
        case tooFewSigners([Fingerprint], of: Int, [SignatureFault])
        /// The image is bound to a digest that is not SHA-256, which nothing here can prove.
        case unprovableDigest(ImageReference)
        /// The manifests of the index must be proven too, and cannot even be listed.
        case unusableIndex(Manifest.Problem)
        /// One of the manifests of the index does not show what the index shows.
        indirect case platform(PlatformManifest, Reason)
    }

    /// What is missing.
    package let reason: Reason
    /// The digest that was looked at; nil if none was.
    package let digest: ImageDigest?
    /// The stores where signatures were looked for.
    package let stores: [SignatureLocation]

    init(_ reason: Reason, digest: ImageDigest?, stores: [SignatureLocation] = []) {
        self.reason = reason
        self.digest = digest
        self.stores = stores
    }

    /// One line, in Portieris' words where it has some, because people search for them; with the usual cause where there
    /// is no signature at all.
    package var description: String { "simple: policy denied the request: \(reason.explanation)\(advice)" }

    private var advice: String {
        guard reason.isForWantOfSignatures else { return "" }
        guard !stores.isEmpty else { return "; the policy names no storeURL, and the registry shows none itself" }
        return
            "; if it was signed: signatures stay on the signing machine until its registries.d sends them to the store"
    }
}

extension Refusal.Reason {
    fileprivate var isForWantOfSignatures: Bool {
        switch self {
        case .unsigned: true
        case .platform(_, let reason): reason.isForWantOfSignatures
        default: false
        }
    }

    fileprivate var explanation: String {
        switch self {
        case .rejectedByPolicy(let image): "Running image docker://\(image) is rejected by policy."
        case .unsigned: "A signature was required, but no signature exists"
        case .noAcceptedSignature(let faults) where faults.count == 1: faults[0].description
        case .noAcceptedSignature(let faults):
            "None of the signatures were accepted, reasons: " + Self.list(faults)
        case .tooFewSigners(let signers, let threshold, let faults):
            "\(threshold) signers are required, and \(signers.count) signed: "
                + signers.map(\.description).joined(separator: ", ")
                + (faults.isEmpty ? "" : "; other signatures: " + Self.list(faults))
        case .unprovableDigest(let image): RegistryError.unprovableDigest(image).description
        case .unusableIndex(let problem): "multiArch: all cannot be shown by this index: \(problem)"
        case .platform(let manifest, let reason):
            "the manifest \(manifest.digest) of the index"
                + (manifest.platform.map { " (\($0))" } ?? "") + ": \(reason.explanation)"
        }
    }

    /// Each fault once, the shortest first: a line that is cut short says the most so.
    private static func list(_ faults: [SignatureFault]) -> String {
        var counts: [String: Int] = [:]
        for fault in faults { counts[fault.description, default: 0] += 1 }
        let ordered = counts.sorted { ($0.key.utf8.count, $0.key) < ($1.key.utf8.count, $1.key) }
        return ordered.map { $0.value == 1 ? $0.key : "\($0.key) (\($0.value) times)" }.joined(separator: "; ")
    }
}
