/// A literal data packet (RFC 9580 §5.9). Its mode, file name and date are not signed, so they are read past.
struct LiteralData: Sendable {
    let content: [UInt8]

    init(body: ArraySlice<UInt8>) throws(OpenPGPError) {
        var fields = FieldReader(body, of: "literal data packet")
        _ = try fields.byte()
        _ = try fields.bytes(Int(fields.byte()))
        _ = try fields.uint32()
        content = Array(fields.rest())
    }
}
