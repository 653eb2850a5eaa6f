internal import ArgumentParser
internal import Logging

/// What is logged, and how.
struct LogOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    enum Level: String, ExpressibleByArgument, CaseIterable {
        case trace, debug, info, notice, warning, error, critical

        var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
    }

    @Option(help: "How log lines are written. (env OSTIARY_LOG_FORMAT, default text on a terminal, else json)")
    var logFormat: Format?

    @Option(help: "The least important level that is logged. (env OSTIARY_LOG_LEVEL, default info)")
    var logLevel: Level?

    /// A logger that writes to standard error, where it cannot mix with a command's result.
    func makeLogger() -> Logger {
        let format = logFormat ?? Setting.value(nil, "LOG_FORMAT").flatMap(Format.init) ?? Self.defaultFormat
        let level = logLevel ?? Setting.value(nil, "LOG_LEVEL").flatMap(Level.init) ?? .info
        return Logger(label: "ostiary") { _ in
            LineLogHandler(logLevel: level.level, layout: format == .json ? .json : .text)
        }
    }

    private static var defaultFormat: Format { Terminal.isErrorTerminal ? .text : .json }
}
