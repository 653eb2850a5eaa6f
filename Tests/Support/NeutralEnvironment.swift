import Foundation

extension ProcessInfo {
    /// The environment without what programs would learn from it about where the tests run: in a pod, behind a proxy.
    var neutralEnvironment: [String: String] {
        environment.filter { name, _ in
            !name.hasPrefix("KUBERNETES_SERVICE_") && !name.lowercased().hasSuffix("_proxy")
        }
    }
}
