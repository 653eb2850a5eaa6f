internal import ArgumentParser
internal import Glibc

/// Where an option's value comes from: the flag, else the environment, else the default.
enum Setting {
    /// The value of a flag that was given, or of the variable `OSTIARY_<name>`.
    static func value(_ flag: String?, _ name: String) -> String? {
        flag ?? variable(name)
    }

    /// The values of a repeatable flag, or of the variable, separated by commas.
    static func values(_ flags: [String], _ name: String) -> [String] {
        guard flags.isEmpty, let text = variable(name) else { return flags }
        return text.split(separator: ",").map(String.init)
    }

    /// A flag without a value, or a word for yes in the variable.
    ///
    /// - Throws: `ValidationError` for a word that is neither yes nor no: taking it for no could switch off what its
    ///   author meant to switch on.
    static func isOn(_ flag: Bool, _ name: String) throws -> Bool {
        if flag { return true }
        switch variable(name)?.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off", nil: return false
        case let word?: throw ValidationError("OSTIARY_\(name): \"\(word)\" is neither true nor false")
        }
    }

    private static func variable(_ name: String) -> String? { environment("OSTIARY_\(name)") }

    /// A variable that is not this program's own; nil if it is not set or empty.
    static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
