private import Primitives

/// The object under review, as far as images go.
package struct Workload: Sendable {
    /// Every image that would be stored and has to be judged, in the order in which they are reported.
    package let images: [ImageUse]
    /// Who pulls them, each once. One object may hold several pod specifications.
    package let pullSources: [PullSource]
    /// What the user should hear about images that were passed over, a short line each.
    package let notices: [String]

    /// Finds the images by the kind of the object; nothing that the object says of itself counts, neither annotations
    /// nor owners nor the number of its replicas (Portieris #508, PR #517).
    ///
    /// - Throws: `KubernetesError.malformedObject` for an object of a kind of Kubernetes' own with a value of the wrong
    ///   type, because an image that cannot be read may not be passed over; `.tooManyImages` and `.tooManyPullSecrets`.
    package init(_ request: AdmissionRequest) throws(KubernetesError) {
        guard let object = Self.storedObject(of: request) else {
            (images, pullSources, notices) = ([], [], [])
            return
        }
        let reader = try Self.read(object, of: request.kind)
        let isLeaving =
            Self.isBeingDeleted(request.oldObject) && Self.hasImages(request.oldObject, of: request.kind, as: reader)
        images = isLeaving ? [] : reader.images
        pullSources = isLeaving ? [] : Self.distinct(reader.pullSources)
        notices = isLeaving ? [] : Self.notices(of: reader, kind: request.kind)
        try checkLimits()
    }

    /// The object as it would be stored; nil when its images are not stored with it.
    ///
    /// Of an update of `status` the API server keeps the status alone. The other subresources need no rule: they carry
    /// the object itself (`ephemeralcontainers`, `resize`), or another one that names no image (`scale`, `binding`).
    private static func storedObject(of request: AdmissionRequest) -> JSONValue? {
        switch request.operation {
        case .delete, .connect: nil
        case .create, .update: request.subResource == "status" ? nil : request.object
        }
    }

    private static func read(_ object: JSONValue, of kind: GroupVersionKind) throws(KubernetesError) -> ImageReader {
        let row = ImageTable.row(of: kind)
        let isComplete = row?.isComplete ?? false
        var reader = ImageReader(of: object, isStrict: isComplete)
        do throws(FieldError) {
            for (pattern, shape) in row?.shapes ?? [] { try reader.read(shape, at: pattern) }
            guard !isComplete else { return reader }
            var search = PodTemplateSearch(in: object)
            while let (value, path) = search.next() { try reader.read(ImageTable.podSpec, in: value, at: path) }
        } catch {
            throw .malformedObject(error)
        }
        return reader
    }

    private static func distinct(_ sources: [PullSource]) -> [PullSource] {
        guard sources.count > 1 else { return sources }
        var known: Set<PullSource> = []
        return sources.filter { known.insert($0).inserted }
    }

    private func checkLimits() throws(KubernetesError) {
        guard images.count <= Limits.imagesPerObject else { throw .tooManyImages(limit: Limits.imagesPerObject) }
        guard !images.isEmpty else { return }
        let secrets = pullSources.reduce(pullSources.count) { $0 + $1.secrets.count }
        guard secrets <= Limits.pullSecretsPerObject else {
            throw .tooManyPullSecrets(limit: Limits.pullSecretsPerObject)
        }
    }
}

// An object that is being deleted must be able to lose its finalizers although its images would not be admitted today,
// or its namespace is never gone.
extension Workload {
    /// Whether an object was being deleted before this request. The new object's word is not taken for it: its writer
    /// chooses that (CVE-2023-34091).
    private static func isBeingDeleted(_ oldObject: JSONValue?) -> Bool {
        guard let time = oldObject?["metadata"]?["deletionTimestamp"] else { return false }
        return time.kind == .string && !time.text.isEmpty
    }

    /// Whether an object names the same images as the one that was read, byte by byte, in the same places and order.
    private static func hasImages(_ object: JSONValue?, of kind: GroupVersionKind, as reader: ImageReader) -> Bool {
        do throws(KubernetesError) {
            guard let object else { return false }
            return try read(object, of: kind).images.elementsEqual(reader.images) { old, new in
                old.image.utf8.elementsEqual(new.image.utf8)
                    && old.pointer.description.utf8.elementsEqual(new.pointer.description.utf8)
            }
        } catch {
            return false  // What cannot be compared is not the same, and is judged.
        }
    }
}

// What the user hears about images that were passed over.
extension Workload {
    private static func notices(of reader: ImageReader, kind: GroupVersionKind) -> [String] {
        if reader.blanks.isEmpty, reader.placeholders.isEmpty { return [] }
        // The API server itself refuses a pod with a blank image.
        let blanks = kind.kind == "Pod" && kind.group.isEmpty ? [] : reader.blanks
        return [
            notice(of: blanks, "blank, so not judged here"),
            notice(of: reader.placeholders, "still to be filled in, so judged in the pod"),
        ].compactMap(\.self)
    }

    /// One line of at most 120 characters: the API server cuts what is longer, and may drop what is more.
    private static func notice(of places: [FieldPath], _ state: String) -> String? {
        guard let first = places.first else { return nil }
        let others = places.count > 1 ? " (and \(places.count - 1) more)" : ""
        return "\(QuotedText.escape(first.description, limit: 50))\(others): the image is \(state)"
    }
}
