import OpenPGP

// How messages are built, and the answers to them.
extension MessageGrammarTests {
    static let framings: [Case<Build>] = [
        Case("one-pass, literal, signature", "verified") { try $0.message($1) },
        Case("signature before literal, as PGP 2 had it", "verified") {
            try $0.documentSignature($1) + Forge.literal($1)
        },
        Case("a literal in chunks", "verified") {
            try $0.onePass() + Forge.literal($1, framing: .partial) + $0.documentSignature($1)
        },
        Case("lengths of old format and four octets", "verified") {
            try $0.onePass() + Forge.literal($1, framing: .old) + $0.documentSignature($1)
        },
        Case("lengths of five octets", "verified") {
            try $0.onePass() + Forge.literal($1, framing: .newLong) + $0.documentSignature($1)
        },
        Case("any mode and file name of the literal: they are not signed", "verified") {
            try $0.onePass() + Forge.literal($1, mode: "1", name: "_CONSOLE") + $0.documentSignature($1)
        },
        Case("text as the literal's mode: it is not signed either", "verified") {
            try $0.onePass() + Forge.literal($1, mode: "t") + $0.documentSignature($1)
        },
        Case("UTF-8 as the literal's mode", "verified") {
            try $0.onePass() + Forge.literal($1, mode: "u") + $0.documentSignature($1)
        },
        Case("cut by a byte", "ends early") { try $0.message($1).dropLast() },
        Case("a literal of indeterminate length swallows its signature", "one-pass signature packet, literal") {
            try $0.onePass() + Forge.literal($1, framing: .indeterminate) + $0.documentSignature($1)
        },
        Case("a signature in chunks", "a signature packet of partial length") {
            try $0.onePass() + Forge.literal($1) + Forge.packet(2, $0.signature(0, over: $1), .partial)
        },
        Case("a signature of indeterminate length", "a signature packet of indeterminate length") {
            try $0.onePass() + Forge.literal($1) + Forge.packet(2, $0.signature(0, over: $1), .indeterminate)
        },
        Case("an empty document", "verified") { key, _ in try key.message([]) },
    ]

