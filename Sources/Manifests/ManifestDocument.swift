package import Kubernetes
package import Primitives

/// An object of Kubernetes as it stands in a file.
package struct ManifestDocument: Sendable {
    package let source: ManifestSource
    /// The whole object.
    package let value: JSONValue
    /// What its `apiVersion` and `kind` say it is.
    package let type: GroupVersionKind

    /// `apiVersion`, as the object has it.
    package var apiVersion: String { type.apiVersion }
    /// `kind`, as the object has it.
    package var kind: String { type.kind }

    private let lines: SourceLines

    init(_ value: JSONValue, source: ManifestSource, lines: SourceLines) throws(ManifestError) {
        do throws(FieldError) {
            let root = Field(value)
            try root.require()
            type = GroupVersionKind(
                apiVersion: try root.member("apiVersion").requiredString(),
                kind: try root.member("kind").requiredString())
        } catch {
            throw .malformedObject(source, kind: nil, error)
        }
        self.value = value
        self.source = source
        self.lines = lines
    }

    /// The line of the file in which a field stands, counted from 1: that of its key, or of the element of a list. For a
    /// field that is not there, the line of what should hold it.
    package func line(of path: FieldPath) -> Int {
        var line = lines.line(of: value, isMember: false) ?? source.line
        var current = value
        for step in path.steps {
            let next: JSONValue?
            let isMember: Bool
            switch step {
            case .member(let key): (next, isMember) = (current[key], true)
            case .element(let index): (next, isMember) = (Self.element(index, of: current), false)
            }
            guard let next else { return line }
            line = lines.line(of: next, isMember: isMember) ?? line
            current = next
        }
        return line
    }

    private static func element(_ index: Int, of array: JSONValue) -> JSONValue? {
        var elements = array.elements
        for _ in 0..<index where elements.next() == nil { return nil }
        return elements.next()
    }

    /// The objects that a List holds, as documents of their own.
    func item(_ number: Int, _ value: JSONValue) throws(ManifestError) -> ManifestDocument {
        try ManifestDocument(
            value, source: ManifestSource(file: source.file, line: source.line, item: number), lines: lines)
    }
}
