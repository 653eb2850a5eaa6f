/// `policy.multiArch`: what of an image for several platforms must be proven.
package enum MultiArch: String, CaseIterable, Sendable {
    /// The index: it names the manifest of each platform by its digest. As Portieris does.
    case index
    /// The index, and each manifest that it lists, by signatures of its own.
    case all
}
