private import Cryptography
internal import Primitives

/// The digest that names the bytes of a manifest: an algorithm and its lower-case hexadecimal value.
///
/// A value of this type has the right syntax, so that it can stand in a path or a URL (CVE-2024-3727). It says nothing
/// about bytes that claim to have it.
package struct ImageDigest: Hashable, Sendable, CustomStringConvertible {
    /// The algorithms that the reference grammar of containers/image and distribution knows.
    package enum Algorithm: String, Sendable, CaseIterable {
        case sha256, sha384, sha512

        /// Hexadecimal digits of a value.
        package var digits: Int {
            switch self {
            case .sha256: 64
            case .sha384: 96
            case .sha512: 128
            }
        }
    }

    /// The algorithm that made the value.
    package let algorithm: Algorithm
    /// The value in lower-case digits, two a byte.
    package let hex: String

    /// Reads `sha256:` (or `sha384:`, `sha512:`) and exactly as many lower-case digits as the algorithm has.
    ///
    /// - Throws: `RegistryError.invalidDigest` for anything else.
    package init(parsing text: String) throws(RegistryError) {
        do throws(Problem) {
            self = try Self.parse(text.utf8.span)
        } catch {
            throw .invalidDigest(text: text, problem: error)
        }
    }

    /// The SHA-256 digest of these exact bytes: the only way a digest becomes more than a claim.
    package static func sha256(of bytes: [UInt8]) -> ImageDigest {
        ImageDigest(algorithm: .sha256, hex: Hex.encode(Digest.sha256(bytes)))
    }

    /// `sha256:hex`, as it stands in references, manifests and headers.
    package var description: String { "\(algorithm.rawValue):\(hex)" }

    private init(algorithm: Algorithm, hex: String) {
        self.algorithm = algorithm
        self.hex = hex
    }
}

extension ImageDigest {
    /// What is wrong with a text that should be a digest.
    package enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case noAlgorithm
        case unknownAlgorithm
        case wrongLength(digits: Int, needed: Int)
        case notLowerCaseHex

        /// One clause for a message, without the text itself.
        package var description: String {
            switch self {
            case .noAlgorithm: "a digest is written as algorithm:hex"
            case .unknownAlgorithm: "the digest's algorithm is none of sha256, sha384, sha512"
            case .wrongLength(let digits, let needed): "the digest has \(digits) digits instead of \(needed)"
            case .notLowerCaseHex: "a digest consists of lower-case hexadecimal digits"
            }
        }
    }

    static func parse(_ text: Span<UInt8>) throws(Problem) -> ImageDigest {
        let (algorithm, start) = try check(text)
        return ImageDigest(algorithm: algorithm, hex: String(text: text.extracting(droppingFirst: start)))
    }

    /// Checks what `parse` reads, without making anything of it.
    ///
    /// - Returns: the algorithm, and where the value begins.
    @discardableResult
    static func check(_ text: Span<UInt8>) throws(Problem) -> (algorithm: Algorithm, start: Int) {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { throw .noAlgorithm }
        guard let algorithm = Algorithm.allCases.first(where: { text.extracting(first: colon).isText($0.rawValue) })
        else { throw .unknownAlgorithm }
        let digits = text.extracting(droppingFirst: colon + 1)
        guard digits.count == algorithm.digits else {
            throw .wrongLength(digits: digits.count, needed: algorithm.digits)
        }
        for index in digits.indices where !isLowerCaseHex(digits[index]) { throw .notLowerCaseHex }
        return (algorithm, colon + 1)
    }

    static func isLowerCaseHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
