internal import Primitives

/// Reads ASCII armor (RFC 9580 §6). Only key rings may be armored here; messages may not.
enum Armor {
    /// One block, decoded.
    struct Block: Equatable, Sendable {
        /// What is between `-----BEGIN ` and the dashes.
        let label: String
        let bytes: [UInt8]
    }

    /// Why a block, or the text around one, was not read.
    enum Fault: Error, Equatable, CustomStringConvertible {
        case noEnd
        case wrongEnd
        case badHeader
        case badBase64
        case badChecksum
        case notText

        var description: String {
            switch self {
            case .noEnd: "the armor has no END line; it was cut"
            case .wrongEnd: "the END line of the armor does not match its BEGIN line"
            case .badHeader: "the armor has no empty line between its header and the data"
            case .badBase64: "the armored data is not base64"
            case .badChecksum: "the armored data does not match its checksum; it was changed"
            case .notText: "binary data beside an armor block"
            }
        }
    }

    /// Whether `bytes` can only be text: every binary packet begins with its high bit set, and no text but a byte order
    /// mark does.
    static func isText(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: byteOrderMark) || bytes.first.map { $0 & 0x80 == 0 } ?? false
    }

    static func isWhitespace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    /// Every block of a text, in its order, each by itself good or not. Text around the blocks is skipped.
    static func blocks(in text: [UInt8]) -> [Result<Block, Fault>] {
        var blocks: [Result<Block, Fault>] = []
        var lines = text.dropFirst(text.starts(with: byteOrderMark) ? 3 : 0)
            .split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        while let line = lines.popFirst() {
            if let label = label(of: line, after: begin) {
                blocks.append(Result { () throws(Fault) in try block(label, &lines) })
            } else if String(validating: line, as: UTF8.self) == nil {
                blocks.append(.failure(.notText))
            }
        }
        return blocks
    }

    /// CRC-24 as OpenPGP defines it (RFC 9580 §6.1).
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        bytes.reduce(0xB7_04CE) { crc, byte in
            (crc << 8 ^ checksums[Int(UInt8(truncatingIfNeeded: crc >> 16) ^ byte)]) & 0xFF_FFFF
        }
    }

    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)
    private static let checksums: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index) << 16) { crc, _ in
            crc & 0x80_0000 != 0 ? crc << 1 ^ 0x864C_FB : crc << 1
        } & 0xFF_FFFF
    }

    /// Reads one block behind its BEGIN line, END line included. Leaves a BEGIN line that comes too early for the next.
    private static func block(_ label: String, _ lines: inout ArraySlice<ArraySlice<UInt8>>) throws(Fault) -> Block {
        try skipHeader(&lines)
        var base64: [UInt8] = []
        var checksum: ArraySlice<UInt8>?
        while let line = lines.first, Self.label(of: line, after: begin) == nil {
            lines.removeFirst()
            let line = trimmed(line)
            if let ended = Self.label(of: line, after: end) {
                guard ended == label else { throw .wrongEnd }
                return Block(label: label, bytes: try decode(base64, checksum: checksum))
            }
            guard checksum == nil || line.isEmpty else { throw .badBase64 }
            if line.first == UInt8(ascii: "="), line.count == 5 {
                checksum = line.dropFirst()
            } else {
                base64 += line
            }
        }
        throw .noEnd
    }

    /// Header lines, `Key: value` each, and the empty line that ends them (RFC 9580 §6.2.2). They mean nothing here.
    private static func skipHeader(_ lines: inout ArraySlice<ArraySlice<UInt8>>) throws(Fault) {
        while let line = lines.first.map(trimmed) {
            guard !line.isEmpty else {
                lines.removeFirst()
                return
            }
            guard line.contains(UInt8(ascii: ":")), Self.label(of: line, after: begin) == nil else { throw .badHeader }
            lines.removeFirst()
        }
        throw .noEnd
    }

    private static func decode(_ base64: [UInt8], checksum: ArraySlice<UInt8>?) throws(Fault) -> [UInt8] {
        guard let bytes = Base64.decode(base64[...]) else { throw .badBase64 }
        guard let checksum else { return bytes }
        guard let sum = Base64.decode(checksum) else { throw .badBase64 }
        guard sum.reduce(0, { $0 << 8 | UInt32($1) }) == Self.checksum(bytes) else { throw .badChecksum }
        return bytes
    }

    private static func label(of line: ArraySlice<UInt8>, after prefix: [UInt8]) -> String? {
        let line = trimmed(line)
        guard line.starts(with: prefix), line.suffix(dashes.count).elementsEqual(dashes),
            line.count >= prefix.count + dashes.count
        else { return nil }
        return String(decoding: line.dropFirst(prefix.count).dropLast(dashes.count), as: UTF8.self)
    }

    /// Without white space at the end: carriage returns, and what editors leave.
    private static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        line.prefix((line.lastIndex { !isWhitespace($0) } ?? line.startIndex - 1) + 1 - line.startIndex)
    }
}
