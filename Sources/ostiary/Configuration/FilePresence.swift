internal import Glibc

/// Whether files are there.
enum FilePresence {
    static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }
}
