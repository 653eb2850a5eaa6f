internal import Primitives

/// Collects what an object says about images, value by value.
///
/// It keeps the way to where it stands and copies it only for what it found: most of an object names no image.
struct ImageReader {
    private(set) var images: [ImageUse] = []
    private(set) var pullSources: [PullSource] = []
    /// The places of texts that are blank, and of those that are still to be filled in.
    private(set) var blanks: [FieldPath] = []
    private(set) var placeholders: [FieldPath] = []

    /// Whether the object has the types of its kind. If so, a value of another type is an error: an image that cannot be
    /// read may not be passed over. If not, only what looks like an image is one.
    private let isStrict: Bool
    /// Where the reader stands.
    private var path: [FieldPath.Step] = []
    private var knownSources: Set<PullSource> = []
    /// Where the texts that were read begin. A search may come where the table led before.
    private var knownTexts: Set<Int> = []

    init(isStrict: Bool) {
        self.isStrict = isStrict
    }

    /// Reads all values of this shape in the object.
    mutating func read(
        _ shape: ImageShape, at pattern: FieldPattern, of object: JSONValue
    ) throws(FieldError) {
        path.removeAll(keepingCapacity: true)
        try visit(pattern.steps[...], of: object, in: nil) { reader, value, _ throws(FieldError) in
            try reader.read(shape, in: value)
        }
    }

    /// Reads a value of this shape which stands at `path` in the object.
    mutating func read(_ shape: ImageShape, in value: JSONValue, at path: [FieldPath.Step]) throws(FieldError) {
        self.path = path
        try read(shape, in: value)
    }

    private mutating func read(_ shape: ImageShape, in value: JSONValue) throws(FieldError) {
        for place in shape.places {
            try visit(place.pattern.steps[...], of: value, in: nil) { reader, text, user throws(FieldError) in
                try reader.add(text, as: place.role, in: user, placeholder: shape.placeholder)
            }
        }
        let source = PullSource(
            secrets: try texts(at: shape.pullSecrets, of: value),
            serviceAccount: try texts(at: shape.serviceAccounts, of: value).first)
        if knownSources.insert(source).inserted { pullSources.append(source) }
    }

    private mutating func add(
        _ value: JSONValue, as role: ImageUse.Role, in user: JSONValue?, placeholder: String?
    ) throws(FieldError) {
        guard try isKind(.string, value), let text = value.string else { return }
        guard isStrict || knownTexts.insert(value.text.startIndex).inserted else { return }
        if Self.isBlank(text) { return blanks.append(FieldPath(path)) }
        if let placeholder, text.contains(placeholder) { return placeholders.append(FieldPath(path)) }
        let place = FieldPath(path)
        images.append(
            ImageUse(role: role, name: try name(of: user, at: place), image: text, pointer: place.pointer))
    }

    /// Only ASCII white space is blank: what a runtime might read as a name must be looked at.
    private static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }

    private func name(of user: JSONValue?, at place: FieldPath) throws(FieldError) -> String {
        guard let name = user?["name"], !name.isNull else { return "" }
        guard name.kind != .string, isStrict else { return name.string ?? "" }
        let user = place.steps.lastIndex { if case .element = $0 { true } else { false } }.map { $0 + 1 }
        throw FieldError(
            FieldPath(Array(place.steps.prefix(user ?? 0))).appending("name"),
            .wrongType(expected: .string, found: name.kind))
    }

    private mutating func texts(
        at patterns: [FieldPattern], of value: JSONValue
    ) throws(FieldError) -> [String] {
        var texts: [String] = []
        for pattern in patterns {
            try visit(pattern.steps[...], of: value, in: nil) { reader, value, _ throws(FieldError) in
                guard try reader.isKind(.string, value), let text = value.string, !text.isEmpty else { return }
                texts.append(text)
            }
        }
        return texts
    }

    /// Calls `found` with every value at the end of these steps, and with the list entry that it is in, if any.
    private mutating func visit(
        _ steps: ArraySlice<FieldPattern.Step>, of value: JSONValue, in entry: JSONValue?,
        _ found: (inout ImageReader, JSONValue, JSONValue?) throws(FieldError) -> Void
    ) throws(FieldError) {
        guard let step = steps.first else { return try found(&self, value, entry) }
        switch step {
        case .member(let key):
            guard try isKind(.object, value), let member = value[key], !member.isNull else { return }
            path.append(.member(key))
            try visit(steps.dropFirst(), of: member, in: entry, found)
            path.removeLast()
        case .elements:
            guard try isKind(.array, value) else { return }
            for (index, element) in value.elements.enumerated() {
                path.append(.element(index))
                if try isPresent(element) { try visit(steps.dropFirst(), of: element, in: element, found) }
                path.removeLast()
            }
        }
    }

    private func isKind(_ kind: JSONValue.Kind, _ value: JSONValue) throws(FieldError) -> Bool {
        if value.kind == kind { return true }
        guard isStrict else { return false }
        throw FieldError(FieldPath(path), .wrongType(expected: kind, found: value.kind))
    }

    /// A list has no use for null, and what a reader that takes it for an empty entry sees is not what we see.
    private func isPresent(_ element: JSONValue) throws(FieldError) -> Bool {
        guard element.isNull else { return true }
        guard isStrict else { return false }
        throw FieldError(FieldPath(path), .missing)
    }
}
