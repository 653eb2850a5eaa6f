internal import HTTP
private import Primitives

/// What every pod finds about its API server (Kubernetes, "Accessing the API from a Pod").
package enum InCluster {
    /// Where the kubelet puts a pod's credentials.
    package static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// The configuration of this pod.
    ///
    /// The address in the variables is an IP address as a rule, which the certificate holds as one.
    ///
    /// - Parameters:
    ///   - variable: looks a variable of the environment up.
    ///   - folder: where token, roots and namespace are; they are read when they are needed, but for the namespace.
    /// - Throws: `.notInCluster` without the two variables, `.unusable` when they are no host and port, and
    ///   `.unreadableFile` without the roots: those of the system would believe too many.
    package static func configuration(
        variable: (String) -> String?, folder: String = InCluster.folder
    ) throws(ClusterError) -> ClusterConfiguration {
        let host = try value(of: "KUBERNETES_SERVICE_HOST", variable)
        let port = try value(of: "KUBERNETES_SERVICE_PORT", variable)
        let roots = Material(file: "\(folder)/ca.crt")
        _ = try roots.read()
        return ClusterConfiguration(
            server: try address(host: host, port: port), roots: roots,
            credential: .tokenFile(path: "\(folder)/token"), namespace: try namespace(in: folder))
    }

    private static func value(
        of name: String, _ variable: (String) -> String?
    ) throws(ClusterError) -> String {
        guard let value = variable(name), !value.isEmpty else { throw .notInCluster(variable: name) }
        return value
    }

    private static func address(host: String, port: String) throws(ClusterError) -> URL {
        let bracketed = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        do throws(HTTPError) {
            return try URL(parsing: "https://\(bracketed):\(port)")
        } catch {
            throw .unusable(origin: "KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT", problem: "\(error)")
        }
    }

    private static func namespace(in folder: String) throws(ClusterError) -> String? {
        do throws(FileError) {
            let text = String(decoding: try FileReader.read("\(folder)/namespace"), as: UTF8.self)
            let name = text.split(whereSeparator: \.isWhitespace).joined()
            return name.isEmpty ? nil : name
        } catch  where error.isMissing {
            return nil
        } catch {
            throw .unreadableFile(error)
        }
    }
}
