private import Primitives

/// Which images a credential is for: the key of its entry, read as the kubelet reads it
/// (k8s.io/kubernetes/pkg/credentialprovider, keyring.go).
///
/// A key is a host, with or without a port, and may go on with the beginning of a path: `e.com`, `e.com:5000/team`,
/// `https://e.com/v2/`, `*.e.com`. The scheme, and a first path segment `v1` or `v2`, say nothing.
package struct CredentialScope: Hashable, Sendable {
    /// In lower case. A `*` stands for any characters of one label, which is what dots divide it into.
    private let host: [UInt8]
    private let isPattern: Bool
    /// Nil for none, and for 443, which is the same.
    private let port: [UInt8]?
    /// Empty, or the beginning of the path of an image, from its slash on.
    let path: [UInt8]
    /// Whether it is the name of a host and nothing else, which is all that Portieris knows.
    private let isPlainHost: Bool

    /// Refuses (nil) a key without a host, with a port that is no number, and with anything but visible ASCII.
    package init?(key: String) {
        guard key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        let rest = Self.withoutScheme(key)
        let authority = rest.prefix { !"/?#".utf8.contains($0) }
        let host = authority.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false).last ?? []
        guard let (name, port) = Self.split(host), !name.isEmpty else { return nil }
        self.host = Self.lowercased(name)
        self.port = port
        isPattern = name.contains(Self.star)
        path = Self.path(in: rest.dropFirst(authority.count).prefix { !"?#".utf8.contains($0) })
        isPlainHost = key.utf8.elementsEqual(name) && !isPattern
    }

    /// How well it fits an image; nil if it is not for it.
    ///
    /// Hosts are compared label by label, paths character by character: `/team` also covers `/teams/app`, as in a pod
    /// that the kubelet pulls for. Docker Hub's names stand for one another.
    func fit(to image: ImageTarget) -> Fit? {
        guard image.path.starts(with: path) else { return nil }
        if port == image.port, image.hosts.contains(where: covers) {
            return Fit(host: isPattern ? .pattern : .exact, pathLength: path.count)
        }
        guard isPlainHost, image.port != nil, image.hosts.contains(host) else { return nil }
        return Fit(host: .otherPort, pathLength: 0)
    }

    /// The only host that it is for; nil when it is a pattern.
    var exactHost: [UInt8]? { isPattern ? nil : host }

    private func covers(_ other: [UInt8]) -> Bool {
        guard isPattern else { return host == other }
        let (patterns, labels) = (Self.labels(of: host), Self.labels(of: other))
        return patterns.count == labels.count && zip(patterns, labels).allSatisfy(Self.matches)
    }
}

extension CredentialScope {
    /// How well a scope fits an image: the better one is tried first.
    struct Fit: Comparable {
        enum Host: Int {
            case exact, pattern
            /// The host without the port that the image names, which is how Portieris looks credentials up.
            case otherPort
        }

        let host: Host
        let pathLength: Int

        /// Whether the left one fits better.
        static func < (left: Fit, right: Fit) -> Bool {
            (left.host.rawValue, right.pathLength) < (right.host.rawValue, left.pathLength)
        }
    }

    /// An image as credentials are looked up for it.
    struct ImageTarget {
        /// The names of its host, in lower case.
        let hosts: [[UInt8]]
        let port: [UInt8]?
        let path: [UInt8]

        init(_ image: ImageReference) {
            let domain = CredentialScope.lowercased(Array(image.domain.utf8)[...])[...]
            let (name, port) = CredentialScope.split(domain) ?? (domain, nil)
            let host = Array(name)
            hosts = CredentialScope.hubNames.contains(host) ? CredentialScope.hubNames : [host]
            self.port = port
            path = Array("/\(image.path)".utf8)
        }
    }
}

// The parts of a key.
extension CredentialScope {
    private static let star = UInt8(ascii: "*")

    /// The names of Docker Hub's registry: in images, in what `docker login` writes, and where it really is.
    private static let hubNames = ["docker.io", "index.docker.io", "registry-1.docker.io"].map { Array($0.utf8) }

    private static func labels(of host: [UInt8]) -> [ArraySlice<UInt8>] {
        host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }

    private static func withoutScheme(_ key: String) -> ArraySlice<UInt8> {
        let bytes = Array(key.utf8)[...]
        let scheme = ["https://", "http://"].first { bytes.starts(with: $0.utf8) }
        return bytes.dropFirst(scheme?.utf8.count ?? 0)
    }

    /// A host and its port; nil when that is no number.
    private static func split(_ host: ArraySlice<UInt8>) -> (name: ArraySlice<UInt8>, port: [UInt8]?)? {
        guard let colon = host.lastIndex(of: UInt8(ascii: ":")) else { return (host, nil) }
        let port = Array(host[(colon + 1)...])
        guard port.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
        return (host[..<colon], port.isEmpty || port.elementsEqual("443".utf8) ? nil : port)
    }

    private static func path(in text: ArraySlice<UInt8>) -> [UInt8] {
        var path = Array(text)
        for version in ["/v1", "/v2"] where path.starts(with: version.utf8) {
            let rest = path.dropFirst(version.utf8.count)
            guard rest.isEmpty || rest.first == UInt8(ascii: "/") else { continue }
            path = Array(rest)
            break
        }
        return path.elementsEqual("/".utf8) ? [] : path
    }

    private static func lowercased(_ label: ArraySlice<UInt8>) -> [UInt8] {
        label.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    }

    /// Whether a pattern with stars covers a label: in time proportional to both at worst, whatever the stars.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ label: ArraySlice<UInt8>) -> Bool {
        var (pattern, label) = (pattern, label)
        var retry: (pattern: ArraySlice<UInt8>, label: ArraySlice<UInt8>)?
        while let byte = label.first {
            if pattern.first == star {
                pattern = pattern.dropFirst()
                retry = (pattern, label)
            } else if pattern.first == byte {
                (pattern, label) = (pattern.dropFirst(), label.dropFirst())
            } else if let last = retry {
                (pattern, label) = (last.pattern, last.label.dropFirst())
                retry = (pattern, label)
            } else {
                return false
            }
        }
        return pattern.allSatisfy { $0 == star }
    }
}
