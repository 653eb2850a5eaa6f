private import CZlib

/// Why a compressed text was not accepted. Its writer is at fault in every case but the last.
package enum InflateError: Error, Equatable, CustomStringConvertible {
    /// The input ended before the stream did.
    case truncated
    /// Not a stream of this format, or one that needs a dictionary that nobody sent.
    case corrupt
    /// More than `limit` bytes would come out.
    case tooLarge(limit: Int)
    /// Bytes follow the end of the stream.
    case trailingBytes(Int)
    /// zlib had no memory, or is a version of another kind than the one this was built with.
    case unavailable

    /// One line for the operator.
    package var description: String {
        switch self {
        case .truncated: "compressed data ends early"
        case .corrupt: "compressed data is corrupt"
        case .tooLarge(let limit): "compressed data expands to more than \(limit) bytes"
        case .trailingBytes(let count): "\(count) bytes follow the end of the compressed data"
        case .unavailable: "zlib could not start: out of memory, or an incompatible version is installed"
        }
    }
}

/// Expands DEFLATE, with a bound on what comes out.
package enum Inflate {
    /// What is around the DEFLATE blocks.
    package enum Format: Sendable, CaseIterable {
        /// Nothing (RFC 1951).
        case raw
        /// A two-byte header and an Adler-32 checksum, which is verified (RFC 1950).
        case zlib

        fileprivate var windowBits: Int32 {
            switch self {
            case .raw: -MAX_WBITS
            case .zlib: MAX_WBITS
            }
        }
    }

    /// What the one stream in `bytes` expands to, at most `limit` bytes.
    ///
    /// Refuses a stream that does not end, bytes behind its end, and every byte above the limit: no more than `limit`
    /// and a small buffer is ever held, however far the stream would expand.
    package static func inflate(
        _ bytes: ArraySlice<UInt8>, as format: Format, limit: Int
    ) throws(InflateError) -> [UInt8] {
        let result = unsafe bytes.withUnsafeBytes { input -> Result<[UInt8], InflateError> in
            do throws(InflateError) {
                var stream = try InflateStream(format)
                return .success(try unsafe stream.expand(input, limit: limit))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }
}

/// Owns zlib's state, which knows its own address and so may not move.
@safe private struct InflateStream: ~Copyable {
    private static let chunkBytes = 16 << 10
    private let state: UnsafeMutablePointer<z_stream>

    init(_ format: Inflate.Format) throws(InflateError) {
        let state = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        unsafe state.initialize(to: z_stream())
        guard unsafe ostiary_inflate_init(state, format.windowBits) == Z_OK else {
            unsafe state.deallocate()
            throw .unavailable
        }
        unsafe self.state = state
    }

    deinit {
        unsafe inflateEnd(state)
        unsafe state.deallocate()
    }

    mutating func expand(_ input: UnsafeRawBufferPointer, limit: Int) throws(InflateError) -> [UInt8] {
        guard input.count <= Int(UInt32.max) else { throw .tooLarge(limit: limit) }
        unsafe state.pointee.next_in = unsafe UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        unsafe state.pointee.avail_in = UInt32(input.count)
        var output: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        while true {
            let (status, count) = fill(&chunk)
            guard output.count + count <= limit else { throw .tooLarge(limit: limit) }
            output += chunk.prefix(count)
            guard try hasEnded(status, produced: count) else { continue }
            let left = unsafe Int(state.pointee.avail_in)
            guard left == 0 else { throw .trailingBytes(left) }
            return output
        }
    }

    /// Runs zlib once, into the whole chunk.
    private mutating func fill(_ chunk: inout [UInt8]) -> (status: Int32, count: Int) {
        unsafe chunk.withUnsafeMutableBufferPointer { buffer in
            unsafe state.pointee.next_out = buffer.baseAddress
            unsafe state.pointee.avail_out = UInt32(buffer.count)
            let status = unsafe CZlib.inflate(state, Z_NO_FLUSH)
            return unsafe (status, buffer.count - Int(state.pointee.avail_out))
        }
    }

    private func hasEnded(_ status: Int32, produced: Int) throws(InflateError) -> Bool {
        switch status {
        case Z_STREAM_END: return true
        // With room in the chunk left, zlib stops only for want of input.
        case Z_OK where produced == Self.chunkBytes: return false
        case Z_OK, Z_BUF_ERROR: throw .truncated
        case Z_MEM_ERROR: throw .unavailable
        default: throw .corrupt
        }
    }
}
