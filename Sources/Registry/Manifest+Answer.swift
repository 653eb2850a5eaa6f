extension Manifest {
    /// Takes what a registry or a mirror sent as the manifest of an image.
    ///
    /// - Throws: `digestMismatch` where the image is bound to other bytes, `unusableManifest` as `init(body:contentType:)`.
    init(
        of image: ImageReference, in answer: RepositoryAnswer, from endpoint: RegistryEndpoint
    ) throws(RegistryError) {
        let actual = ImageDigest.sha256(of: answer.body)
        if let expected = image.digest, expected != actual {
            throw .digestMismatch(endpoint.peer, expected: expected, actual: actual)
        }
        do throws(Problem) {
            try self.init(
                body: answer.body, contentType: answer.contentType, isPublic: answer.isPublic,
                signatureExtension: endpoint.signatureExtension(announced: answer.announcesSignatures))
        } catch {
            throw .unusableManifest(endpoint.peer, error)
        }
    }
}
