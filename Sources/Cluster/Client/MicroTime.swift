internal import Primitives

extension Timestamp {
    /// As Kubernetes' MicroTime is written, which wants six digits behind the point.
    var microTime: String { description.dropLast() + ".000000Z" }
}
