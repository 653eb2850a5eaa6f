internal import Dispatch
internal import Glibc

/// The signals that end a server: SIGTERM from the kubelet, SIGINT from a terminal.
struct Signals: @unchecked Sendable {
    /// One element for each signal that comes.
    let stream: AsyncStream<Int32>
    // Held so that they live as long as this value; nothing is ever asked of them.
    private let sources: [any DispatchSourceSignal]

    /// From now on the signals are delivered here and no longer end the process by themselves.
    init(_ numbers: [Int32] = [SIGTERM, SIGINT]) {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
    }

    /// A write to a peer that is gone must be an error of that write.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
