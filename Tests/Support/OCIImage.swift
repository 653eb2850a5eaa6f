import Foundation

/// A one-layer image in an OCI layout on disk, made without a container engine.
package struct OCIImage: Sendable {
    /// Path of the layout.
    package let layout: String
    /// The tag that the layout gives its one manifest.
    package let tag: String
    /// `sha256:HEX` of the manifest. skopeo pushes the manifest unchanged, so a registry has the same.
    package let digest: String
    /// The bytes of the manifest.
    package let manifest: [UInt8]

    private let folder: TemporaryFolder

    /// Makes an image whose layer holds `hello.txt` with this text: another text, another digest.
    package init(text: String, tag: String = "1.0") async throws {
        folder = try TemporaryFolder()
        layout = folder.path(of: "layout")
        self.tag = tag
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Demo/make-image").path
        let maker = try CommandLineTool(script, debianPackage: "coreutils, tar and gzip")
        digest = try await maker.run([layout, tag, text]).text
        manifest = try folder.read("layout/blobs/sha256/\(digest.dropFirst("sha256:".count))")
    }

    /// As skopeo names it.
    package var skopeoName: String { "oci:\(layout):\(tag)" }
}
