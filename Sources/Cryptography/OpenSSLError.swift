internal import COpenSSL

/// What OpenSSL said about a call that failed.
///
/// OpenSSL keeps its errors in a queue of the calling thread, and a task may go on on another thread after every
/// `await`. So each group of calls is one synchronous function: clear the queue, call, read the result, drain the queue.
package struct OpenSSLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The call that failed, as OpenSSL names it.
    package let call: String
    /// OpenSSL's reasons, the deepest first; empty where it gave none.
    package let reasons: [String]

    /// Takes what the queue of this thread holds.
    package init(draining call: String) {
        self.call = call
        var reasons: [String] = []
        while case let code = ERR_get_error(), code != 0 {
            reasons.append(Self.text(of: code))
        }
        self.reasons = reasons
    }

    /// Forgets errors that another call left on this thread.
    package static func clearQueue() {
        // Nearly always it is empty, and to look costs a tenth of what clearing costs.
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    package var description: String {
        reasons.isEmpty ? "\(call) failed" : reasons.joined(separator: "; ")
    }

    private static func text(of code: UInt) -> String {
        if let reason = unsafe ERR_reason_error_string(code) { return unsafe String(cString: reason) }
        return "OpenSSL error \(code)"
    }
}
