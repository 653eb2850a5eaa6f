import Registry
import Testing

/// A payload that differs from what skopeo writes in one point, and what becomes of it.
struct PayloadRow: Sendable, CustomTestStringConvertible {
    /// What is different.
    let name: String
    let content: [UInt8]
    /// Whether containers/image 5.23 accepts it, as measured; `PayloadRowsTests` asks it again.
    let isAcceptedElsewhere: Bool
    /// Why it is judged otherwise here; nil where it is judged alike.
    let departure: String?

    var isAccepted: Bool { departure == nil ? isAcceptedElsewhere : !isAcceptedElsewhere }
    var testDescription: String { name }
}

extension PayloadRow {
    static let reference = "registry.example.com/team/tool:1.2"

    /// All rows of the table of payloads: text, members, `optional`, `timestamp`, values, digests, bytes, depth.
    static let all = text + members + optional + timestamps + values + bytes

    private static func payload(
        type: String = #""atomic container signature""#, digest digestText: String = "\"\(digest)\"",
        reference: String = "\"\(reference)\"", optional: String = "{}"
    ) -> String {
        #"{"critical":{"type":\#(type),"image":{"docker-manifest-digest":\#(digestText)},"#
            + #""identity":{"docker-reference":\#(reference)}},"optional":\#(optional)}"#
    }

    private static func accepted(_ name: String, _ text: String, butNotHere departure: String? = nil) -> PayloadRow {
        PayloadRow(name: name, content: Array(text.utf8), isAcceptedElsewhere: true, departure: departure)
    }

    private static func refused(_ name: String, _ text: String) -> PayloadRow {
        PayloadRow(name: name, content: Array(text.utf8), isAcceptedElsewhere: false, departure: nil)
    }

    private static let text = [
        accepted("as skopeo writes it", payload(optional: #"{"creator":"atomic 5.23.1","timestamp":1795283136}"#)),
        accepted(
            "spaces",
            payload().replacing(":", with: " : ").replacing("sha256 : ", with: "sha256:")
                .replacing("tool : ", with: "tool:")),
        accepted("indentation", payload().replacing("{", with: "{\n    ").replacing("}", with: "\n}")),
        accepted("leading newline", "\n" + payload()),
        accepted("trailing newline", payload() + "\n"),
        accepted("type with \\u escapes", payload(type: #""atomic\u0020container\u0020signature""#)),
        refused("byte order mark", "\u{FEFF}" + payload()),
        refused("trailing object", payload() + "{}"),
        refused("trailing NUL", payload() + "\0"),
        refused("top-level array", "[\(payload())]"),
        refused("top-level null", "null"),
        refused("empty", ""),
        refused("comment", "/* c */" + payload()),
        refused("trailing comma", String(payload().dropLast()) + ",}"),
        refused("single quotes", payload().replacing("\"", with: "'")),
        refused("control character in a string", payload(optional: "{\"creator\":\"a\u{1}b\"}")),
        refused("NaN", payload(optional: #"{"x":NaN}"#)),
        refused("leading zero", payload(optional: #"{"timestamp":01}"#)),
    ]

    private static let members = [
        refused("duplicate key", String(payload().dropLast()) + #","optional":{}}"#),
        refused("duplicate key, one with an escape", #"{"cr\u0069tical":{},"# + payload().dropFirst()),
        refused("key in other case", payload().replacing("\"critical\"", with: "\"Critical\"")),
        refused("unknown key at the top", String(payload().dropLast()) + #","x":1}"#),
        refused("unknown key in critical", payload().replacing(#""type""#, with: #""x":1,"type""#)),
        refused("unknown key in image", payload().replacing(#""docker-man"#, with: #""x":1,"docker-man"#)),
        refused("unknown key in identity", payload().replacing(#""docker-ref"#, with: #""x":1,"docker-ref"#)),
        refused("no critical", #"{"optional":{}}"#),
        refused("no type", payload().replacing(#""type":"atomic container signature","#, with: "")),
        refused("another type", payload(type: #""cosign container image signature""#)),
    ]

    private static let ambiguous =
        "a text that two readers can take for two things is refused, and no signer writes one"

    private static let optional = [
        refused("no optional", payload().replacing(#","optional":{}"#, with: "")),
        refused("optional null", payload(optional: "null")),
        refused("optional array", payload(optional: "[]")),
        accepted("optional empty", payload(optional: "{}")),
        accepted("unknown key in optional", payload(optional: #"{"x":{"y":[1.5,null]}}"#)),
        refused("duplicate key in optional", payload(optional: #"{"x":1,"x":1}"#)),
        accepted("duplicate key deeper in optional", payload(optional: #"{"x":{"a":1,"a":2}}"#), butNotHere: ambiguous),
        refused("creator a number", payload(optional: #"{"creator":1}"#)),
        accepted("creator null", payload(optional: #"{"creator":null}"#)),
        accepted("timestamp null", payload(optional: #"{"timestamp":null}"#)),
    ]

    private static let timestamps =
        ["1.5", "\"1\"", "1e300", "1e400", "9223372036854775808"].map {
            refused("timestamp \($0)", payload(optional: #"{"timestamp":\#($0)}"#))
        }
        + ["1.0", "1e9", "-1", "99999999999999"].map {
            accepted("timestamp \($0)", payload(optional: #"{"timestamp":\#($0)}"#))
        }

    private static let values = [
        refused("type null", payload(type: "null")),
        refused("digest null", payload(digest: "null")),
        refused("reference null", payload(reference: "null")),
        refused("digest in upper case", payload(digest: "\"sha256:\(digest.hex.uppercased())\"")),
        refused("algorithm in upper case", payload(digest: "\"SHA256:\(digest.hex)\"")),
        refused("digest with a space behind", payload(digest: "\"\(digest) \"")),
        // Well-formed, and the digest of nothing that is compared.
        refused("digest by SHA-512", payload(digest: "\"sha512:\(digest.hex)\(digest.hex)\"")),
        refused("another digest", payload(digest: "\"\(otherDigest)\"")),
        refused("another reference", payload(reference: "\"registry.example.com/team/tool:1.3\"")),
    ]

    private static func split(_ text: String, _ bytes: [UInt8]) -> [UInt8] {
        let halves = text.utf8.split(separator: UInt8(ascii: "|"))
        return Array(halves[0]) + bytes + Array(halves[1])
    }

    private static func nested(_ depth: Int) -> String {
        payload(optional: #"{"x":\#(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))}"#)
    }

    private static let bytes = [
        PayloadRow(
            name: "no UTF-8 in creator", content: split(payload(optional: #"{"creator":"|"}"#), [0xFF]),
            isAcceptedElsewhere: true, departure: ambiguous),
        accepted(
            "half a surrogate pair in creator", payload(optional: #"{"creator":"\uD800"}"#), butNotHere: ambiguous),
        PayloadRow(
            name: "no UTF-8 in reference", content: split(payload(reference: #""registry.example.com/a|b:1""#), [0xFF]),
            isAcceptedElsewhere: false, departure: nil),
        refused("half a surrogate pair in reference", payload(reference: #""registry.example.com/a\uD800:1""#)),
        accepted("nesting of 9000", nested(9000), butNotHere: "no signer nests, and JSON is read to a depth of 512"),
        refused("nesting of 10001", nested(10_001)),
    ]
}
