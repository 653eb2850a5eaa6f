/// A Secret that a policy names, and where it is to be looked for.
package struct NamedSecret: Hashable, Sendable {
    /// In which namespace it is looked for.
    package enum Location: Hashable, Sendable {
        /// In this one only.
        case namespace(String)
        /// In Ostiary's own, then in the workload's: a cluster policy that does not say.
        case ownThenWorkload
    }

    package let name: String
    package let location: Location

    package init(name: String, location: Location) {
        self.name = name
        self.location = location
    }
}
