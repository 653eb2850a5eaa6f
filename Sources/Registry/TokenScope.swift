/// What a token is good for, as token services have it: `repository:team/app:pull`.
struct TokenScope: Hashable, Sendable, CustomStringConvertible {
    /// `repository`, or `repository(class)`.
    let type: String
    /// The repository; it may hold a host with a port, and so a colon.
    let name: String

    /// Reading one repository.
    init(pulling repository: String) {
        (type, name) = ("repository", repository)
    }

    /// The scopes that a registry's challenge names, separated by blanks; those that are none are left out.
    ///
    /// Only the resource is taken from them, and only to be read: whatever else the registry would like its clients to
    /// be allowed is not asked for. Type and actions stand before the first and behind the last colon.
    static func parse(_ text: String) -> [TokenScope] {
        text.split(separator: " ").compactMap { word in
            guard let first = word.firstIndex(of: ":"), let last = word.lastIndex(of: ":"), first < last else {
                return nil
            }
            let (type, name) = (word[..<first], word[word.index(after: first)..<last])
            guard !type.isEmpty, !name.isEmpty, word[last...].dropFirst().split(separator: ",").contains("pull") else {
                return nil
            }
            return TokenScope(type: String(type), name: String(name))
        }
    }

    /// As it is sent.
    var description: String { "\(type):\(name):pull" }

    private init(type: String, name: String) {
        self.type = type
        self.name = name
    }
}
