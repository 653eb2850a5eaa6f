internal import Glibc

/// The numbers that system calls fail with.
enum SystemError {
    /// `errno` of this thread. Read it at once after the call: anything between may change it.
    static var last: Int32 { errno }

    /// What a number means, in the system's words.
    static func text(of code: Int32) -> String {
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
