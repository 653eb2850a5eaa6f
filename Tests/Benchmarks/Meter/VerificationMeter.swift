import Foundation
import OpenPGP
import Primitives

/// Tells how long it takes to read a key ring, and to read and verify a stored signature by it.
///
/// usage: `VerificationMeter RING MESSAGE`; prints microseconds of the processor for the ring and for the message, each the
/// median of many.
@main enum VerificationMeter {
    static func main() throws {
        let files = try CommandLine.arguments.dropFirst().map { [UInt8](try Data(contentsOf: URL(filePath: $0))) }
        guard files.count == 2 else {
            print("usage: VerificationMeter RING MESSAGE")
            exit(64)
        }
        let (ring, message) = (files[0], files[1])
        let verifier = MessageVerifier(keyRing: try KeyRing(parsing: ring))
        let reading = try median { _ = try KeyRing(parsing: ring) }
        // What is remembered of a message goes with it: each time it is read anew.
        let verifying = try median { try verify(message, by: verifier) }
        print(reading, verifying)
    }

    private static func verify(_ message: [UInt8], by verifier: MessageVerifier) throws {
        guard case .verified = try verifier.verify(UnverifiedMessage(parsing: message), at: .now) else {
            throw CocoaError(.fileReadCorruptFile)
        }
    }

    private static func median(_ work: () throws -> Void) throws -> Int {
        for _ in 0..<rounds / 10 { try work() }
        var times: [Double] = []
        for _ in 0..<rounds {
            let start = processorTime()
            try work()
            times.append(processorTime() - start)
        }
        return Int((times.sorted()[rounds / 2] * 1e6).rounded())
    }

    private static let rounds = 1000

    /// Seconds that this thread has used.
    private static func processorTime() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
