internal import OpenPGP
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

    init(_ reason: Reason, digest: ImageDigest?) {
        self.reason = reason
        self.digest = digest
    }

    /// One line, in Portieris' words where it has some, because people search for them.
    package var description: String { "simple: policy denied the request: \(reason.explanation)" }
}

extension Refusal.Reason {
    fileprivate var explanation: String {
        switch self {
        case .rejectedByPolicy(let image): "Running image docker://\(image) is rejected by policy."
        case .unsigned: "A signature was required, but no signature exists"
        case .noAcceptedSignature(let faults) where faults.count == 1: faults[0].description
        case .noAcceptedSignature(let faults):
            "None of the signatures were accepted, reasons: "
                + faults.map(\.description).joined(separator: "; ")
        case .unprovableDigest(let image): RegistryError.unprovableDigest(image).description
        case .unusableIndex(let problem): "multiArch: all cannot be shown by this index: \(problem)"
        case .platform(let manifest, let reason):
            "the manifest \(manifest.digest) of the index"
                + (manifest.platform.map { " (\($0))" } ?? "") + ": \(reason.explanation)"
        }
    }
}
