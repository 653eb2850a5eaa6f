import Foundation

/// The real `ostiary serve`, on ports of 127.0.0.1 that the system chose. It ends with this value, or with the tests.
package final class OstiaryProcess: Sendable {
    /// `127.0.0.1:PORT` of the webhook (TLS).
    package let webhook: String
    /// `127.0.0.1:PORT` of the health pages (plain HTTP).
    package let health: String

    private let server: BackgroundServer

    /// Starts it and waits until it says on which ports it listens.
    ///
    /// - Parameters:
    ///   - options: beside the two addresses and the format of the log.
    ///   - withDefaults: whether addresses and the format of the log are given to it as options.
    ///   - surroundings: what is other for it than for the tests.
    /// - Throws: `ToolError.notReady` with its log when it does not start.
    package static func start(
        _ options: [String], environment: [String: String] = [:], withDefaults: Bool = true,
        in surroundings: Surroundings = .usual
    ) async throws -> OstiaryProcess {
        let program = try CommandLineTool(built: "ostiary")
        let defaults = ["--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0", "--log-format", "json"]
        let arguments = ["serve"] + (withDefaults ? defaults : []) + options
        let environment = environment.merging(["SWIFT_BACKTRACE": "enable=yes,threads=all,color=no"]) { own, _ in own }
        let server = try surroundings.start(program, arguments, environment: environment)
        var addresses: [String: String] = [:]
        do {
            try await server.wait {
                addresses = listening(in: server.log)
                // It may listen before the shell that holds it has noted its id.
                return addresses.count == 2 && server.identifier != nil
            }
        } catch {
            try await reportStanding(server)
            throw error
        }
        return OstiaryProcess(server, webhook: addresses["webhook"] ?? "", health: addresses["health"] ?? "")
    }

    /// Of a server that does not do what it should, what its threads do belongs to the error.
    private static func reportStanding(_ server: BackgroundServer) async throws {
        guard server.isRunning else { return }
        server.send(signal: SIGABRT)
        try? await server.wait(until: { server.log.contains("Backtrace took") })
        server.end()
        throw ToolError.notReady(server: "ostiary", log: server.log)
    }

    private init(_ server: BackgroundServer, webhook: String, health: String) {
        self.server = server
        self.webhook = webhook
        self.health = health
    }

    /// All that it wrote so far.
    package var log: String { server.log }

    /// The lines of its log that are JSON objects, each as its members; what is no string, as Foundation prints it.
    package var events: [[String: String]] { Self.events(in: log) }

    package var isRunning: Bool { server.isRunning }

    /// The number of files and sockets that it has open.
    package func openDescriptors() throws -> Int {
        guard let identifier = server.identifier else { throw CocoaError(.fileNoSuchFile) }
        return try FileManager.default.contentsOfDirectory(atPath: "/proc/\(identifier)/fd").count
    }

    /// How long it has kept a processor busy, to a hundredth of a second.
    package func processorTime() throws -> Duration {
        guard let identifier = server.identifier else { throw CocoaError(.fileNoSuchFile) }
        let text = try String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)
        // proc_pid_stat(5): the 14th and 15th field, of which the name in parentheses is the second.
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ").dropFirst()
        guard fields.count > 12, let user = Int(fields[fields.startIndex + 11]),
            let system = Int(fields[fields.startIndex + 12])
        else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return .milliseconds((user + system) * 10)
    }

    /// The memory that is its own or shared, as far as it is there (VmRSS of proc_pid_status(5)).
    package func residentBytes() throws -> Int {
        guard let identifier = server.identifier else { throw CocoaError(.fileNoSuchFile) }
        let text = try String(contentsOfFile: "/proc/\(identifier)/status", encoding: .utf8)
        guard let match = text.firstMatch(of: /VmRSS:\s+(\d+) kB/), let kilobytes = Int(match.1) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return kilobytes << 10
    }

    /// Asks it to end, as the kubelet does.
    package func terminate() { send(signal: SIGTERM) }

    /// Sends it a signal.
    package func send(signal: Int32) { server.send(signal: signal) }

    /// Its exit code, once it has ended by itself; 128 and the number of a signal that ended it.
    package func waitForEnd(atMost timeout: Duration = .seconds(60)) async throws -> Int32 {
        do {
            return try await server.waitForEnd(atMost: timeout)
        } catch {
            try await Self.reportStanding(server)
            throw error
        }
    }

    /// Waits until its log holds a text.
    package func wait(forLog text: String, atMost timeout: Duration = .seconds(20)) async throws {
        try await server.wait(until: { server.log.contains(text) }, atMost: timeout)
    }

    /// Ends it now, without asking.
    package func end() { server.end() }

    private static func events(in log: String) -> [[String: String]] {
        log.split(separator: "\n").compactMap { line in
            let object = (try? JSONSerialization.jsonObject(with: Data(line.utf8))) as? [String: Any]
            return object?.mapValues { $0 as? String ?? "\($0)" }
        }
    }

    private static func listening(in log: String) -> [String: String] {
        var addresses: [String: String] = [:]
        for match in log.matches(of: /(webhook|health) listening.*address(?:=|":")([0-9.:]+)/) {
            addresses[String(match.1)] = String(match.2)
        }
        return addresses
    }
}
