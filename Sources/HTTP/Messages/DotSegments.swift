/// The segments `.` and `..` of a path, which mean "here" and "up".
enum DotSegments {
    /// The path without them (RFC 3986 §5.2.4); more `..` than directories stop at the root.
    static func removed(from path: String) -> String {
        var segments: [String] = []
        var endsInDirectory = false
        for segment in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            let isUp = segment.elementsEqual("..".utf8)
            endsInDirectory = isUp || segment.elementsEqual(".".utf8)
            if isUp { _ = segments.popLast() }
            if !endsInDirectory { segments.append(String(Substring(segment))) }
        }
        if endsInDirectory { segments.append("") }
        return "/" + segments.joined(separator: "/")
    }
}
