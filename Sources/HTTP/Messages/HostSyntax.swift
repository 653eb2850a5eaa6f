private import Primitives

/// What a host may look like.
enum HostSyntax {
    /// Labels of 1 to 63 letters, digits, hyphens and underscores, at most 253 characters together, no dot at the end.
    ///
    /// A name whose last label is a number is refused, because resolvers read `127.1` and `0x7f000001` as addresses
    /// (WHATWG URL, "ends in a number").
    static func isName(_ text: String) -> Bool {
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last, !isNumber(last) else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.allSatisfy(ByteSet.hostName.contains)
        }
    }

    /// Four decimal numbers up to 255 without leading zeros.
    static func isIPv4(_ text: some StringProtocol) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy(ByteSet.isDigit)
                    && (part.count == 1 || part.first != UInt8(ascii: "0"))
                    && part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 255
            }
    }

    /// Eight groups of one to four hexadecimal digits, one run of them perhaps written `::`, the last two perhaps as
    /// an IPv4 address (RFC 4291 §2.2). No zone.
    static func isIPv6(_ text: some StringProtocol) -> Bool {
        let halves = String(text).utf8Split(on: "::")
        guard halves.count <= 2, let last = halves.last else { return false }
        let counts = halves.map { groupCount($0, mayEndInIPv4: $0 == last) }
        let groups = counts.reduce(0) { $0 + ($1 ?? 99) }
        return halves.count == 2 ? groups <= 7 : groups == 8
    }

    /// How many groups a part without `::` stands for; nil if one is not a group.
    private static func groupCount(_ text: String, mayEndInIPv4: Bool) -> Int? {
        guard !text.isEmpty else { return 0 }
        var groups = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var count = 0
        if mayEndInIPv4, let last = groups.last, isIPv4(Substring(last)) {
            groups.removeLast()
            count = 2
        }
        let areGroups = groups.allSatisfy { group in
            (1...4).contains(group.count) && group.allSatisfy { Hex.value(of: $0) != nil }
        }
        return areGroups ? count + groups.count : nil
    }

    private static func isNumber(_ label: Substring.UTF8View) -> Bool {
        label.allSatisfy(ByteSet.isDigit) || label.starts(with: "0x".utf8)
    }
}

extension String {
    /// The parts around each occurrence of an ASCII text, empty parts kept.
    fileprivate func utf8Split(on separator: String) -> [String] {
        var parts: [String] = [""]
        var rest = utf8[...]
        while let byte = rest.first {
            if rest.starts(with: separator.utf8) {
                parts.append("")
                rest = rest.dropFirst(separator.utf8.count)
            } else {
                parts[parts.count - 1].unicodeScalars.append(Unicode.Scalar(byte))
                rest = rest.dropFirst()
            }
        }
        return parts
    }
}
