/// Who pulls the images of one pod: what its specification says of it.
package struct PullSource: Hashable, Sendable {
    /// The names of the Secrets to pull with, in order.
    package let secrets: [String]
    /// The ServiceAccount whose Secrets are taken when none is named; nil for `default`.
    package let serviceAccount: String?

    package init(secrets: [String] = [], serviceAccount: String? = nil) {
        self.secrets = secrets
        self.serviceAccount = serviceAccount
    }
}
