import Cluster
import HTTP
import Manifests

/// Kubeconfigs, whose author says where policies come from.
enum KubeconfigCase {
    static func check(_ input: [UInt8]) throws(BrokenPromise) {
        guard let root = accepted({ try KubeconfigFile.parse(input, file: "config") }) ?? nil else { return }
        let config = Kubeconfig([Kubeconfig.File(path: "/nowhere/config", root: root)])
        let configuration: ClusterConfiguration
        do throws(ClusterError) {
            configuration = try config.configuration(context: nil)
        } catch {
            let isPlain = error.description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
            try promise(isPlain, "a message has control characters")
            return
        }
        let server = configuration.server
        try promise(
            server.scheme == .https || ["127.0.0.1", "::1", "localhost"].contains(server.host),
            "policies come over plain HTTP")
        try promise(
            configuration.impersonation.isEmpty
                || configuration.impersonation.contains { $0.name == "Impersonate-User" },
            "groups of nobody are asked as")
        if case .tokenFile(let path) = configuration.credential {
            try promise(path.hasPrefix("/"), "a file is looked for in the folder that this runs in")
        }
    }
}
