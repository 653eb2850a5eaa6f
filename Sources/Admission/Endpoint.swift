/// The two ways in which the API server asks.
package enum Endpoint: String, CaseIterable, Sendable {
    /// A mutating webhook: an admitted object's images are bound to what was verified.
    case admit
    /// A validating webhook: the same decision, and never a patch.
    case validate

    /// The path under which the API server asks.
    package var path: String { "/\(rawValue)" }
}
