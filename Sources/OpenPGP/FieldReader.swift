internal import Primitives

/// Reads the fields of one packet, and says which packet it was when one is missing.
struct FieldReader {
    private var reader: ByteReader
    private let subject: String

    init(_ bytes: ArraySlice<UInt8>, of subject: String) {
        reader = ByteReader(bytes)
        self.subject = subject
    }

    var isAtEnd: Bool { reader.isAtEnd }

    mutating func byte() throws(OpenPGPError) -> UInt8 {
        try reporting { (reader) throws(ByteReader.Truncated) in try reader.readByte() }
    }

    mutating func uint16() throws(OpenPGPError) -> Int {
        Int(try reporting { (reader) throws(ByteReader.Truncated) in try reader.readUInt16() })
    }

    mutating func uint32() throws(OpenPGPError) -> UInt32 {
        try reporting { (reader) throws(ByteReader.Truncated) in try reader.readUInt32() }
    }

    /// Four bytes of seconds since 1970.
    mutating func timestamp() throws(OpenPGPError) -> Timestamp {
        Timestamp(secondsSince1970: Int64(try uint32()))
    }

    mutating func bytes(_ count: Int) throws(OpenPGPError) -> ArraySlice<UInt8> {
        try reporting { (reader) throws(ByteReader.Truncated) in try reader.read(count) }
    }

    /// A multiprecision integer (RFC 9580 §3.2) without its leading zeros: a count of bits, then as many bytes as they
    /// need. Bits above the count are let through, as every reader does; the value is what counts.
    mutating func integer() throws(OpenPGPError) -> ArraySlice<UInt8> {
        let bits = try uint16()
        return try bytes((bits + 7) / 8).drop { $0 == 0 }
    }

    mutating func rest() -> ArraySlice<UInt8> {
        reader.readToEnd()
    }

    /// Refuses bytes behind the last field.
    func expectEnd() throws(OpenPGPError) {
        guard isAtEnd else { throw .malformed("bytes follow the last field of the \(subject)") }
    }

    private mutating func reporting<Value>(
        _ read: (inout ByteReader) throws(ByteReader.Truncated) -> Value
    ) throws(OpenPGPError) -> Value {
        do throws(ByteReader.Truncated) { return try read(&reader) } catch { throw .truncated(subject) }
    }
}
