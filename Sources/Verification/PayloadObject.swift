internal import Primitives

/// One object of a signature's payload, and the place that messages call it by.
struct PayloadObject {
    private let value: JSONValue
    private let place: String

    /// - Parameter members: the members that the object must have and the only ones it may have; nil for an object
    ///   that is open to others' additions.
    init(_ value: JSONValue, _ place: String, members: [String]? = nil) throws(PayloadError) {
        guard value.kind == .object else { throw .notAnObject(place) }
        self.value = value
        self.place = place
        guard let members else { return }
        for member in value.members where !members.contains(where: member.hasKey) {
            throw .unknownMember(member.key, of: place)
        }
        for member in members { _ = try self.member(member) }
    }

    func object(_ key: String, members: [String]? = nil) throws(PayloadError) -> PayloadObject {
        try PayloadObject(member(key), key, members: members)
    }

    func string(_ key: String) throws(PayloadError) -> String {
        guard let text = try member(key).string else { throw .notAString(key) }
        return text
    }

    /// Nil for a member that is missing or null.
    func optionalString(_ key: String) throws(PayloadError) -> String? {
        guard let member = value[key], !member.isNull else { return nil }
        guard let text = member.string else { throw .notAString(key) }
        return text
    }

    /// Seconds since 1970, written as any whole number; nil for a member that is missing or null.
    func optionalTimestamp(_ key: String) throws(PayloadError) -> Timestamp? {
        guard let member = value[key], !member.isNull else { return nil }
        guard let seconds = member.wholeNumber else { throw .notAWholeNumber(key) }
        return Timestamp(secondsSince1970: seconds)
    }

    private func member(_ key: String) throws(PayloadError) -> JSONValue {
        guard let member = value[key] else { throw .missingMember(key, of: place) }
        return member
    }
}
