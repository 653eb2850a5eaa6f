import Foundation
import Manifests
import Primitives
import Testing

/// The objects of a text.
func manifests(_ text: String) throws -> [ManifestDocument] {
    try ManifestReader.parse(Array(text.utf8), file: "a.yaml")
}

/// The compact JSON of an object.
func text(_ value: JSONValue?) -> String {
    value.map { String(decoding: JSON.verbatim($0).serialized(), as: UTF8.self) } ?? "(none)"
}

/// A folder that goes away with its owner.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "ostiary-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }
}
