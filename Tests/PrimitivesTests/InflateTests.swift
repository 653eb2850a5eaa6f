import Primitives
import Testing

@Suite struct InflateTests {
    private static let text = Array("an image name, an image name, an image name".utf8)
    private static let raw = bytes("4bcc53c8cc4d4c4f55c84bcc4dd55148c4c30500")
    private static let zlib = bytes("78da4bcc53c8cc4d4c4f55c84bcc4dd55148c4c3050041cc0eb2")
    /// 16 KiB of zeros: exactly one buffer of the implementation.
    private static let zeros = bytes("edc13101000000c2a0f54f6d0c1fa000000000000000000000000000000080b701")

    @Test("A raw stream expands")
    func expandsRaw() throws {
        #expect(try Inflate.inflate(Self.raw[...], as: .raw, limit: 1000) == Self.text)
    }

    @Test("A zlib stream expands")
    func expandsZlib() throws {
        #expect(try Inflate.inflate(Self.zlib[...], as: .zlib, limit: 1000) == Self.text)
    }

    @Test("The limit counts exactly", arguments: [(43, true), (42, false), (0, false)])
    func countsExactly(limit: Int, accepted: Bool) {
        let result = Result { try Inflate.inflate(Self.raw[...], as: .raw, limit: limit) }
        #expect((try? result.get()) == (accepted ? Self.text : nil))
    }

    @Test("An output that fills the buffer to the byte is whole")
    func expandsToTheBuffer() throws {
        let zeros = try Inflate.inflate(Self.zeros[...], as: .raw, limit: 16 << 10)
        #expect(zeros == [UInt8](repeating: 0, count: 16 << 10))
        #expect(throws: InflateError.tooLarge(limit: 16_383)) {
            try Inflate.inflate(Self.zeros[...], as: .raw, limit: 16_383)
        }
    }

    @Test("Every prefix is refused as truncated", arguments: Inflate.Format.allCases)
    func refusesEveryPrefix(format: Inflate.Format) {
        let whole = format == .raw ? Self.raw : Self.zlib
        for length in 0..<whole.count {
            #expect(throws: InflateError.truncated) {
                try Inflate.inflate(whole[..<length], as: format, limit: 1000)
            }
        }
    }

    @Test("Bytes behind the end are refused", arguments: Inflate.Format.allCases)
    func refusesTrailingBytes(format: Inflate.Format) {
        let whole = format == .raw ? Self.raw : Self.zlib
        #expect(throws: InflateError.trailingBytes(2)) {
            try Inflate.inflate((whole + [0x0A, 0x00])[...], as: format, limit: 1000)
        }
    }

    @Test(
        "What is not a stream is refused as corrupt",
        arguments: [
            (Inflate.Format.raw, bytes("07")),
            (.raw, bytes("ffffffff")),
            (.zlib, raw),
            (.zlib, zlib.dropLast() + [0]),
            // A stream that needs a preset dictionary.
            (.zlib, bytes("78f9062c0215cb00110a60120019910449")),
        ])
    func refusesCorruption(format: Inflate.Format, bytes: [UInt8]) {
        #expect(throws: InflateError.corrupt) { try Inflate.inflate(bytes[...], as: format, limit: 1000) }
    }

    private static func bytes(_ hex: String) -> [UInt8] { Hex.decode(hex) ?? [] }
}
