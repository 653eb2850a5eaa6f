package import Primitives

/// A message with one signature, read and not verified. Its content is nobody's word until a `MessageVerifier` says so.
///
/// The grammar is fixed: `one-pass literal signature` or `signature literal`, at most once compressed as a whole, and
/// nothing else. GnuPG takes more, and what it takes has let unsigned text through (CVE-2006-0049, CVE-2007-1263).
package struct UnverifiedMessage: Sendable {
    let content: [UInt8]
    let signature: SignaturePacket
    /// By which keys it was found to be signed, and by which not; copies of this value share it.
    let checks = SignatureChecks()
    /// When the signature says it was made.
    package let created: Timestamp

    /// About how many bytes of memory it takes.
    package var byteCount: Int { content.count + 2 * signature.body.count + 512 }

    /// Reads the whole of `bytes`, binary.
    ///
    /// - Throws: for more than `Limits.signatureBytes`, text (armored or cleartext), a compressed part that expands to
    ///   more than `Limits.inflatedMessageBytes`, any other order or number of packets, a one-pass packet that
    ///   announces another signature, and a signature that is not of a document's type, by an unsupported algorithm, or
    ///   without a signed creation time.
    package init(parsing bytes: [UInt8]) throws(OpenPGPError) {
        guard bytes.count <= Limits.signatureBytes else {
            throw .tooLarge(what: "signature", limit: Limits.signatureBytes)
        }
        guard let first = bytes.first else { throw .truncated("signed message") }
        guard first & 0x80 != 0 else { throw .textualMessage }
        let (signature, content) = try Self.parts(of: try Self.packets(in: bytes[...]))
        guard SignaturePacket.Kind.documents.contains(signature.kind) else {
            throw .unsupported("\(signature.kind.name) over data; only 0x00 and 0x01 (documents) count")
        }
        guard signature.isSupported else { throw .unsupported("\(signature.keyAlgorithm.name) signatures") }
        guard let created = signature.claims.created else {
            throw .malformed("the signature does not sign the time of its creation")
        }
        self.signature = signature
        self.content = content
        self.created = created
    }

    /// The packets of the message, out of their compression.
    private static func packets(in bytes: ArraySlice<UInt8>) throws(OpenPGPError) -> [Packet] {
        let outer = try read(bytes)
        guard let first = outer.first, first.tag == .compressedData else { return outer }
        guard outer.count == 1 else { throw .unexpectedStructure("a \(outer[1].tag.name) follows the compressed data") }
        let inner = try read(try CompressedData(body: first.body, limit: Limits.inflatedMessageBytes).content)
        guard !inner.contains(where: { $0.tag == .compressedData }) else {
            throw .unexpectedStructure("compressed data inside compressed data")
        }
        return inner
    }

    /// No message has more than three packets, so no more than four are read.
    private static func read(_ bytes: ArraySlice<UInt8>) throws(OpenPGPError) -> [Packet] {
        var reader = PacketReader(bytes)
        var packets: [Packet] = []
        while packets.count < 4, let packet = try reader.next() { packets.append(packet) }
        return packets
    }

    private static func parts(of packets: [Packet]) throws(OpenPGPError) -> (SignaturePacket, [UInt8]) {
        switch packets.map(\.tag) {
        case [.signature, .literalData]:
            return (try SignaturePacket(body: packets[0].body), try LiteralData(body: packets[1].body).content)
        case [.onePassSignature, .literalData, .signature]:
            let announced = try OnePassSignature(body: packets[0].body)
            let signature = try SignaturePacket(body: packets[2].body)
            guard announced.announces(signature) else {
                throw .unexpectedStructure("the one-pass packet announces another signature than the one that follows")
            }
            return (signature, try LiteralData(body: packets[1].body).content)
        default:
            let names = packets.map(\.tag.name).joined(separator: ", ")
            throw .unexpectedStructure(names.isEmpty ? "no packet" : names)
        }
    }
}
