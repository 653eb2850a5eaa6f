import Cryptography
import Primitives
import Testing

@Suite struct DigestTests {
    @Test(
        "The digest of abc is the one FIPS 180-4 and FIPS 202 publish",
        arguments: [
            (DigestAlgorithm.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"),
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
            (.sha3with256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
            (
                .sha3with512,
                "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
                    + "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"
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
