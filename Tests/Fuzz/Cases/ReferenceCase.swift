import Registry

/// Image references and digests: a normalised name is a name, and stays what it is.
enum ReferenceCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        let text = String(decoding: input, as: UTF8.self)
        if let digest = accepted({ try ImageDigest(parsing: text) }) {
            try promise(digest.description.utf8.elementsEqual(text.utf8), "a digest is written otherwise than read")
        }
        guard let reference = parse(text) else { return }
        let name = reference.description
        try promise(name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "a name has other bytes than printable ASCII")
        try promise(parse(name) == reference, "\(name) is read as something else")
        try promise(reference.name.utf8.count <= 255, "the name is too long")
        let tagged = reference.withDefaultTag()
        try promise(tagged.tag != nil || tagged.digest != nil, "no version was added")
        try promise(parse(tagged.description) == tagged, "\(tagged) is read as something else")
        // Nothing of a name may change the path of a URL that it is put into.
        let parts = reference.path.split(separator: "/", omittingEmptySubsequences: false)
        try promise(parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }, "the path is not plain: \(name)")
    }

    private static func parse(_ text: String) -> ImageReference? { accepted { try ImageReference(parsing: text) } }
}
