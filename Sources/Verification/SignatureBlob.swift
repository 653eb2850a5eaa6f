private import Primitives

/// One entry of a signature store, told by how it begins (containers/image, "signature blob formats").
///
/// Nothing in it is verified yet.
package enum SignatureBlob: Sendable, Hashable {
    /// A simple signature: what should be an OpenPGP message, without the wrapper if it had one.
    case simpleSigning([UInt8])
    /// A Sigstore signature. It proves nothing to a `signedBy` requirement, which passes over it as if it were not
    /// there.
    case sigstore

    /// Tells the format of stored bytes.
    ///
    /// - Throws: `SignatureBlobError` for anything but the two formats. It condemns the whole list of the image's
    ///   signatures: whatever put an error page or an armored key where signatures should be may also have replaced
    ///   the good one, so the image is undecided rather than unsigned.
    package init(parsing bytes: [UInt8]) throws(SignatureBlobError) {
        guard let first = bytes.first else { throw .empty }
        switch first {
        case 0x00: self = try Self.unwrap(bytes)
        case _ where Self.openPGPStarts.contains(first): self = .simpleSigning(bytes)
        default: throw .unrecognizedStart(first)
        }
    }

    /// The tags (RFC 4880 §4.2, of the old and the new format) of the packets that a signed message may begin with.
    private static let openPGPStarts: Set<UInt8> = [
        0xA0, 0xA1, 0xA2, 0xA3, 0xC8,  // compressed data
        0x90, 0x91, 0x92, 0xC4,  // one-pass signature
        0x88, 0x89, 0x8A, 0x8B, 0xC2,  // signature
    ]

    /// Takes off `\0<name of the format>\n`.
    private static func unwrap(_ bytes: [UInt8]) throws(SignatureBlobError) -> SignatureBlob {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { throw .unendedFormatName }
        let name = bytes[1..<end]
        if name.elementsEqual("simple-signing".utf8) { return .simpleSigning(Array(bytes[(end + 1)...])) }
        if name.elementsEqual("sigstore-json".utf8) { return .sigstore }
        throw .unrecognizedFormat(PlainText.make(from: name, limit: 64))
    }
}

/// Why a stored signature is none. Whoever runs the signature store has to put the right file there, or take it away.
package enum SignatureBlobError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is not one byte.
    case empty
    /// Neither an OpenPGP packet nor the name of a format: armored text, HTML, another packet.
    case unrecognizedStart(UInt8)
    /// A format that is not known here, by its name made printable.
    case unrecognizedFormat(String)
    /// A zero byte promises the name of a format, and no line ends.
    case unendedFormatName

    /// One line, in the words of containers/image where it has some.
    package var description: String {
        switch self {
        case .empty: "empty signature"
        case .unrecognizedStart(let byte):
            "unrecognized signature format, starting with binary 0x\(Hex.encode([byte]))"
        case .unrecognizedFormat(let name): "unrecognized signature format \"\(name)\""
        case .unendedFormatName: "invalid signature format, the line with its name does not end"
        }
    }
}
