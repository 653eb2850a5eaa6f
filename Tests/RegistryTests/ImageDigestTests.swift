import Registry
import Testing

private let hex64 = String(repeating: "0123456789abcdef", count: 4)

@Suite struct ImageDigestTests {
    @Test("Each algorithm takes exactly its number of digits", arguments: ImageDigest.Algorithm.allCases)
    func lengths(_ algorithm: ImageDigest.Algorithm) throws {
        let digits = String(repeating: "a", count: algorithm.digits)
        let text = "\(algorithm.rawValue):\(digits)"
        #expect(try ImageDigest(parsing: text).description == text)
        for wrong in 0..<140 where wrong != algorithm.digits {
            #expect(throws: RegistryError.self) {
                try ImageDigest(parsing: "\(algorithm.rawValue):\(String(repeating: "a", count: wrong))")
            }
        }
    }

    @Test(
        "What is no digest is refused",
        arguments: [
            "", ":", "sha256", "sha256:", hex64, ":\(hex64)", "SHA256:\(hex64)", "sha256:\(hex64.uppercased())",
            "sha256:\(hex64.dropLast())g", "sha256:\(hex64.dropLast())\n", "sha256 :\(hex64)", "md5:\(hex64)",
            "sha256:../../\(hex64.dropFirst(6))", "sha256::\(hex64.dropFirst())", " sha256:\(hex64)",
        ])
    func refuses(_ text: String) {
        #expect(throws: RegistryError.self) { try ImageDigest(parsing: text) }
    }

    @Test("The digest of bytes is their SHA-256 (FIPS 180-4)")
    func ofBytes() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        #expect(ImageDigest.sha256(of: []).description == empty)
        let abc = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        #expect(ImageDigest.sha256(of: Array("abc".utf8)).description == abc)
    }
}
