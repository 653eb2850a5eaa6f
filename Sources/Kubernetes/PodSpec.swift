private import Primitives

/// What a pod specification says about images.
package struct PodSpec: Sendable {
    /// The images in the order in which they are reported: init containers, then containers. Blank ones are left out,
    /// as Portieris does: a template may hold one until something fills it in, and no pod runs with it.
    package let images: [ImageUse]
    /// The names of the Secrets to pull them with, in order.
    package let imagePullSecrets: [String]
    /// nil when it is not given, which Kubernetes takes for `default`.
    package let serviceAccountName: String?

    /// Reads a specification, which may be missing or lack any field: objects come before they are validated.
    ///
    /// - Throws: `KubernetesError.malformedObject` for a value of the wrong type and a null list entry, because an image
    ///   that cannot be read may not be passed over; `.tooManyImages` above `Limits.imagesPerObject`.
    package init(_ field: Field) throws(KubernetesError) {
        do throws(FieldError) {
            images = try Self.images(in: field)
            imagePullSecrets = try Self.pullSecrets(in: field)
            let account = try field.member("serviceAccountName").string() ?? ""
            serviceAccountName = account.isEmpty ? nil : account
        } catch {
            throw .malformedObject(error)
        }
        guard images.count <= Limits.imagesPerObject else { throw .tooManyImages(limit: Limits.imagesPerObject) }
    }

    /// A list of a pod specification whose entries name an image.
    private struct ImageList {
        let role: ImageUse.Role
        let key: String
        /// The keys that lead from an entry to its image.
        let image: [String]
    }

    private static let imageLists = [
        ImageList(role: .initContainer, key: "initContainers", image: ["image"]),
        ImageList(role: .container, key: "containers", image: ["image"]),
    ]

    private static func images(in field: Field) throws(FieldError) -> [ImageUse] {
        var images: [ImageUse] = []
        for list in imageLists {
            for entry in try field.member(list.key).elements() {
                if let use = try imageUse(in: entry, of: list) { images.append(use) }
            }
        }
        return images
    }

    private static func imageUse(in entry: Field, of list: ImageList) throws(FieldError) -> ImageUse? {
        try entry.require()
        var place = entry
        for key in list.image { place = try place.member(key) }
        guard let image = try place.string(), !isBlank(image) else { return nil }
        let name = try entry.member("name").string() ?? ""
        return ImageUse(role: list.role, name: name, image: image, pointer: place.path.pointer)
    }

    /// Only ASCII white space is blank: what a runtime might read as a name must be looked at.
    private static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }

    private static func pullSecrets(in field: Field) throws(FieldError) -> [String] {
        var names: [String] = []
        for entry in try field.member("imagePullSecrets").elements() {
            let name = try entry.member("name").string() ?? ""
            if !name.isEmpty { names.append(name) }
        }
        return names
    }
}
