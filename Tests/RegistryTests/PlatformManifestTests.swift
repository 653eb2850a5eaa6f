import Primitives
import Testing

@testable import Registry

private let one = "sha256:" + String(repeating: "1", count: 64)
private let two = "sha256:" + String(repeating: "2", count: 64)
private let ociImage = "application/vnd.oci.image.manifest.v1+json"
private let ociIndex = "application/vnd.oci.image.index.v1+json"
private let dockerList = "application/vnd.docker.distribution.manifest.list.v2+json"

private func index(_ entries: String, type: String = ociIndex) throws -> Manifest {
    let text = #"{"schemaVersion":2,"mediaType":"\#(type)","manifests":\#(entries)}"#
    return try Manifest(body: Array(text.utf8), contentType: type)
}

@Suite struct PlatformManifestTests {
    @Test(
        "An index lists its manifests in order, each digest once, with their platforms",
        arguments: [ociIndex, dockerList])
    func lists(_ type: String) throws {
        let entries = """
            [{"mediaType":"\(ociImage)","digest":"\(two)","platform":{"os":"linux","architecture":"arm","variant":"v7"}},
             {"mediaType":"\(ociImage)","digest":"\(one)","platform":{"os":"unknown","architecture":"unknown"}},
             {"mediaType":"\(ociImage)","digest":"\(two)"}]
            """
        let manifests = try index(entries, type: type).platformManifests()
        #expect(manifests.map(\.digest.description) == [two, one])
        #expect(manifests.map(\.platform) == ["linux/arm/v7", "unknown/unknown"])
    }

    @Test("An image lists none, and an index may list none")
    func none() throws {
        let image = #"{"schemaVersion":2,"mediaType":"\#(ociImage)","config":{},"layers":[]}"#
        #expect(try Manifest(body: Array(image.utf8), contentType: nil).platformManifests() == [])
        #expect(try index("[]").platformManifests() == [])
    }

    @Test(
        "A list that could hide a manifest is refused",
        arguments: [
            ("null", .ambiguousContent), ("{}", .ambiguousContent),
            (#"[{"mediaType":"\#(ociIndex)","digest":"\#(one)"}]"#, .nestedIndex),
            (#"[{"mediaType":"\#(ociIndex.uppercased())","digest":"\#(one)"}]"#, .nestedIndex),
            (#"[{"mediaType":"\#(dockerList)","digest":"\#(one)"}]"#, .nestedIndex),
            (#"[{"digest":"\#(one)","Digest":"\#(two)"}]"#, .foldedKey("Digest")),
            (#"[{"digest":"\#(one)","media\u0054ype":"x","MediaType":"y"}]"#, .foldedKey("MediaType")),
            ("[7]", .unusableEntry("it is not an object")),
        ] as [(String, Manifest.Problem)])
    func refuses(_ entries: String, _ problem: Manifest.Problem) throws {
        let index = try index(entries)
        #expect(throws: problem) { try index.platformManifests() }
    }

    @Test(
        "A digest that nothing here can prove is refused",
        arguments: ["", "sha256:1", "sha512:" + String(repeating: "1", count: 128), "md5:00", one.uppercased()])
    func unprovable(_ digest: String) throws {
        let index = try index(#"[{"digest":"\#(digest)"}]"#)
        let problem = #expect(throws: Manifest.Problem.self) { try index.platformManifests() }
        guard case .unusableEntry = problem else {
            Issue.record("\(String(describing: problem))")
            return
        }
    }

    @Test("More manifests than the limit are refused, not cut off")
    func bounded() throws {
        func entries(_ count: Int) -> String {
            let digests = (0..<count).map { ImageDigest.sha256(of: Array("\($0)".utf8)) }
            return "[" + digests.map { #"{"digest":"\#($0)"}"# }.joined(separator: ",") + "]"
        }
        let most = Limits.manifestsPerIndex
        #expect(try index(entries(most)).platformManifests().count == most)
        #expect(throws: Manifest.Problem.tooManyManifests(limit: most)) {
            try index(entries(most + 1)).platformManifests()
        }
    }
}
