/// An index of several images in an OCI layout on disk, one for each platform.
package struct OCIIndex: Sendable {
    /// The tag that the layout gives the index.
    package let tag: String
    /// `sha256:HEX` of the index.
    package let digest: String

    private let folder: TemporaryFolder

    /// Puts images together, under the platforms `linux/arch0`, `linux/arch1` and so on.
    package init(of images: [OCIImage], tag: String = "1.0") async throws {
        folder = try TemporaryFolder()
        self.tag = tag
        for image in images {
            try await CommandLineTool("cp", debianPackage: "coreutils").run(["-r", image.layout, folder.path])
        }
        let entries = images.enumerated().map { number, image in
            """
            {"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"\(image.digest)",\
            "size":\(image.manifest.count),"platform":{"os":"linux","architecture":"arch\(number)"}}
            """
        }
        let type = "application/vnd.oci.image.index.v1+json"
        let index = #"{"schemaVersion":2,"mediaType":"\#(type)","manifests":[\#(entries.joined(separator: ","))]}"#
        let file = try folder.write(index, to: "index")
        let sum = try await CommandLineTool("sha256sum", debianPackage: "coreutils").run([file]).text
        digest = "sha256:\(sum.prefix(64))"
        try folder.write(index, to: "layout/blobs/sha256/\(sum.prefix(64))")
        try folder.write(
            """
            {"schemaVersion":2,"manifests":[{"mediaType":"\(type)","digest":"\(digest)","size":\(index.utf8.count),\
            "annotations":{"org.opencontainers.image.ref.name":"\(tag)"}}]}
            """, to: "layout/index.json")
    }

    /// As skopeo names it.
    package var skopeoName: String { "oci:\(folder.path(of: "layout")):\(tag)" }
}
