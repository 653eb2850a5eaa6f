internal import Kubernetes
internal import Primitives

/// Reads files of Kubernetes manifests: YAML or JSON, one document or many, Lists taken apart.
package enum ManifestReader {
    /// The objects of one file, in order; of standard input for `-`.
    ///
    /// - Throws: `ManifestError` when the file cannot be read, has more than `Limits.fileBytes`, is neither YAML nor JSON
    ///   as read here, or has an object without apiVersion or kind.
    package static func read(_ path: String) throws(ManifestError) -> [ManifestDocument] {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileReader.read(path)
        } catch {
            throw .unreadableFile(error)
        }
        return try parse(bytes, file: path)
    }

    /// The objects of a text that was read before.
    ///
    /// - Parameter file: what messages call it.
    /// - Throws: `ManifestError`, as for a file.
    package static func parse(_ bytes: [UInt8], file: String) throws(ManifestError) -> [ManifestDocument] {
        guard bytes.count <= Limits.fileBytes else { throw .tooLarge(file: file, limit: Limits.fileBytes) }
        var documents: [ManifestDocument] = []
        for (value, line, lines) in try values(bytes, file: file) {
            let source = ManifestSource(file: file, line: line)
            documents += try unpacked(ManifestDocument(value, source: source, lines: lines))
        }
        return documents
    }

    /// The values in a text, whatever they stand for, with their lines.
    static func values(
        _ bytes: [UInt8], file: String
    ) throws(ManifestError) -> [(value: JSONValue, line: Int, lines: SourceLines)] {
        if bytes.first(where: { !whiteSpace.contains($0) }) == UInt8(ascii: "{") {
            do throws(JSONError) {
                let root = try JSONDocument(parsing: bytes, limit: Limits.fileBytes).root
                return [(root, 1, SourceLines(of: bytes))]
            } catch  where error.reason == .trailingText {
                // Several JSON documents with YAML's separator between them.
            } catch {
                throw .malformedJSON(file: file, error)
            }
        }
        return try yamlValues(bytes, file: file)
    }

    private static func yamlValues(
        _ bytes: [UInt8], file: String
    ) throws(ManifestError) -> [(value: JSONValue, line: Int, lines: SourceLines)] {
        let documents: [YAMLDocuments.Document]
        do throws(YAMLError) {
            documents = try YAMLDocuments.parse(bytes)
        } catch {
            throw .malformedYAML(file: file, line: error.line, problem: error.description)
        }
        var values: [(value: JSONValue, line: Int, lines: SourceLines)] = []
        for document in documents {
            do throws(JSONError) {
                // Escapes make the text longer, by no more than this.
                let json = try JSONDocument(parsing: document.value.serialized(), limit: Limits.fileBytes * 8)
                values.append((json.root, document.line, .ofNodes(document.lines)))
            } catch {
                throw .malformedJSON(file: file, error)
            }
        }
        return values
    }

    /// The items of a List, which may be Lists; any other object itself.
    private static func unpacked(_ document: ManifestDocument) throws(ManifestError) -> [ManifestDocument] {
        var unpacked: [ManifestDocument] = []
        var pending = [document]
        while let next = pending.popLast() {
            guard next.kind.hasSuffix("List") else {
                unpacked.append(next)
                continue
            }
            pending += try items(of: next).reversed()
        }
        return unpacked
    }

    private static func items(of list: ManifestDocument) throws(ManifestError) -> [ManifestDocument] {
        let fields: [Field]
        do throws(FieldError) {
            fields = try Field(list.value).member("items").elements()
        } catch {
            throw .malformedObject(list.source, kind: list.kind, error)
        }
        var documents: [ManifestDocument] = []
        for (position, field) in fields.enumerated() {
            guard let value = field.value else {
                let source = ManifestSource(file: list.source.file, line: list.source.line, item: position + 1)
                throw .malformedObject(source, kind: nil, field.error(.missing))
            }
            documents.append(try list.item(position + 1, value))
        }
        return documents
    }

    private static let whiteSpace: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
}
