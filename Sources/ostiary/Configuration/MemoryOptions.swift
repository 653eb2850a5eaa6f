internal import ArgumentParser
internal import Verification

/// What is remembered of registries and signature stores.
struct MemoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How long a tag names the digest that it was found to name, where the image is then bound to that digest; 0 "
                + "to ask each time. (env OSTIARY_TAG_TTL, default 10)",
            valueName: "seconds"))
    var tagTTL: Int?

    @Option(
        help: ArgumentHelp(
            "How long what a registry and a signature store have for a digest is remembered. Policies and keys are "
                + "applied anew each time. (env OSTIARY_FACT_TTL, default 3600)",
            valueName: "seconds"))
    var factTTL: Int?

    @Option(
        help: ArgumentHelp(
            "How long an image may be refused for what was missing when it was last looked for. "
                + "(env OSTIARY_NEGATIVE_TTL, default 5)",
            valueName: "seconds"))
    var negativeTTL: Int?

    @Option(
        help: ArgumentHelp(
            "Memory for all that is remembered. (env OSTIARY_FACT_MEMORY, default an eighth of what there is, at most 64)",
            valueName: "mebibytes"))
    var factMemory: Int?

    /// The settings of the options.
    func settings() throws -> MemorySettings {
        var settings = MemorySettings()
        settings.tag = try Self.seconds(tagTTL, "TAG_TTL", atMost: 3600) ?? settings.tag
        settings.fact = try Self.seconds(factTTL, "FACT_TTL", atMost: 86_400) ?? settings.fact
        settings.negative = try Self.seconds(negativeTTL, "NEGATIVE_TTL", atMost: 3600) ?? settings.negative
        let mebibytes = try Self.number(factMemory, "FACT_MEMORY", 1...65_536, "mebibytes")
        settings.bytes = mebibytes.map { $0 << 20 } ?? MemoryBound.ofThisProcess().factBytes
        return settings
    }

    private static func seconds(_ flag: Int?, _ name: String, atMost limit: Int) throws -> Duration? {
        try number(flag, name, 0...limit, "seconds").map { .seconds($0) }
    }

    private static func number(_ flag: Int?, _ name: String, _ range: ClosedRange<Int>, _ unit: String) throws -> Int? {
        guard let text = Setting.value(flag.map(String.init), name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let option = name.lowercased().replacing("_", with: "-")
            throw ValidationError(
                "--\(option): \"\(text)\" is not a number of \(unit) from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
