internal import Glibc

/// What this process is called among its replicas.
enum ReplicaName {
    /// The name of the machine, which is the pod's in a cluster, and a number that another process there has not.
    static func make() -> String {
        var bytes = [CChar](repeating: 0, count: 256)
        let isKnown = unsafe gethostname(&bytes, bytes.count - 1) == 0
        let host =
            isKnown ? String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : "ostiary"
        return "\(host)_\(UInt32.random(in: 0...UInt32.max))"
    }
}
