/// A value of a TOML document (https://toml.io/en/v1.0.0), of the kinds that are read here.
package enum TOMLValue: Equatable, Sendable {
    case string(String)
    case boolean(Bool)
    case integer(Int)
    case array([TOMLValue])
    case table(TOMLTable)
}

/// A table of a TOML document, its keys in the order in which they first appear: whoever writes a list of hosts means
/// it to be tried from top to bottom.
package struct TOMLTable: Equatable, Sendable {
    /// Each key once.
    package private(set) var entries: [(key: String, value: TOMLValue)] = []
    /// Whether its header has been seen.
    var isDefined = false
    /// Whether it was written in braces, so that nothing may be added.
    var isInline = false

    /// Whether both have the same entries in the same order, however they were written.
    package static func == (left: TOMLTable, right: TOMLTable) -> Bool {
        left.entries.count == right.entries.count && zip(left.entries, right.entries).allSatisfy { $0 == $1 }
    }

    subscript(key: String) -> TOMLValue? {
        get { entries.first { $0.key == key }?.value }
        set {
            guard let newValue else { return entries.removeAll { $0.key == key } }
            if let place = entries.firstIndex(where: { $0.key == key }) {
                entries[place].value = newValue
            } else {
                entries.append((key, newValue))
            }
        }
    }
}

/// Why a text is not TOML as it is read here, and where.
package struct TOMLError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    package enum Reason: String, Equatable {
        case syntax = "this is not TOML"
        case key = "a key is letters, digits, - and _, or in quotes"
        case duplicateKey = "the same key, or the same table, for the second time"
        case string = "a string is in quotes, ends in its line and holds no control characters"
        case escape = "no such escape in a string"
        case value = "only strings, whole numbers, true, false, arrays and tables are read here"
        case arrayOfTables = "arrays of tables ([[...]]) are not read here"
        case multiline = "strings of several lines are not read here"
        case tooDeep = "nested too deep"
        case notUTF8 = "not UTF-8 text"
    }

    package let reason: Reason
    /// Counted from 1.
    package let line: Int

    package var description: String { "line \(line): \(reason.rawValue)" }
}
