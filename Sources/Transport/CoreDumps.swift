internal import CLinux
internal import Glibc

/// What the system may keep of this process when it crashes.
package enum CoreDumps {
    /// Sees to it that no core is written, and that other processes of the same user cannot read this one's memory:
    /// passwords, tokens and the private key are in it.
    ///
    /// A limit of zero is not enough: the kernel does not look at it where cores go through a pipe (core(5)).
    ///
    /// - Returns: whether the system agreed.
    package static func forbid() -> Bool {
        var none = rlimit()
        let isLimited = unsafe setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none) == 0
        return ostiary_forbid_core_dumps() == 0 && isLimited
    }
}
