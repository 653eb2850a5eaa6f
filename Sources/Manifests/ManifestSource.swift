/// Where on disk an object stands.
package struct ManifestSource: Hashable, Sendable, CustomStringConvertible {
    /// The path as it was given.
    package let file: String
    /// The line in which its document begins, counted from 1.
    package let line: Int
    /// Its place in a List, counted from 1; nil outside one.
    package let item: Int?

    package init(file: String, line: Int, item: Int? = nil) {
        self.file = file
        self.line = line
        self.item = item
    }

    /// `policies/shop.yaml, line 12, item 3`.
    package var description: String {
        "\(file), line \(line)" + (item.map { ", item \($0)" } ?? "")
    }
}
