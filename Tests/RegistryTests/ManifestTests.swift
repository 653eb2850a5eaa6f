import Testing

@testable import Registry

private let ociImage = "application/vnd.oci.image.manifest.v1+json"
private let ociIndex = "application/vnd.oci.image.index.v1+json"
private let dockerImage = "application/vnd.docker.distribution.manifest.v2+json"
private let dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"

@Suite struct ManifestTests {
    @Test(
        "Images and indexes are taken, with the digest of their exact bytes",
        arguments: [
            (#"{"schemaVersion":2,"mediaType":"\#(ociImage)","config":{},"layers":[]}"#, ociImage, ociImage),
            (#"{"schemaVersion":2,"config":{},"layers":[]}"#, ociImage, ociImage),
            (#"{"schemaVersion":2,"mediaType":"\#(ociImage)","config":{},"layers":[]}"#, nil, ociImage),
            (
                #"{"schemaVersion":2,"mediaType":"\#(dockerImage)","config":{},"layers":[]}"#,
                "Application/vnd.docker.distribution.manifest.v2+json; charset=utf-8", dockerImage
            ),
            (#"{"schemaVersion":2,"mediaType":"\#(dockerList)","manifests":[]}"#, dockerList, dockerList),
            (#"{ "schemaVersion" : 2, "manifests" : [] }"#, ociIndex, ociIndex),
        ] as [(String, String?, String)])
    func accepts(_ text: String, _ contentType: String?, _ mediaType: String) throws {
        let manifest = try Manifest(body: Array(text.utf8), contentType: contentType)
        #expect(manifest.mediaType == mediaType)
        #expect(manifest.digest == .sha256(of: Array(text.utf8)))
        #expect(manifest.body == Array(text.utf8))
    }

    @Test(
        "What two readers could take for two things is refused (CVE-2021-41190)",
        arguments: [
            (#"{"schemaVersion":2,"manifests":[],"layers":[]}"#, ociIndex, .ambiguousContent),
            (#"{"schemaVersion":2,"manifests":[],"config":{}}"#, ociIndex, .ambiguousContent),
            (#"{"schemaVersion":2,"manifests":[],"config":{},"layers":[]}"#, ociImage, .ambiguousContent),
            (#"{"schemaVersion":2,"manifests":null,"config":{},"layers":[]}"#, ociImage, .ambiguousContent),
            (#"{"schemaVersion":2,"manifests":[]}"#, ociImage, .ambiguousContent),
            (#"{"schemaVersion":2,"config":{},"layers":[]}"#, ociIndex, .ambiguousContent),
            (#"{"schemaVersion":2}"#, ociImage, .ambiguousContent),
            (
                #"{"schemaVersion":2,"mediaType":"\#(ociIndex)","manifests":[]}"#, ociImage,
                .contradiction(header: ociImage, body: ociIndex)
            ),
            (
                #"{"schemaVersion":2,"mediaType":"\#(ociImage)","config":{},"layers":[]}"#, "application/json",
                .contradiction(header: "application/json", body: ociImage)
            ),
            (#"{"schemaVersion":2,"config":{},"layers":[],"Manifests":[]}"#, ociImage, .foldedKey("Manifests")),
            (#"{"schemaVersion":2,"config":{},"layers":[],"manife\u017fts":[]}"#, ociImage, .foldedKey("manifeſts")),
            (#"{"schemaVersion":2,"config":{},"layers":[],"MEDIATYPE":""}"#, ociImage, .foldedKey("MEDIATYPE")),
        ] as [(String, String, Manifest.Problem)])
    func refusesConfusion(_ text: String, _ contentType: String, _ problem: Manifest.Problem) {
        #expect(throws: problem) { try Manifest(body: Array(text.utf8), contentType: contentType) }
    }

    @Test(
        "What is no manifest of schema 2 is refused",
        arguments: [
            ("", ociImage), ("[]", ociImage), ("null", ociImage), ("{}", ociImage), ("{", ociImage),
            (#"{"schemaVersion":"2","config":{},"layers":[]}"#, ociImage),
            (#"{"schemaVersion":3,"config":{},"layers":[]}"#, ociImage),
            (#"{"schemaVersion":2,"config":{},"layers":[],"layers":[]}"#, ociImage),
            (#"{"schemaVersion":2,"config":{},"layers":[]} x"#, ociImage),
            (#"{"schemaVersion":2,"config":{},"layers":[]}"#, "text/html"),
            (#"{"schemaVersion":2,"config":{},"layers":[]}"#, nil),
            (#"{"schemaVersion":2,"mediaType":null,"config":{},"layers":[]}"#, ociImage),
            (#"{"schemaVersion":2,"mediaType":"x/y","config":{},"layers":[]}"#, "x/y"),
        ] as [(String, String?)])
    func refuses(_ text: String, _ contentType: String?) {
        #expect(throws: Manifest.Problem.self) { try Manifest(body: Array(text.utf8), contentType: contentType) }
    }

    @Test(
        "Schema 1 is refused by its name",
        arguments: [
            (#"{"schemaVersion":1,"fsLayers":[]}"#, "application/vnd.docker.distribution.manifest.v1+prettyjws"),
            (#"{"schemaVersion":2,"fsLayers":[]}"#, "application/vnd.docker.distribution.manifest.v1+json"),
        ])
    func schemaOne(_ text: String, _ contentType: String) {
        #expect(throws: Manifest.Problem.schemaOne) {
            try Manifest(body: Array(text.utf8), contentType: contentType)
        }
    }

    @Test("Every prefix of a manifest is refused, and none traps")
    func truncation() {
        let text = Array(manifestText.utf8)
        for length in 0..<text.count {
            #expect(throws: Manifest.Problem.self) {
                try Manifest(body: Array(text.prefix(length)), contentType: nil)
            }
        }
    }
}
