package import Primitives

/// Reads a kubeconfig file: one YAML or JSON document, whose apiVersion and kind may be missing, as for `kubectl`.
package enum KubeconfigFile {
    /// The document; nil when there is no such file, or nothing in it.
    ///
    /// - Throws: `ManifestError` when the file cannot be read, or is not one document of YAML as read here.
    package static func read(_ path: String) throws(ManifestError) -> JSONValue? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try FileReader.read(path)
        } catch  where error.isMissing {
            return nil
        } catch {
            throw .unreadableFile(error)
        }
        return try parse(bytes, file: path)
    }

    /// The document in a text that was read before.
    ///
    /// - Parameter file: what messages call it.
    package static func parse(_ bytes: [UInt8], file: String) throws(ManifestError) -> JSONValue? {
        let values = try ManifestReader.values(bytes, file: file)
        guard values.count <= 1 else {
            throw .malformedYAML(file: file, line: values[1].line, problem: "one document is expected here")
        }
        return values.first?.value
    }
}
