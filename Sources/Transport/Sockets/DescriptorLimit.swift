internal import Glibc

/// How many descriptors the process may have open.
package enum DescriptorLimit {
    /// Raises the limit as far as the system lets the process, as Go's programs do, and returns it: 1024 is what many
    /// container runtimes start with, and a few idle connections more would leave none to ask a registry with.
    package static func raise() -> Int {
        var limits = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return lowest }
        var raised = limits
        raised.rlim_cur = limits.rlim_max
        let isRaised = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0
        return Int(clamping: isRaised ? raised.rlim_cur : limits.rlim_cur)
    }

    /// What POSIX systems at least allow nowadays.
    private static let lowest = 256
}
