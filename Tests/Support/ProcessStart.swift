import Foundation

extension Process {
    /// Starts the program with no signal blocked.
    ///
    /// A child inherits the mask of the thread that starts it, and threads of a pool block nearly everything; a shell
    /// that waits for SIGCHLD, or a server that is asked to end by SIGTERM, would then wait for ever.
    func runWithSignalsUnblocked() throws {
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}
