internal import Primitives

/// The signatures that a registry keeps for a manifest:
/// `{"signatures":[{"schemaVersion":2,"name":"sha256:…@…","type":"atomic","content":"<base 64>"}]}`.
///
/// Entries of other versions and types are passed over, as containers/image does. What the others hold is not looked at
/// here: it is whatever somebody put there.
struct SignatureList: Sendable {
    /// The contents, in the order of the list.
    let contents: [[UInt8]]

    /// Why it is no such list. The registry is at fault, and the image is not unsigned for it.
    enum Problem: Error, Hashable, Sendable {
        /// With why.
        case malformed(String)
        /// More than `Limits.signaturesPerImage`; the good one may be among the rest.
        case tooMany
    }

    /// Reads a list that can be read in one way only.
    init(parsing body: [UInt8]) throws(Problem) {
        guard let list = try Self.root(parsing: body)["signatures"] else {
            throw .malformed("it has no member \"signatures\"")
        }
        // Go writes an empty list so.
        guard !list.isNull else {
            contents = []
            return
        }
        guard list.kind == .array else { throw .malformed("its signatures are no list") }
        var contents: [[UInt8]] = []
        for entry in list.elements {
            guard let content = try Self.content(of: entry) else { continue }
            guard contents.count < Limits.signaturesPerImage else { throw .tooMany }
            contents.append(content)
        }
        self.contents = contents
    }

    private static func root(parsing body: [UInt8]) throws(Problem) -> JSONValue {
        do throws(JSONError) {
            let root = try JSONDocument(parsing: body, limit: Limits.signatureListBytes).root
            if root.kind == .object { return root }
        } catch {
            throw .malformed("it is not JSON: \(error)")
        }
        throw .malformed("it is not an object")
    }

    /// Nil for an entry of another version or type.
    private static func content(of entry: JSONValue) throws(Problem) -> [UInt8]? {
        guard entry.kind == .object else { throw .malformed("an entry is not an object") }
        guard entry["schemaVersion"]?.integer == 2, entry["type"]?.isString("atomic") == true else { return nil }
        guard let text = entry["content"]?.string, let content = Base64.decode(text) else {
            throw .malformed("the content of an entry is not base 64")
        }
        return content
    }
}
