import OpenPGP
import Primitives

/// Key rings as text: whatever stands in it, reading ends; and a ring says the same in armor as without.
enum ArmorCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        let keys = fingerprints(of: input)
        guard isBinary(input) else { return }
        let (lined, framed) = (fingerprints(of: armored(input)), fingerprints(of: armored(input, between: "key: ÿ\n")))
        try promise(keys == lined, "\(keys) became \(lined) in armor")
        try promise(keys == framed, "\(keys) became \(framed) in armor between other lines")
    }

    /// What is said of a ring is made into text too: that must not trap either.
    private static func fingerprints(of ring: [UInt8]) -> [Fingerprint] {
        guard let ring = accepted({ try KeyRing(parsing: ring) }) else { return [] }
        _ = ring.problems.map(\.description)
        _ = ring.certificates.map { $0.summaries(at: OpenPGPSamples.now) }
        return ring.certificates.map(\.fingerprint)
    }

    /// Armor holds packets; text in it would be no ring.
    private static func isBinary(_ input: [UInt8]) -> Bool {
        !input.starts(with: [0xEF, 0xBB, 0xBF]) && (input.first ?? 0) & 0x80 != 0
    }

    private static func armored(_ ring: [UInt8], between text: String = "") -> [UInt8] {
        let data = Base64.encode(ring)
        let lines = stride(from: 0, to: data.utf8.count, by: 64).map { data.utf8.dropFirst($0).prefix(64) + [0x0A] }
        let label = "PGP PUBLIC KEY BLOCK"
        return Array("\(text)-----BEGIN \(label)-----\n\n".utf8) + lines.joined()
            + Array("-----END \(label)-----\n\(text)".utf8)
    }
}
