import Policies
import Registry
import Testing
import Verification

/// The table of identities: which signed names count for which image, under each type of `signedIdentity`, as
/// containers/image has it and as it is here.
@Suite("Rows of identities") struct IdentityRowsTests {
    /// One row: an image, a signed name, and under which types it counts.
    struct Row: Sendable, CustomTestStringConvertible {
        let image: String
        let signed: String
        let exact: Bool
        let digestOrExact: Bool
        let repository: Bool
        /// Whether the image's tag alone counts here where containers/image wants the digest in the signed name too: an
        /// image that was bound to its digest, with its tag kept, has to pass again, and it is its digest that is proven.
        let isTagEnough: Bool

        init(
            _ image: String, _ signed: String, exact: Bool, digestOrExact: Bool, repository: Bool,
            isTagEnough: Bool = false
        ) {
            (self.image, self.signed) = (image, signed)
            (self.exact, self.digestOrExact, self.repository) = (exact, digestOrExact, repository)
            self.isTagEnough = isTagEnough
        }

        var testDescription: String { "\(image) signed as \(signed)" }
    }

    /// `d` and `e` are two digests, `r` a repository.
    static let rows = [
        Row("r:1", "r:1", exact: true, digestOrExact: true, repository: true),
        Row("r:1", "r:2", exact: false, digestOrExact: false, repository: true),
        Row("r:1", "r", exact: false, digestOrExact: false, repository: true),
        Row("r:1", "r@d", exact: false, digestOrExact: false, repository: true),
        Row("r@d", "r:1", exact: false, digestOrExact: true, repository: true),
        Row("r@d", "r@e", exact: false, digestOrExact: true, repository: true),
        Row("r@d", "r", exact: false, digestOrExact: false, repository: true),
        Row("r:1@d", "r:1@d", exact: true, digestOrExact: true, repository: true),
        Row("r:1@d", "r:1", exact: false, digestOrExact: false, repository: true, isTagEnough: true),
        Row("r", "r:1", exact: false, digestOrExact: false, repository: true),
        Row("r", "r", exact: false, digestOrExact: false, repository: true),
        Row("r", "r@d", exact: false, digestOrExact: false, repository: true),
        // "Name only": of another repository nothing counts.
        Row("r:1", "q:1", exact: false, digestOrExact: false, repository: false),
        Row("r@d", "q@d", exact: false, digestOrExact: false, repository: false),
        Row("r:1@d", "q:1", exact: false, digestOrExact: false, repository: false),
        Row("r", "q", exact: false, digestOrExact: false, repository: false),
    ]

    private static let digits = ["d": "8", "e": "0"]

    /// `m.com/x/r` for `r` below `m.com/x`, with a whole digest for `d` and `e`.
    private func reference(_ text: String, below prefix: String = "m.com/x") throws -> ImageReference {
        let parts = text.split(separator: "@").map(String.init)
        let digest = parts.count < 2 ? "" : "@sha256:" + String(repeating: Self.digits[parts[1]] ?? "", count: 64)
        return try ImageReference(parsing: "\(prefix)/\(parts[0])\(digest)")
    }

    @Test("matchExact, matchRepoDigestOrExact and matchRepository", arguments: rows)
    func compares(row: Row) throws {
        let (image, signed) = try (reference(row.image), reference(row.signed))
        #expect(SignedIdentity.matchExact.accepts(signed, for: image) == (row.exact || row.isTagEnough))
        #expect(
            SignedIdentity.matchRepoDigestOrExact.accepts(signed, for: image)
                == (row.digestOrExact || row.isTagEnough))
        #expect(SignedIdentity.matchRepository.accepts(signed, for: image) == row.repository)
    }

    @Test("exactReference and exactRepository: the policy's name takes the place of the image's", arguments: rows)
    func comparesPolicyNames(row: Row) throws {
        let (expected, signed) = try (reference(row.image), reference(row.signed))
        let image = try ImageReference(parsing: "elsewhere.com/other:9")
        // Only equal names, and a name with neither tag nor digest names nothing.
        let isExact = row.image == row.signed && row.image != "r"
        #expect(SignedIdentity.exactReference(expected).accepts(signed, for: image) == isExact)
        #expect(SignedIdentity.exactRepository(expected).accepts(signed, for: image) == row.repository)
    }

    /// A prefix and what takes its place, for images below `m.com/x`, and where they are signed then.
    static let remaps = [
        ("m.com", "e.com", "e.com/x"), ("m.com/x", "e.com/y", "e.com/y"), ("m.com/x", "e.com/y/z", "e.com/y/z"),
        // Images that the prefix does not cover keep their names.
        ("m.com/y", "e.com/y", "m.com/x"), ("m.com:5000", "e.com", "m.com/x"), ("com", "e.com", "m.com/x"),
        ("m.com/x/r/r", "e.com/y", "m.com/x"),
    ]

    @Test(
        "remapIdentity: each row again as matchRepoDigestOrExact, under the other name and under no other",
        arguments: rows)
    func remaps(row: Row) throws {
        let image = try reference(row.image)
        for (prefix, signedPrefix, place) in Self.remaps {
            let identity = SignedIdentity.remapIdentity(prefix: prefix, signedPrefix: signedPrefix)
            let isAccepted = row.digestOrExact || row.isTagEnough
            #expect(try identity.accepts(reference(row.signed, below: place), for: image) == isAccepted, "\(prefix)")
            for other in ["m.com/x", "e.com/x", "e.com/y", "e.com/y/z"] where other != place {
                #expect(try !identity.accepts(reference(row.signed, below: other), for: image), "\(prefix), \(other)")
            }
        }
    }

    @Test("remapIdentity: the whole name as prefix, and a name that is none afterwards", arguments: rows)
    func remapsWholeNames(row: Row) throws {
        let image = try reference(row.image)
        let whole = SignedIdentity.remapIdentity(prefix: "m.com/x/r", signedPrefix: "e.com/y/r")
        let isAccepted = row.digestOrExact || row.isTagEnough
        #expect(try whole.accepts(reference(row.signed, below: "e.com/y"), for: image) == isAccepted)
        for signedPrefix in ["", "E.com/Y", "e.com/y/", "y"] {
            let broken = SignedIdentity.remapIdentity(prefix: "m.com/x", signedPrefix: signedPrefix)
            for place in ["m.com/x", "e.com/y", "docker.io/y", "docker.io/library"] {
                #expect(try !broken.accepts(reference(row.signed, below: place), for: image), "\(signedPrefix)")
            }
        }
    }
}
