/// Where one sort of value names images, such as a pod specification or the specification of a task.
package struct ImageShape: Sendable {
    /// One of the places.
    package struct Place: Sendable {
        /// What uses the image there.
        package let role: ImageUse.Role
        /// The way to the image's text. What the innermost list on it holds is what uses the image.
        package let pattern: FieldPattern
    }

    /// The places in the order in which their images are reported.
    package let places: [Place]
    /// The ways to the names of the Secrets to pull with.
    package let pullSecrets: [FieldPattern]
    /// The ways to the name of the ServiceAccount whose Secrets are taken when none is named.
    package let serviceAccounts: [FieldPattern]

    init(
        _ places: [(ImageUse.Role, FieldPattern)], pullSecrets: [FieldPattern] = [],
        serviceAccounts: [FieldPattern] = []
    ) {
        self.places = places.map { Place(role: $0, pattern: $1) }
        self.pullSecrets = pullSecrets
        self.serviceAccounts = serviceAccounts
    }
}

/// Where one kind of object names images.
package struct KindImages: Sendable {
    /// The API group, in any version; empty for the core group.
    package let group: String
    /// The kind, as `kind` of an object has it.
    package let kind: String
    /// The places of values in the object, and what names images in them.
    package let shapes: [(pattern: FieldPattern, shape: ImageShape)]
    /// Whether the table says all there is: then nothing is searched for, and a value of the wrong type is an error. Of
    /// other kinds the table holds what the search for pod templates does not find.
    package let isComplete: Bool

    init(
        _ group: String, _ kind: String, isComplete: Bool = false,
        _ shapes: (pattern: FieldPattern, shape: ImageShape)...
    ) {
        self.group = group
        self.kind = kind
        self.shapes = shapes
        self.isComplete = isComplete
    }
}
