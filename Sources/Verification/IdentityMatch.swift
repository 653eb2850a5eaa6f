package import Policies
package import Registry

extension SignedIdentity {
    /// Whether a signature under the name `signed` counts for `image`.
    ///
    /// Both are normalised, and compared whole. That the signed digest is the image's is for the verifier to check; no
    /// rule here makes up for it.
    ///
    /// - Parameter image: the image as the user named it, with the default tag if it has neither tag nor digest.
    package func accepts(_ signed: ImageReference, for image: ImageReference) -> Bool {
        switch self {
        case .matchRepoDigestOrExact: signed.isVersioned && signed.isSameOrByDigest(image)
        case .matchExact: signed.isVersioned && signed.isSame(as: image)
        case .matchRepository: signed.name == image.name
        case .exactReference(let expected): signed.isVersioned && signed == expected
        case .exactRepository(let expected): signed.name == expected.name
        case .remapIdentity(let prefix, let signedPrefix):
            image.remapped(from: prefix, to: signedPrefix).map { signed.isVersioned && signed.isSameOrByDigest($0) }
                ?? false
        }
    }
}

extension ImageReference {
    /// Names more than a repository.
    fileprivate var isVersioned: Bool { tag != nil || digest != nil }

    /// An image by digest alone says which bytes it wants, so that their tag at the time of signing is not asked for.
    fileprivate func isSameOrByDigest(_ image: ImageReference) -> Bool {
        image.tag == nil && image.digest != nil ? name == image.name : isSame(as: image)
    }

    /// The same name, tag and digest. An image with both a tag and a digest may be signed under its tag alone, as any
    /// image is: it is its digest that the signature is held against, so that the tag cannot have moved. (Portieris
    /// refuses such images. Here an image that was bound to its digest with the tag kept must pass a second time.)
    fileprivate func isSame(as image: ImageReference) -> Bool {
        guard image.tag != nil, image.digest != nil, digest == nil else { return self == image }
        return name == image.name && tag == image.tag
    }

    /// The reference with `prefix` replaced, if it stands at a boundary of the name; otherwise the reference itself.
    /// Nil if what comes out is not a reference in its normal form, which no signature could be meant for.
    fileprivate func remapped(from prefix: String, to signedPrefix: String) -> ImageReference? {
        guard name.utf8.elementsEqual(prefix.utf8) || name.utf8.starts(with: "\(prefix)/".utf8) else { return self }
        let text = signedPrefix + String(decoding: description.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        do throws(RegistryError) {
            let result = try ImageReference(parsing: text)
            return result.description.utf8.elementsEqual(text.utf8) ? result : nil
        } catch {
            return nil
        }
    }
}
