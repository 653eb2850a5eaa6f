import Foundation

extension CommandLineTool {
    /// A program of this package: from the folder that `OSTIARY_PROGRAMS` names, as `make test` does with the release
    /// build, else from the folder in which the tests that run were built.
    ///
    /// - Throws: `ToolError.notBuilt` when it is not there.
    package init(built name: String) throws(ToolError) {
        let named = ProcessInfo.processInfo.environment["OSTIARY_PROGRAMS"]
        let path = "\(named ?? Self.testBundleFolder ?? ".")/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else { throw .notBuilt(path: path) }
        try self.init(path, debianPackage: "")
    }

    /// Where the tests were loaded from, as the kernel lists it; nil if they run otherwise.
    private static var testBundleFolder: String? {
        guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8),
            let line = maps.split(separator: "\n").first(where: { $0.hasSuffix(".xctest") }),
            let start = line.firstIndex(of: "/")
        else { return nil }
        return URL(fileURLWithPath: String(line[start...])).deletingLastPathComponent().path
    }
}
