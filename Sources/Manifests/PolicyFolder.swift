private import Foundation

/// The files behind a path that an operator gave.
package enum PolicyFolder {
    /// The manifests of a folder (`*.yaml`, `*.yml`, `*.json`, none whose name begins with a dot, none in folders below),
    /// in the byte order of their names; any other path itself.
    package static func files(at path: String) -> [String] {
        guard let names = names(inFolder: path) else { return [path] }
        let manifests = names.filter { name in
            !name.hasPrefix(".") && endings.contains { name.hasSuffix($0) }
        }
        let folder = path.hasSuffix("/") ? path : path + "/"
        return manifests.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { folder + $0 }
    }

    private static let endings = [".yaml", ".yml", ".json"]

    /// nil for what is no folder. Reading it as a file then says what it is.
    private static func names(inFolder path: String) -> [String]? {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            return nil
        }
    }
}
