/// The versions that are spoken. Every message that is sent is of 1.1.
package enum Version: Hashable, Sendable {
    case oneZero, oneOne

    /// Reads `HTTP/1.1`. Another version is `unsupportedVersion`, another text malformed (RFC 9112 §2.3).
    init(parsing bytes: ArraySlice<UInt8>) throws(HTTPError) {
        if bytes.elementsEqual("HTTP/1.1".utf8) {
            self = .oneOne
        } else if bytes.elementsEqual("HTTP/1.0".utf8) {
            self = .oneZero
        } else if bytes.count == 8, bytes.starts(with: "HTTP/".utf8),
            zip(bytes.suffix(3), [true, false, true]).allSatisfy({ ByteSet.isDigit($0) == $1 }),
            bytes.dropLast().last == UInt8(ascii: ".")
        {
            throw .unsupportedVersion
        } else {
            throw .malformed(.version)
        }
    }
}
