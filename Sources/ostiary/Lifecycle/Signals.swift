internal import Dispatch
internal import Glibc

/// The signals that end a server: SIGTERM from the kubelet, SIGINT from a terminal.
struct Signals: @unchecked Sendable {
    /// One element for each signal that comes.
    let stream: AsyncStream<Int32>
    // Held so that they live as long as this value; nothing is ever asked of them.
    private let sources: [any DispatchSourceSignal]

    /// From now on the signals are delivered here and no longer end the process by themselves.
    ///
    /// Dispatch takes them over on a thread of its own, which this waits for. They must not be ignored before: one that
    /// came in between would be lost, and nothing would end the process any more.
    init(_ numbers: [Int32] = [SIGTERM, SIGINT]) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        var sources: [any DispatchSourceSignal] = []
        for number in numbers {
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            await withCheckedContinuation { registered in
                source.setRegistrationHandler { registered.resume() }
                source.resume()
            }
            sources.append(source)
        }
        self.sources = sources
    }

    /// A write to a peer that is gone must be an error of that write.
    static func ignoreBrokenPipes() {
        signal(SIGPIPE, SIG_IGN)
    }
}
