internal import Primitives
private import Synchronization

/// What a credential plugin printed last, until it expires or is refused.
final class PluginMemory: Sendable {
    /// A plugin may ask a service far away.
    private static let patience = Duration.seconds(60)
    /// A credential this close to its end could end on the way.
    private static let margin: Int64 = 10

    private let plugin: CredentialPlugin
    private let now: @Sendable () -> Timestamp
    private let credential = Mutex<PluginCredential?>(nil)
    private let running = Mutex(())

    init(_ plugin: CredentialPlugin, now: @escaping @Sendable () -> Timestamp = { .now }) {
        self.plugin = plugin
        self.now = now
    }

    /// The credential, when it is still good.
    var current: PluginCredential? {
        let moment = now()
        return credential.withLock { credential in
            guard let expiry = credential?.expiry else { return credential }
            return moment.secondsSince1970 < expiry.secondsSince1970 - Self.margin ? credential : nil
        }
    }

    /// Runs the plugin, unless somebody else has done so meanwhile. It blocks.
    func renew() throws(ClusterError) -> PluginCredential {
        let outcome = running.withLock { _ -> Result<PluginCredential, ClusterError> in
            if let current { return .success(current) }
            return Result { () throws(ClusterError) in try plugin.run(by: .after(Self.patience)) }
        }
        let renewed = try outcome.get()
        credential.withLock { $0 = renewed }
        return renewed
    }

    /// Takes note that the credential was refused.
    func forget() {
        credential.withLock { $0 = nil }
    }
}
