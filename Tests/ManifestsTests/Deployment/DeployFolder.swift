import Manifests
import Primitives
import Testing

/// The manifests in `deploy`.
enum DeployFolder {
    /// The namespace that all of it is in.
    static let namespace = "portieris"

    /// All objects of a file.
    static func objects(in file: String) throws -> [JSONValue] {
        try ManifestReader.read(Repository.path("deploy/\(file)")).map(\.value)
    }

    /// The one object of a kind that is in a file.
    static func object(_ kind: String, in file: String) throws -> JSONValue {
        let objects = try objects(in: file).filter { $0["kind"]?.string == kind }
        try #require(objects.count == 1, "\(kind) in \(file)")
        return objects[0]
    }

    /// The webhooks of both configurations.
    static func webhooks() throws -> [Webhook] {
        try objects(in: "webhooks/webhooks.yaml").flatMap { configuration in
            try #require(configuration["webhooks"]).elements.map(Webhook.init)
        }
    }
}

extension JSONValue {
    /// The value at the end of these steps: names, and numbers of elements; null when there is none.
    func at(_ steps: String...) throws -> JSONValue {
        var value = self
        for step in steps {
            let next = Int(step).map { Array(value.elements)[$0] } ?? value[step]
            value = try #require(next, "\(steps)")
        }
        return value
    }

    /// The texts of a list; none for what is no list.
    var strings: [String] { elements.compactMap(\.string) }

    /// The texts of an object.
    var texts: [String: String] {
        Dictionary(members.compactMap { member in member.value.string.map { (member.key, $0) } }) { first, _ in first }
    }
}
