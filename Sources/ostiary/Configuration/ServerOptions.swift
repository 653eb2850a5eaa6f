internal import ArgumentParser
internal import Primitives
internal import Transport

/// Where the webhook listens, and what it shows there.
struct ServerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the webhook listens, TLS only; port 0 lets the system choose. (env OSTIARY_LISTEN, default "
                + "\(Self.defaultListen))",
            valueName: "addr:port"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "PEM file with the serving certificate and its issuers; re-read when it changes. (env OSTIARY_TLS_CERT, "
                + "default \(Self.defaultCertificate))",
            valueName: "file"))
    var tlsCert: String?

    @Option(
        help: ArgumentHelp(
            "PEM file with the private key; may be the same file. (env OSTIARY_TLS_KEY, default \(Self.defaultKey))",
            valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "Where /healthz, /readyz and /metrics are served over plain HTTP. (env OSTIARY_HEALTH_LISTEN, default "
                + "\(Self.defaultHealthListen))",
            valueName: "addr:port"))
    var healthListen: String?

    @Option(
        help: ArgumentHelp(
            "How long to go on answering after SIGTERM, in seconds, while endpoints forget this process. "
                + "(env OSTIARY_DRAIN, default 10)",
            valueName: "seconds"))
    var drain: Int?

    @Option(
        help: ArgumentHelp(
            "Reviews worked on at a time; those beyond are answered 503, and the API server asks again. "
                + "(env OSTIARY_MAX_IN_FLIGHT, default one for each 24 MiB of memory, 8 to 512)",
            valueName: "reviews"))
    var maxInFlight: Int?

    static let defaultListen = "0.0.0.0:8000"
    static let defaultHealthListen = "0.0.0.0:8080"
    static let defaultCertificate = "/etc/certs/tls.crt"
    static let defaultKey = "/etc/certs/tls.key"

    var certificatePath: String { Setting.value(tlsCert, "TLS_CERT") ?? Self.defaultCertificate }
    var keyPath: String { Setting.value(tlsKey, "TLS_KEY") ?? Self.defaultKey }

    func listenAddress() throws -> SocketAddress {
        try Self.address(Setting.value(listen, "LISTEN") ?? Self.defaultListen, of: "--listen")
    }

    func healthAddress() throws -> SocketAddress {
        try Self.address(
            Setting.value(healthListen, "HEALTH_LISTEN") ?? Self.defaultHealthListen, of: "--health-listen")
    }

    func drainTime() throws -> Duration {
        let text = Setting.value(drain.map(String.init), "DRAIN") ?? "10"
        guard let seconds = Int(text), (0...3600).contains(seconds) else {
            throw ValidationError("--drain: \"\(text)\" is not a number of seconds from 0 to 3600")
        }
        return .seconds(seconds)
    }

    func maximumInFlight() throws -> Int {
        guard let text = Setting.value(maxInFlight.map(String.init), "MAX_IN_FLIGHT") else {
            return MemoryBound.ofThisProcess().reviewsInFlight
        }
        guard let number = Int(text), (1...100_000).contains(number) else {
            throw ValidationError("--max-in-flight: \"\(text)\" is not a number of reviews from 1 to 100000")
        }
        return number
    }

    private static func address(_ text: String, of flag: String) throws -> SocketAddress {
        // `:8000` is how Go programs write "every address".
        let full = text.hasPrefix(":") ? "0.0.0.0\(text)" : text
        guard let address = SocketAddress(full) else {
            throw ValidationError("\(flag): \"\(text)\" is not an address with a port, such as 127.0.0.1:8000")
        }
        return address
    }
}
