internal import Primitives

/// A compressed data packet (RFC 9580 §5.6): what GnuPG wraps around a signed message unless told not to.
struct CompressedData: Sendable {
    /// The packets inside.
    let content: ArraySlice<UInt8>

    /// Expands the body of a packet to at most `limit` bytes. Refuses BZip2, which zlib does not read, a stream that does
    /// not end, and bytes behind its end.
    init(body: ArraySlice<UInt8>, limit: Int) throws(OpenPGPError) {
        var fields = FieldReader(body, of: "compressed data packet")
        let algorithm = try fields.byte()
        switch algorithm {
        case 0: content = fields.rest()
        case 1: content = try Self.inflate(fields.rest(), as: .raw, limit: limit)
        case 2: content = try Self.inflate(fields.rest(), as: .zlib, limit: limit)
        case 3: throw .unsupported("BZip2 compression; sign with ZIP, ZLIB or no compression")
        default: throw .unsupported("compression algorithm \(algorithm)")
        }
    }

    private static func inflate(
        _ bytes: ArraySlice<UInt8>, as format: Inflate.Format, limit: Int
    ) throws(OpenPGPError) -> ArraySlice<UInt8> {
        do throws(InflateError) {
            return try Inflate.inflate(bytes, as: format, limit: limit)[...]
        } catch {
            throw .compression(error)
        }
    }
}
