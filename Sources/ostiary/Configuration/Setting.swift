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

    /// A flag without a value, or `1`, `true` or `yes` in the variable.
    static func isOn(_ flag: Bool, _ name: String) -> Bool {
        flag || ["1", "true", "yes"].contains(variable(name)?.lowercased())
    }

    private static func variable(_ name: String) -> String? {
        guard let value = unsafe getenv("OSTIARY_\(name)") else { return nil }
        let text = unsafe String(cString: value)
        return text.isEmpty ? nil : text
    }
}
