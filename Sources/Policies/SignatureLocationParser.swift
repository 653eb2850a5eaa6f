internal import HTTP
internal import Kubernetes
internal import Primitives
internal import Registry

/// Reads `storeURL` and `storeURLs`: the places where signatures are kept.
struct SignatureLocationParser {
    /// Whether a folder of this machine may be named. Only who writes files on it may do that.
    let allowsFolders: Bool

    private static let folderScheme = "file://"

    /// The places, each once; none where nothing stands. `storeURL` may hold one or a list, which an API server takes
    /// under `storeURLs` only.
    ///
    /// - Throws: `FieldError` for what is no URL of a store, and for more than `Limits.signatureStores`.
    func locations(_ storeURL: Field, and storeURLs: Field) throws(FieldError) -> [SignatureLocation] {
        var locations: [SignatureLocation] = []
        for field in try Self.list(storeURL) + storeURLs.elements() {
            guard let location = try location(field) else { continue }
            if !locations.contains(location) { locations.append(location) }
        }
        guard locations.count <= Limits.signatureStores else {
            throw storeURLs.error(.invalid("more than \(Limits.signatureStores) stores"))
        }
        return locations
    }

    private static func list(_ field: Field) throws(FieldError) -> [Field] {
        field.value?.kind == .array ? try field.elements() : [field]
    }

    private func location(_ field: Field) throws(FieldError) -> SignatureLocation? {
        if let text = try field.string(), text.hasPrefix(Self.folderScheme) {
            return .folder(try folder(String(text.dropFirst(Self.folderScheme.count)), field))
        }
        guard let url = try ServerURL.parse(field) else { return nil }
        guard url.query == nil else { throw field.error(.invalid("the URL of a store has no query")) }
        return .server(url)
    }

    private func folder(_ path: String, _ field: Field) throws(FieldError) -> String {
        guard allowsFolders else {
            throw field.error(.invalid("file:// is for policies in files only, expecting https:// or http:// URL"))
        }
        let segments = path.split(separator: "/", omittingEmptySubsequences: false)
        guard path.hasPrefix("/"), !segments.contains(".."), !path.utf8.contains(0), !path.contains("%") else {
            throw field.error(.invalid("file:// goes on with an absolute path, without .. and percent escapes"))
        }
        return path
    }
}
