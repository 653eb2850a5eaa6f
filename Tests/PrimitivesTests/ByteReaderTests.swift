import Primitives
import Testing

@Suite("ByteReader")
struct ByteReaderTests {
    @Test("reads numbers with the most significant byte first, and slices, up to the end")
    func reads() throws {
        var reader = ByteReader([1, 2, 3, 0xFF, 0xFE, 0xFD, 0xFC, 9, 8, 7])
        #expect(reader.peek == 1)
        #expect(try reader.readByte() == 1)
        #expect(try reader.readUInt16() == 0x0203)
        #expect(try reader.readUInt32() == 0xFFFE_FDFC)
        #expect(try reader.read(0) == [])
        #expect(try reader.read(2) == [9, 8])
        #expect(!reader.isAtEnd)
        #expect(reader.readToEnd() == [7])
        #expect(reader.isAtEnd)
        #expect(reader.peek == nil)
        #expect(reader.readToEnd() == [])
    }

    @Test("starts where its slice starts")
    func readsSlices() throws {
        var reader = ByteReader([0, 0, 5, 6, 7][2..<4])
        #expect(try reader.readUInt16() == 0x0506)
        #expect(reader.isAtEnd)
    }

    @Test("refuses to read past the end, never traps", arguments: 0..<4)
    func refusesTruncation(_ length: Int) {
        let bytes = [UInt8](repeating: 1, count: length)
        let truncated = ByteReader.Truncated()
        #expect(throws: truncated) {
            var reader = ByteReader(bytes); _ = try reader.readUInt32()
        }
        #expect(throws: truncated) {
            var reader = ByteReader(bytes); _ = try reader.read(length + 1)
        }
        #expect(throws: truncated) {
            var reader = ByteReader(bytes); _ = try reader.read(.max)
        }
        #expect(throws: truncated) {
            var reader = ByteReader(bytes); _ = try reader.read(-1)
        }
        #expect(throws: truncated) {
            var reader = ByteReader(bytes); _ = try reader.read(.min)
        }
        if length < 2 {
            #expect(throws: truncated) {
                var reader = ByteReader(bytes); _ = try reader.readUInt16()
            }
        }
        if length < 1 {
            #expect(throws: truncated) {
                var reader = ByteReader(bytes); _ = try reader.readByte()
            }
        }
    }
}
