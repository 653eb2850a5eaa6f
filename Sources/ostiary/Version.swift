/// What this build calls itself.
enum Version {
    static let number = "0.1.0"
    /// The version of the Swift compiler that made it, as far as the compiler tells.
    #if compiler(>=6.4)
    static let swift = "6.4 or later"
    #elseif compiler(>=6.3)
    static let swift = "6.3"
    #else
    static let swift = "6.2"
    #endif
    static let text = "ostiary \(number)"
}