    static let orders: [Case<Build>] = [
        Case("one-pass with another key ID", "announces another signature") {
            try $0.onePass(keyID: [1, 2, 3, 4, 5, 6, 7, 8]) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass with the key ID zero", "announces another signature") {
            try $0.onePass(keyID: [0, 0, 0, 0, 0, 0, 0, 0]) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of another type", "announces another signature") {
            try $0.onePass(kind: 1) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of another key algorithm", "announces another signature") {
            try $0.onePass(algorithm: 1) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of another hash", "announces another signature") {
            try $0.onePass(hash: 10) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass that announces more", "more than one signature is announced") {
            try $0.onePass(last: 0) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of version 2", "version 2 one-pass signatures") {
            try $0.onePass(version: 2) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("one-pass of version 6 for a signature of version 4", "ends early") {
            try $0.onePass(version: 6) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("literal, then signature", "not an OpenPGP message with one signature") {
            try Forge.literal($1) + $0.documentSignature($1)
        },
        Case("no signature", "one-pass signature packet, literal data packet") { $0.onePass() + Forge.literal($1) },
        Case("no literal", "not an OpenPGP message") { try $0.onePass() + $0.documentSignature($1) },
        Case("literal only", "not an OpenPGP message with one signature: literal data packet") { Forge.literal($1) },
        Case("detached signature", "not an OpenPGP message with one signature: signature packet") {
            try $0.documentSignature($1)
        },
        Case("encrypted data", "encrypted data packet") { Forge.packet(18, [1] + $1) },
        Case("a one-pass packet and two signatures", "not an OpenPGP message") {
            try $0.message($1) + $0.documentSignature($1)
        },
        Case("sig, one-pass, literal, sig", "not an OpenPGP message") {
            try $0.documentSignature($1) + $0.message($1)
        },
        Case("two messages", "not an OpenPGP message") { try $0.message($1) + $0.message($1) },
        Case("unsigned text before a message", "not an OpenPGP message") {
            try Forge.literal(Array("evil".utf8)) + $0.message($1)
        },
        Case("unsigned text after a message", "not an OpenPGP message") {
            try $0.message($1) + Forge.literal(Array("evil".utf8))
        },
        Case("two literals under one signature over both", "not an OpenPGP message") {
            try $0.onePass() + Forge.literal($1) + Forge.literal($1) + $0.documentSignature($1 + $1)
        },
    ]

    // Two answers to one question: which counts, differs from reader to reader.
    static let severals: [Case<Build>] = [
        Case("two signatures by one key, rightly nested", "one-pass signature packet, one-pass signature packet") {
            try nested($0.message($1), outer: $0, $0.documentSignature($1))
        },
        Case("two signatures, one by a key that is not in the ring", "one-pass signature packet, one-pass") {
            let bob = try Keys.bob.get()
            return try nested($0.message($1), outer: bob, bob.documentSignature($1))
        },
        Case("two signatures, one of them bad", "one-pass signature packet, one-pass signature packet") {
            try nested($0.message($1), outer: $0, $0.documentSignature(Array("evil".utf8)))
        },
        Case("two signatures without one-pass packets", "signature packet, signature packet, literal data packet") {
            let signature = try $0.documentSignature($1)
            return signature + signature + Forge.literal($1)
        },
    ]

    private static func nested(_ message: [UInt8], outer: ForgedKey, _ signature: [UInt8]) -> [UInt8] {
        outer.onePass(last: 0) + message + signature
    }

    static let compressions: [Case<Build>] = [
        Case("not compressed, in a compressed packet", "verified") { Forge.compressed(0, try $0.message($1)) },
        Case("ZIP", "verified") { Forge.compressed(1, try $0.message($1)) },
        Case("ZLIB", "verified") { Forge.compressed(2, try $0.message($1)) },
        Case("ZIP of indeterminate length, as GnuPG writes it", "verified") {
            Forge.compressed(1, try $0.message($1), framing: .indeterminate)
        },
        Case("ZIP in chunks", "verified") { Forge.compressed(1, try $0.message($1), framing: .partial) },
        Case("BZip2", "BZip2 compression") { Forge.compressed(3, try $0.message($1)) },
        Case("an unknown compression", "compression algorithm 110") { Forge.compressed(110, try $0.message($1)) },
        Case("two levels", "compressed data inside compressed data") {
            Forge.compressed(1, Forge.compressed(1, try $0.message($1)))
        },
        Case("bytes behind the end of the stream", "1 bytes follow the end of the compressed data") {
            Forge.compressed(1, try $0.message($1), framing: .indeterminate, junk: [0x0A])
        },
        Case("a wrong checksum of the stream", "compressed data is corrupt") {
            let message = Forge.compressed(2, try $0.message($1))
            return message.dropLast() + message.suffix(1).map { $0 ^ 1 }
        },
        Case("only the literal compressed", "not an OpenPGP message") {
            try $0.onePass() + Forge.compressed(1, Forge.literal($1)) + $0.documentSignature($1)
        },
        Case("one-pass before compressed literal and signature", "not an OpenPGP message") {
            $0.onePass() + Forge.compressed(1, Forge.literal($1) + (try $0.documentSignature($1)))
        },
        Case("unsigned, compressed, before a message", "follows the compressed data") {
            Forge.compressed(1, Forge.literal($1)) + Forge.compressed(1, try $0.message($1))
        },
        Case("unsigned, compressed, behind a message", "follows the compressed data") {
            Forge.compressed(1, try $0.message($1)) + Forge.compressed(1, Forge.literal($1))
        },
        Case("an empty compressed packet", "no packet") { _, _ in Forge.compressed(1, []) },
    ]

    static let extras: [Case<Build>] = [
        Case("a marker before", "not an OpenPGP message") {
            try Forge.packet(10, Array("PGP".utf8)) + $0.message($1)
        },
        Case("a marker inside", "not an OpenPGP message") {
            try $0.onePass() + Forge.packet(10, Array("PGP".utf8)) + Forge.literal($1) + $0.documentSignature($1)
        },
        Case("padding behind", "not an OpenPGP message") { try $0.message($1) + Forge.packet(21, [0]) },
        Case("padding before", "not an OpenPGP message") { try Forge.packet(21, [0]) + $0.message($1) },
        Case("an unknown packet behind", "not an OpenPGP message") { try $0.message($1) + Forge.packet(30, [0]) },
        Case("a private packet before", "not an OpenPGP message") { try Forge.packet(60, [0]) + $0.message($1) },
        Case("a public key behind", "not an OpenPGP message") { try $0.message($1) + $0.packet },
        Case("a public key behind, inside the compression", "not an OpenPGP message") {
            Forge.compressed(1, try $0.message($1) + $0.packet)
        },
        Case("a public key before", "not an OpenPGP message") { try $0.packet + $0.message($1) },
        Case("a zero byte behind", "starts no packet") { try $0.message($1) + [0] },
        Case("a line feed behind", "starts no packet") { try $0.message($1) + [0x0A] },
        Case("text behind", "starts no packet") { try $0.message($1) + Array("evil".utf8) },
    ]

    static let texts: [Case<Build>] = [
        Case("nothing", "signed message ends early") { _, _ in [] },
        Case("armored", "must be a binary OpenPGP message") {
            Forge.armor(try $0.message($1), label: "PGP MESSAGE")
        },
        Case("armored as a signature", "must be a binary OpenPGP message") {
            Forge.armor(try $0.message($1), label: "PGP SIGNATURE")
        },
        Case("armored behind text", "must be a binary OpenPGP message") {
            Array("evil\n\n".utf8) + Forge.armor(try $0.message($1), label: "PGP MESSAGE")
        },
        Case("armored without a checksum", "must be a binary OpenPGP message") {
            Forge.armor(try $0.message($1), label: "PGP MESSAGE", checksum: "")
        },
        Case("armored with a wrong checksum", "must be a binary OpenPGP message") {
            Forge.armor(try $0.message($1), label: "PGP MESSAGE", checksum: "AAAA")
        },
        Case("cleartext signature", "must be a binary OpenPGP message") { _, _ in
            Array("-----BEGIN PGP SIGNED MESSAGE-----\n".utf8)
        },
        Case("JSON", "must be a binary OpenPGP message") { $1 },
        Case("the header of another kind of signature", "must be a binary OpenPGP message") { _, content in
            [0] + Array("sigstore-json\n".utf8) + content
        },
    ]
}
