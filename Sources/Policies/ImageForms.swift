private import Registry

/// The names under which an image is looked for when no policy speaks of it as it is written.
enum ImageForms {
    /// The names of the same image that a policy may use for it, the full one first; none when the text names no image.
    ///
    /// These are the normalised reference (`docker.io/library/nginx:latest`), and for Docker Hub also the shorter names
    /// (`library/nginx:latest`, `nginx:latest`); for an image by digest alone each of them also without the digest, so
    /// that a pattern without a tag matches it. No form drops a tag: an entry for a tag does not speak of bytes that
    /// somebody chose in its place.
    static func forms(of image: String) -> [String] {
        let reference: ImageReference
        do throws(RegistryError) {
            reference = try ImageReference(parsing: image).withDefaultTag()
        } catch {
            return []
        }
        let version = String(reference.description.dropFirst(reference.name.count))
        return names(of: reference, version).flatMap { name in
            reference.tag == nil ? [name + version, name] : [name + version]
        }
    }

    private static func names(of reference: ImageReference, _ version: String) -> [String] {
        guard reference.domain == ImageReference.dockerHub else { return [reference.name] }
        let library = "library/"
        let isOfficial = reference.path.hasPrefix(library)
        let short = isOfficial ? [reference.path, String(reference.path.dropFirst(library.count))] : [reference.path]
        // `docker.io/e.com/app` is on Docker Hub, `e.com/app` is not: a short name must still be a name of this image.
        return [reference.name] + short.filter { isName($0 + version, of: reference) }
    }

    private static func isName(_ text: String, of reference: ImageReference) -> Bool {
        do throws(RegistryError) {
            return try ImageReference(parsing: text) == reference
        } catch {
            return false
        }
    }
}
