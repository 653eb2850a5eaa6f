/// One place of an object that names an image.
package struct ImageUse: Hashable, Sendable {
    /// The kind of thing that uses the image.
    package enum Role: String, CaseIterable, Sendable {
        /// What runs before the containers, or beside them (a restartable init container).
        case initContainer = "init container"
        case container
        /// What `kubectl debug` adds to a running pod.
        case ephemeralContainer = "ephemeral container"
        /// An image whose files are mounted: `volumes[].image` (KEP-4639).
        case imageVolume = "image volume"
        /// One of the steps of a task or workflow, which becomes a container of its pod.
        case step
        /// What runs beside the steps of a task or workflow.
        case sidecar
        /// An image that holds the disk or the kernel of a virtual machine.
        case machineDisk = "machine disk"
    }

    /// What uses the image.
    package let role: Role
    /// The name of what uses it; empty when the object gives none yet.
    package let name: String
    /// The image exactly as the object has it.
    package let image: String
    /// Where that text stands in the object under review.
    package let pointer: JSONPointer

    package init(role: Role, name: String, image: String, pointer: JSONPointer) {
        self.role = role
        self.name = name
        self.image = image
        self.pointer = pointer
    }
}
