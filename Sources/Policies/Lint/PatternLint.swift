private import Registry

/// Finds patterns that match more or less than they look.
///
/// What is said is shown: a pattern is called broad only with the name of an image of another registry that it matches.
enum PatternLint {
    /// What to say of a pattern, and under which code; nil when it is as it looks.
    static func remark(on pattern: Pattern) -> (code: PolicyFinding.Code, message: String)? {
        let text = pattern.description
        if let reason = reasonWhyUnmatched(text) {
            return (.neverMatches, "no image can match this pattern: \(reason)")
        }
        if let host = onlyHost(text) {
            return (
                .hostOnlyPattern,
                "this matches no image of the registry \(host), only one of that name on Docker Hub; write \(text)/*"
            )
        }
        if let (image, advice) = broadExample(text), pattern.matches(Array(image.utf8)), isReference(image) {
            return (.broadPattern, "this also matches images of other registries, such as \(image); \(advice)")
        }
        return nil
    }

    private static func reasonWhyUnmatched(_ text: String) -> String? {
        if text.isEmpty { return "it is empty" }
        if text.contains("://") { return "names of images have no scheme; leave out what stands before the host" }
        guard text.utf8.allSatisfy(isNameByte) else {
            return "names of images have letters, digits and . _ - / : @ only, and a pattern nothing else but *"
        }
        if text.hasPrefix("/") || text.hasSuffix("/") || text.contains("//") {
            return "a name has something before and behind each slash; write /* for all that is below"
        }
        let path = text.drop { $0 != "/" }.prefix { !"*:@".contains($0) }
        return path.contains(where: \.isUppercase) ? "the path of an image has no capital letters" : nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "*._-/:@".utf8.contains(byte)
        }
    }

    /// The registry that the pattern consists of: `icr.io`, `icr.io:5000`, `localhost`.
    private static func onlyHost(_ text: String) -> String? {
        guard !text.contains("/"), !text.contains("*"), !text.contains("@") else { return nil }
        let name = text.prefix { $0 != ":" }
        let port = text.dropFirst(name.count + 1)
        guard name.contains(".") || name == "localhost", port.allSatisfy(\.isNumber) else { return nil }
        return text
    }

    /// The name of an image of a registry that the pattern hardly means, and what to write instead.
    private static func broadExample(_ text: String) -> (image: String, advice: String)? {
        guard let slash = text.firstIndex(of: "/") else { return broadExample(withoutSlash: text) }
        let host = text[..<slash]
        guard let star = host.lastIndex(of: "*"), host.contains(where: { $0 != "*" }) else { return nil }
        let path = filled(text[slash...])
        let ending = host[host.index(after: star)...]
        if ending.isEmpty {
            let beginning = filled(host.prefix { $0 != "*" } + host.drop { $0 != "*" }.dropLast())
            guard beginning.last != ":" else { return nil }
            return (
                "\(beginning).attacker.example\(path)",
                "end the registry in text of its own, or in :* for any port"
            )
        }
        guard let first = ending.first, first != ".", first != ":", ending.contains(".") else { return nil }
        return ("attacker\(ending)\(path)", "write a dot behind the star, as in *.\(ending)")
    }

    private static func broadExample(withoutSlash text: String) -> (image: String, advice: String)? {
        let name = text.prefix { $0 != ":" && $0 != "@" }
        guard let star = name.firstIndex(of: "*"), name.contains(where: { $0 != "*" }) else { return nil }
        let (beginning, ending) = (name[..<star], name[name.index(after: star)...].filter { $0 != "*" })
        let version = filled(text.dropFirst(name.count))
        let image = beginning.isEmpty ? "attacker.example/" : "\(beginning).attacker.example/x"
        return (
            image + ending + version, "without a slash in the pattern, a star stands for registries and paths alike"
        )
    }

    private static func filled(_ text: some StringProtocol) -> String {
        text.map { $0 == "*" ? "x" : String($0) }.joined()
    }

    private static func isReference(_ text: String) -> Bool {
        do throws(RegistryError) {
            _ = try ImageReference(parsing: text)
            return true
        } catch {
            return false
        }
    }
}
