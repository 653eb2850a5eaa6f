/// One place of an object that names an image.
package struct ImageUse: Hashable, Sendable {
    /// The kind of thing that uses the image.
    package enum Role: String, Sendable {
        case initContainer = "init container"
        case container
    }

    package let role: Role
    /// The name of the container; empty when the object gives none yet.
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
