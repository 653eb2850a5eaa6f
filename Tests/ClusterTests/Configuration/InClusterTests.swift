import HTTP
import Primitives
import Support
import Testing

@testable import Cluster

@Suite struct InClusterTests {
    private func folder(namespace: String? = "portieris\n") throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write("roots", to: "ca.crt")
        if let namespace { try folder.write(namespace, to: "namespace") }
        return folder
    }

    @Test(
        "The address of the variables, and the files of the kubelet",
        arguments: [
            ("10.0.0.1", "https://10.0.0.1"), ("fd00::1", "https://[fd00::1]"), ("api.local", "https://api.local"),
        ])
    func address(host: String, expected: String) throws {
        let folder = try folder()
        let read = try InCluster.configuration(
            variable: { ["KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": "6443"][$0] }, folder: folder.path)
        #expect(read.server.description == "\(expected):6443/")
        #expect(read.namespace == "portieris" && read.roots?.origin == folder.path(of: "ca.crt"))
        guard case .tokenFile(folder.path(of: "token")) = read.credential else {
            Issue.record("\(read.credential)")
            return
        }
    }

    @Test("A missing variable is not in a cluster", arguments: ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"])
    func missing(name: String) throws {
        let folder = try folder()
        let error = try #require(throws: ClusterError.self) {
            try InCluster.configuration(variable: { $0 == name ? nil : "10" }, folder: folder.path)
        }
        #expect(error.description.contains(name) && error.description.contains("--kubeconfig"))
    }

    @Test(
        "What is no host and port is told",
        arguments: [("a b", "443"), ("10.0.0.1", "x"), ("10.0.0.1", "0443"), ("::1]/", "1")])
    func odd(host: String, port: String) throws {
        let folder = try folder()
        let error = try #require(throws: ClusterError.self) {
            try InCluster.configuration(
                variable: { $0 == "KUBERNETES_SERVICE_HOST" ? host : port }, folder: folder.path)
        }
        #expect(error.description.hasPrefix("KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT: "))
    }

    @Test("Without roots of its own the system's are not believed instead")
    func noRoots() throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: ClusterError.self) {
            try InCluster.configuration(variable: { _ in "10.0.0.1" }, folder: folder.path)
        }
        #expect(error.description.contains("ca.crt") || error.description.contains("PORT"))
    }
}
