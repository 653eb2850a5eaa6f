import Policies
import Registry
import Testing
import Verification

@Suite("SignedIdentity.accepts")
struct IdentityMatchTests {
    private static let digest = "sha256:817a12c32a39bbe394944ba49de563e085f1d3c5266eb8e9723256bc4448680e"
    private static let other = "sha256:0000000000000000000000000000000000000000000000000000000000000000"

    /// A reference in which `d` and `e` behind an `@` stand for two digests.
    private func reference(_ text: String) throws -> ImageReference {
        let parts = text.split(separator: "@")
        guard parts.count == 2 else { return try ImageReference(parsing: text) }
        return try ImageReference(parsing: "\(parts[0])@\(parts[1] == "d" ? Self.digest : Self.other)")
    }

    private func accepts(_ identity: SignedIdentity, _ signed: String, for image: String) throws -> Bool {
        try identity.accepts(reference(signed), for: reference(image))
    }

    @Test(
        "compares the image's own name as the rule says",
        arguments: [
            // image, signed, matchExact, matchRepoDigestOrExact, matchRepository
            ("r:1", "r:1", true, true, true), ("r:1", "r:2", false, false, true), ("r:1", "r", false, false, true),
            ("r:1", "r@d", false, false, true), ("r@d", "r:1", false, true, true), ("r@d", "r@e", false, true, true),
            ("r@d", "r@d", true, true, true), ("r@d", "r", false, false, true), ("r@d", "r:1@d", false, true, true),
            ("r:1@d", "r:1@d", true, true, true), ("r:1@d", "r:1", true, true, true),
            ("r:1@d", "r:2", false, false, true),
            ("r:1@d", "q:1", false, false, false),
            ("r:1@d", "r:2@d", false, false, true), ("r:1@d", "r:1@e", false, false, true),
            ("r:1@d", "r@d", false, false, true), ("r:1@d", "r", false, false, true), ("r", "r:1", false, false, true),
            ("r", "r", false, false, true), ("r", "r@d", false, false, true),
            // another repository is another image under every rule
            ("r:1", "q:1", false, false, false), ("r@d", "q:1", false, false, false),
            ("r@d", "q@d", false, false, false),
            ("r:1", "e.com/library/r:1", false, false, false), ("e.com/r:1", "e.com/r/s:1", false, false, false),
            ("e.com/r:1", "e.com:443/r:1", false, false, false), ("E.com/r:1", "e.com/r:1", false, false, false),
            ("r:a", "r:A", false, false, true),
            // the names of Docker Hub are one name
            ("r:1", "docker.io/library/r:1", true, true, true),
            ("index.docker.io/r:1", "library/r:1", true, true, true),
            ("r:1", "registry-1.docker.io/library/r:1", false, false, false),
        ] as [(String, String, Bool, Bool, Bool)])
    func comparesOwnName(_ image: String, _ signed: String, exact: Bool, digestOrExact: Bool, repository: Bool) throws {
        #expect(try accepts(.matchExact, signed, for: image) == exact)
        #expect(try accepts(.matchRepoDigestOrExact, signed, for: image) == digestOrExact)
        #expect(try accepts(.matchRepository, signed, for: image) == repository)
    }

    @Test(
        "compares the policy's reference, whatever the image is called",
        arguments: [
            // expected, signed, exactReference, exactRepository
            ("r:1", "r:1", true, true), ("r:1", "r:2", false, true), ("r:1", "r", false, true),
            ("r:1", "r:1@d", false, true),
            ("r@d", "r@d", true, true), ("r@d", "r@e", false, true), ("r", "r", false, true), ("r", "r:1", false, true),
            ("r:1", "docker.io/library/r:1", true, true), ("r:1", "q:1", false, false),
            ("e.com/r:1", "r:1", false, false),
        ] as [(String, String, Bool, Bool)])
    func comparesPolicyReference(_ expected: String, _ signed: String, exact: Bool, repository: Bool) throws {
        for image in ["r:1", "r@d", "elsewhere.example/x:9", "q"] {
            #expect(try accepts(.exactReference(reference(expected)), signed, for: image) == exact)
            #expect(try accepts(.exactRepository(reference(expected)), signed, for: image) == repository)
        }
    }

