/// The name of a folder that is for one host.
package enum HostFolder {
    /// `host:port` or `host` in lower case. `host_port_`, which containerd takes where file systems or volumes know no
    /// colons, is `host:port`.
    package static func authority(namedBy folder: String) -> String {
        let name = folder.lowercased()
        guard name.hasSuffix("_"), let separator = name.dropLast().lastIndex(of: "_"), separator > name.startIndex
        else { return name }
        return "\(name[..<separator]):\(name[name.index(after: separator)...].dropLast())"
    }
}
