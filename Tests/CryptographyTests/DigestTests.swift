import Cryptography
import Primitives
import Testing

@Suite struct DigestTests {
    @Test(
        "The digest of abc is the one FIPS 180-4 publishes",
        arguments: [
            (DigestAlgorithm.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha384,
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
            ),
            (
                .sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                    + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ])
    func matchesThePublishedVectors(algorithm: DigestAlgorithm, hex: String) {
        let digest = Digest(of: Array("abc".utf8), using: algorithm)
        #expect(Hex.encode(digest.bytes) == hex)
        #expect(digest.bytes.count == algorithm.byteCount)
    }

    @Test("The digest of nothing is defined")
    func hashesNothing() {
        #expect(
            Hex.encode(Digest.sha256([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("Pieces give the same digest as the whole", arguments: DigestAlgorithm.allCases)
    func streamsInPieces(algorithm: DigestAlgorithm) {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        var running = RunningDigest(algorithm)
        running.update(bytes[..<1])
        running.update([])
        running.update(bytes[1..<700])
        running.update(bytes[700...])
        #expect(running.finish() == Digest(of: bytes, using: algorithm))
    }
}
