import Cryptography
import OpenPGP
import Testing

/// Which keys may sign, and with which hashes.
@Suite(.timeLimit(.minutes(3))) struct AlgorithmTests {
    /// A key, and the hashes that it may sign with.
    struct Row: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let key: Result<ForgedKey, any Error>
        let hashes: [UInt8]

        init(_ name: String, _ key: Result<ForgedKey, any Error>, hashes: [UInt8]) {
            (testDescription, self.key, self.hashes) = (name, key, hashes)
        }
    }

    @Test("Every kind of key signs with every hash that is long enough for it", arguments: rows)
    func verifies(row: Row) throws {
        let key = try row.key.get()
        for hash in row.hashes {
            let ring = try key.certificate { $0.hash = hash }
            #expect(answer(to: try key.message(content) { $0.hash = hash }, from: ring) == "verified", "hash \(hash)")
            let forged = try key.documentSignature(content + [0]) { $0.hash = hash } + Forge.literal(content)
            #expect(answer(to: forged, from: ring).contains("bad signature"), "hash \(hash)")
        }
    }

    @Test("A hash that is too short for the key is refused, over data and in self-signatures", arguments: rows)
    func refusesShortHashes(row: Row) throws {
        let key = try row.key.get()
        let ring = try key.certificate { $0.hash = row.hashes[0] }
        for hash in Self.strong where !row.hashes.contains(hash) {
            let text = answer(to: try key.message(content) { $0.hash = hash }, from: ring)
            #expect(text.contains("which is too short for its key; sign with a hash of"), "hash \(hash): \(text)")
            let short = answer(to: [], from: try key.certificate { $0.hash = hash })
            #expect(short.contains("no user ID with a valid self-signature"), "hash \(hash): \(short)")
        }
    }

    @Test("Every kind of key signs as a subkey", arguments: rows)
    func verifiesSubkeys(row: Row) throws {
        let (alice, key) = (try Keys.alice.get(), try row.key.get())
        let hash = row.hashes[0]
        let back = try alice.backSignature(by: key) { $0.hash = hash }
        let ring = try alice.certificate() + alice.subkey(key) { $0.hashed = [Forge.flags(0x02), back] }
        #expect(answer(to: try key.message(content) { $0.hash = hash }, from: ring) == "verified")
    }

    @Test("RSA for signing only (algorithm 3) signs")
    func verifiesSignOnlyRSA() throws {
        var key = try Keys.rsa.get()
        key.algorithm = 3
        #expect(answer(to: try key.message(content), from: try key.certificate()) == "verified")
    }

    @Test("Short numbers are padded: signatures with leading zeros verify", arguments: ["Ed25519", "ECDSA"])
    func padsShortNumbers(algorithm: String) throws {
        let key = try algorithm == "Ed25519" ? Keys.alice.get() : Keys.p256.get()
        let ring = try key.certificate()
        // About every 128th signature has a short R or S; the time makes each another one.
        for offset in 0..<24 as Range<UInt32> {
            let message = try key.message(content) { $0.time = Moment.messageSigned + offset }
            #expect(answer(to: message, from: ring) == "verified")
        }
    }

    @Test("The numbers zero and beyond the group are no signature", arguments: [[], [0xFF]] as [[UInt8]])
    func refusesImpossibleNumbers(number: [UInt8]) throws {
        for key in [try Keys.p256.get(), try Keys.dsa.get()] {
            var signature = try key.signature(0, over: content)
            let numbers = try #require(Self.numbers(atEndOf: signature))
            let long = number.isEmpty ? [] : [UInt8](repeating: 0xFF, count: 32)
            signature.removeLast(numbers)
            signature += Forge.integer(long) + Forge.integer(long)
            let message = Forge.packet(2, signature) + Forge.literal(content)
            #expect(answer(to: message, from: try key.certificate()).contains("bad signature"))
        }
    }

    @Test("A key too weak to be trusted is refused as primary key and as subkey", arguments: ["RSA", "DSA"])
    func refusesWeakKeys(name: String) throws {
        let (alice, weak) = (try Keys.alice.get(), try name == "RSA" ? Keys.weak.get() : Keys.weakDSA.get())
        let expected = "\(name) of 1024 bits; at least 2048 are needed"
        #expect(answer(to: try weak.message(content), from: try weak.certificate()).contains("a weak key: \(expected)"))
        let ring = try alice.certificate() + alice.subkey(weak)
        #expect(answer(to: try weak.message(content), from: ring).contains("is too weak: \(expected)"))
    }

    private let content = Array("content".utf8)
    private static let strong: [UInt8] = [8, 9, 10, 12, 14]
    private static let long: [UInt8] = [10, 14]
    static let rows = [
        Row("RSA-2048", Keys.rsa, hashes: strong), Row("RSA-8192", Keys.largeRSA, hashes: strong),
        Row("DSA-2048", Keys.dsa, hashes: strong),
        Row("P-256", Keys.p256, hashes: strong), Row("P-384", Keys.p384, hashes: [9, 10, 14]),
        Row("P-521", Keys.p521, hashes: long), Row("brainpoolP256r1", Keys.brainpool256, hashes: strong),
        Row("brainpoolP384r1", Keys.brainpool384, hashes: [9, 10, 14]),
        Row("brainpoolP512r1", Keys.brainpool512, hashes: long), Row("secp256k1", Keys.secp256k1, hashes: strong),
        Row("EdDSA, as GnuPG makes it", Keys.alice, hashes: strong), Row("Ed25519", Keys.modern, hashes: strong),
        Row("Ed448", Keys.ed448, hashes: long),
    ]

    /// How many bytes the two numbers of a signature take up, which begin behind the unhashed area and the hint.
    private static func numbers(atEndOf signature: [UInt8]) -> Int? {
        let hashed = Int(signature[4]) << 8 | Int(signature[5])
        let unhashed = Int(signature[6 + hashed]) << 8 | Int(signature[7 + hashed])
        let start = 6 + hashed + 2 + unhashed + 2
        return start < signature.count ? signature.count - start : nil
    }
}