    @Test(
        "looks for an image below the prefix under the other name, and for every other image under its own",
        arguments: [
            // prefix, signedPrefix, image, signed, accepted
            ("m.com", "e.com", "m.com/a/b:1", "e.com/a/b:1", true),
            ("m.com", "e.com", "m.com/a/b:1", "m.com/a/b:1", false),
            ("m.com", "e.com", "m.com/a/b:1", "e.com/a/b:2", false), ("m.com", "e.com", "m.com/a@d", "e.com/a:1", true),
            ("m.com", "e.com", "m.com/a@d", "e.com/b:1", false), ("m.com", "e.com", "m.com/a@d", "e.com/a", false),
            ("m.com", "e.com", "m.com/a:1@d", "e.com/a:1@d", true),
            ("m.com", "e.com", "m.com/a:1@d", "e.com/a:1", true), ("m.com", "e.com", "m.com/a:1@d", "e.com/a:2", false),
            ("m.com/x", "e.com/y/z", "m.com/x/a:1", "e.com/y/z/a:1", true),
            ("m.com/x/a", "e.com/b", "m.com/x/a:1", "e.com/b:1", true),
            ("m.com/x/a", "e.com/b", "m.com/x/a@d", "e.com/b@e", true),
            // only at a boundary of the name, and the port is part of the host
            ("m.com/x", "e.com/y", "m.com/xy/a:1", "e.com/yy/a:1", false),
            ("m.com/x", "e.com/y", "m.com/xy/a:1", "m.com/xy/a:1", true),
            ("m.com", "e.com", "m.com:5000/a:1", "e.com:5000/a:1", false),
            ("m.com", "e.com", "m.com:5000/a:1", "m.com:5000/a:1", true),
            ("m.com:5000", "e.com", "m.com:5000/a:1", "e.com/a:1", true),
            ("m.com:5000", "e.com", "m.com/a:1", "m.com/a:1", true),
            ("m.com", "e.com", "m.comx/a:1", "m.comx/a:1", true), ("M.com", "e.com", "m.com/a:1", "e.com/a:1", false),
            // the Kelvin sign is a K to Swift's strings
            ("\u{212A}.com", "e.com", "K.com/a:1", "K.com/a:1", true),
            // only the first occurrence
            ("m.com/a", "e.com/b", "m.com/a/m.com/a:1", "e.com/b/m.com/a:1", true),
            // an image elsewhere keeps its name
            ("m.com", "e.com", "o.com/a:1", "o.com/a:1", true), ("m.com", "e.com", "o.com/a:1", "e.com/a:1", false),
            ("m.com", "e.com", "o.com/m.com/a:1", "o.com/m.com/a:1", true),
            ("m.com", "e.com", "o.com/a:1", "o.com/a:2", false),
            ("", "e.com", "o.com/a:1", "o.com/a:1", true), ("m.com/a:1", "e.com/a:1", "m.com/a:1", "m.com/a:1", true),
            // Docker Hub by its normal names
            ("docker.io/library/r", "e.com/r", "r:1", "e.com/r:1", true),
            ("docker.io", "e.com", "r:1", "e.com/library/r:1", true),
            ("r", "e.com/r", "r:1", "e.com/r:1", false), ("m.com", "docker.io", "m.com/library/r:1", "r:1", true),
        ] as [(String, String, String, String, Bool)])
    func remaps(_ prefix: String, _ signedPrefix: String, _ image: String, _ signed: String, accepted: Bool) throws {
        let identity = SignedIdentity.remapIdentity(prefix: prefix, signedPrefix: signedPrefix)
        #expect(try accepts(identity, signed, for: image) == accepted)
    }

    @Test(
        "accepts nothing for an image whose new name is none, or not in its normal form",
        arguments: [
            ("m.com", "", "m.com/a:1"), ("m.com", "E.com/B", "m.com/a:1"), ("m.com", "e_x.com", "m.com/a:1"),
            ("m.com", "e.com/", "m.com/a:1"), ("m.com", "e.com:x", "m.com/a:1"),
            ("m.com", "https://e.com", "m.com/a:1"),
            ("m.com", "e.com\n", "m.com/a:1"), ("m.com/a", "e.com", "m.com/a:1"),
            ("m.com/a", "e.com:5000", "m.com/a:1"),
            ("m.com", "e.com/b@\(digest)", "m.com/a:1"), ("m.com", "\u{E9}.com", "m.com/a:1"),
            // these parse, as another name than they say: docker.io/library/…
            ("m.com", "docker.io", "m.com/a:1"), ("m.com", "index.docker.io", "m.com/library/a:1"),
            ("m.com", "foo", "m.com/a:1"),
            ("m.com/a", "b", "m.com/a:1"),
        ])
    func refusesInvalidRemaps(_ prefix: String, _ signedPrefix: String, _ image: String) throws {
        let identity = SignedIdentity.remapIdentity(prefix: prefix, signedPrefix: signedPrefix)
        for signed in ["m.com/a:1", "a:1", "foo/a:1", "e.com/a:1", "b:1", "e.com:1", "e.com:5000/a:1", "library/a:1"] {
            #expect(try !accepts(identity, signed, for: image))
        }
    }
}
