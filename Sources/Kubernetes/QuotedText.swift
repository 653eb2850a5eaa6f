/// Text from outside between quotation marks, as it may stand in a message.
///
/// The form is the one that Portieris' messages have (Go's `%q`), so that users and their searches know them again; and
/// it keeps a message one line: control characters could forge lines or drive a terminal (CWE-117, CWE-150).
package enum QuotedText {
    /// The text quoted: `"` and `\` are escaped, and so is every character that does not print. What stands behind
    /// `limit` characters is cut off, which an ellipsis before the closing mark shows.
    package static func make(from text: String, limit: Int = 512) -> String {
        "\"\(escape(text, limit: limit))\""
    }

    /// The same without the quotation marks, for the texts of Portieris that have none.
    package static func escape(_ text: String, limit: Int = 512) -> String {
        var escaped = ""
        var length = 0
        for scalar in text.unicodeScalars {
            guard length < limit else { return escaped + "…" }
            escaped += Self.escaped(scalar)
            length += 1
        }
        return escaped
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": #"\""#
        case "\\": #"\\"#
        case "\n": #"\n"#
        case "\r": #"\r"#
        case "\t": #"\t"#
        case "\u{07}": #"\a"#
        case "\u{08}": #"\b"#
        case "\u{0B}": #"\v"#
        case "\u{0C}": #"\f"#
        case _ where isPrintable(scalar): String(scalar)
        case "\u{0}"..."\u{7F}": #"\x"# + hexadecimal(scalar, digits: 2)
        case "\u{80}"..."\u{FFFF}": #"\u"# + hexadecimal(scalar, digits: 4)
        default: #"\U"# + hexadecimal(scalar, digits: 8)
        }
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return (0x20..<0x7F).contains(scalar.value) }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .privateUse,
            .unassigned:
            false
        default: true
        }
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar, digits: Int) -> String {
        let text = String(scalar.value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
