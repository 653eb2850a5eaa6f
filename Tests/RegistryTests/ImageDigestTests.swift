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
}
