internal import Primitives

/// Splits bytes into packets (RFC 9580 §4.2), at most `Limits.openPGPPackets` of them.
///
/// Reads both header formats. A partial or indeterminate length is taken for data packets only, as the format demands;
/// a length that is written longer than it need be is taken too, because real writers do that.
struct PacketReader {
    /// What the packet read last is, even when the rest of it could not be read; nil when not even that is known.
    private(set) var tag: PacketTag?
    private var fields: FieldReader
    private var count = 0

    init(_ bytes: ArraySlice<UInt8>) {
        fields = FieldReader(bytes, of: "packet")
    }

    /// The next packet, nil behind the last.
    mutating func next() throws(OpenPGPError) -> Packet? {
        guard !fields.isAtEnd else { return nil }
        count += 1
        guard count <= Limits.openPGPPackets else {
            throw .malformed("more than \(Limits.openPGPPackets) packets")
        }
        let header = try fields.byte()
        tag = nil
        guard header & 0x80 != 0 else { throw .malformed("byte 0x\(Hex.encode([header])) starts no packet") }
        let isNewFormat = header & 0x40 != 0
        let tag = PacketTag(rawValue: isNewFormat ? header & 0x3F : header >> 2 & 0x0F)
        self.tag = tag
        return isNewFormat ? try newFormat(tag) : try oldFormat(tag, lengthType: header & 3)
    }

    /// RFC 9580 §4.2.2.
    private mutating func oldFormat(_ tag: PacketTag, lengthType: UInt8) throws(OpenPGPError) -> Packet {
        switch lengthType {
        case 0: return Packet(tag: tag, body: try fields.bytes(Int(fields.byte())))
        case 1: return Packet(tag: tag, body: try fields.bytes(fields.uint16()))
        case 2: return Packet(tag: tag, body: try fields.bytes(Int(fields.uint32())))
        default:
            guard tag.isData else { throw .malformed("a \(tag.name) of indeterminate length") }
            return Packet(tag: tag, body: fields.rest())
        }
    }

    /// RFC 9580 §4.2.1: a body is a run of partial chunks, mostly none, and one of a definite length.
    private mutating func newFormat(_ tag: PacketTag) throws(OpenPGPError) -> Packet {
        let first = try length()
        guard case .partial(var size) = first else { return Packet(tag: tag, body: try fields.bytes(first.count)) }
        guard tag.isData else { throw .malformed("a \(tag.name) of partial length") }
        var body: [UInt8] = []
        while true {
            body += try fields.bytes(size)
            let next = try length()
            guard case .partial(let nextSize) = next else {
                body += try fields.bytes(next.count)
                return Packet(tag: tag, body: body[...])
            }
            size = nextSize
        }
    }

    private enum Length {
        case definite(Int)
        case partial(Int)

        var count: Int {
            switch self {
            case .definite(let count), .partial(let count): count
            }
        }
    }

    private mutating func length() throws(OpenPGPError) -> Length {
        let first = Int(try fields.byte())
        switch first {
        case ..<192: return .definite(first)
        case ..<224: return .definite((first - 192) << 8 + Int(try fields.byte()) + 192)
        case ..<255: return .partial(1 << (first & 0x1F))
        default: return .definite(Int(try fields.uint32()))
        }
    }
}
