internal import Primitives

/// Collects what an object says about images, value by value.
///
/// It keeps the way to where it stands and copies it only for what it found: most of an object names no image.
struct ImageReader {
    private(set) var images: [ImageUse] = []
    /// Who pulls, of every value that was read; the same may come again.
    private(set) var pullSources: [PullSource] = []
    /// The places of texts that are blank, and of those that are still to be filled in.
    private(set) var blanks: [FieldPath] = []
    private(set) var placeholders: [FieldPath] = []

    /// What stands at the end of a pattern.
    private enum Purpose {
        case shape(ImageShape)
        case image(ImageUse.Role)
        case pullSecret
        case serviceAccount
    }

    /// Whether the object has the types of its kind. If so, a value of another type is an error: an image that cannot be
    /// read may not be passed over. If not, only what looks like an image is one.
    private let isStrict: Bool
    /// Where the reader stands.
    private var path: [FieldPath.Step] = []
    /// The innermost entry of a list on the way there: what uses the image.
    private var entry: JSONValue?
    /// Who pulls, as far as the value is read.
    private var source = (secrets: [String](), serviceAccount: String?.none)
    /// Where the texts that were read begin. A search may come where the table led before.
    private var knownTexts: Set<Int> = []

    init(isStrict: Bool) {
        self.isStrict = isStrict
    }

    /// Reads all values of this shape in the object.
    mutating func read(_ shape: ImageShape, at pattern: FieldPattern, of object: JSONValue) throws(FieldError) {
        path.removeAll(keepingCapacity: true)
        try visit(pattern.steps, of: object, for: .shape(shape))
    }

    /// Reads a value of this shape which stands at `path` in the object.
    mutating func read(_ shape: ImageShape, in value: JSONValue, at path: [FieldPath.Step]) throws(FieldError) {
        self.path = path
        try read(shape, in: value)
    }

    private mutating func read(_ shape: ImageShape, in value: JSONValue) throws(FieldError) {
        entry = nil
        for place in shape.places {
            try visit(place.pattern.steps, of: value, for: .image(place.role))
        }
        source = ([], nil)
        for pattern in shape.pullSecrets { try visit(pattern.steps, of: value, for: .pullSecret) }
        for pattern in shape.serviceAccounts { try visit(pattern.steps, of: value, for: .serviceAccount) }
        pullSources.append(PullSource(secrets: source.secrets, serviceAccount: source.serviceAccount))
    }
}

// The walk along a pattern.
extension ImageReader {
    private mutating func visit(
        _ steps: [FieldPattern.Step], from start: Int = 0, of value: JSONValue, for purpose: Purpose
    ) throws(FieldError) {
        let depth = path.count
        var value = value
        for position in start..<steps.count {
            guard case .member(let key) = steps[position] else {
                try visitElements(of: value, then: steps, from: position + 1, for: purpose)
                return goBack(to: depth)
            }
            guard try isKind(.object, value), let member = value[key], !member.isNull else {
                return goBack(to: depth)
            }
            path.append(.member(key))
            value = member
        }
        try take(value, for: purpose)
        goBack(to: depth)
    }

    private mutating func goBack(to depth: Int) {
        while path.count > depth { path.removeLast() }
    }

    private mutating func visitElements(
        of list: JSONValue, then steps: [FieldPattern.Step], from start: Int, for purpose: Purpose
    ) throws(FieldError) {
        guard try isKind(.array, list) else { return }
        var index = 0
        for element in list.elements {
            path.append(.element(index))
            if try isPresent(element) {
                entry = element
                try visit(steps, from: start, of: element, for: purpose)
            }
            path.removeLast()
            index += 1
        }
        entry = nil
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

// What stands at its end.
extension ImageReader {
    private mutating func take(_ value: JSONValue, for purpose: Purpose) throws(FieldError) {
        switch purpose {
        case .shape(let shape): try read(shape, in: value)
        case .image(let role):
            guard let text = try text(value), isStrict || knownTexts.insert(value.text.startIndex).inserted else {
                return
            }
            try add(text, as: role)
        case .pullSecret:
            if let name = try text(value), !name.isEmpty { source.secrets.append(name) }
        case .serviceAccount:
            if let name = try text(value), !name.isEmpty { source.serviceAccount = name }
        }
    }

    private func text(_ value: JSONValue) throws(FieldError) -> String? {
        try isKind(.string, value) ? value.string : nil
    }

    private mutating func add(_ text: String, as role: ImageUse.Role) throws(FieldError) {
        if Self.isBlank(text) { return blanks.append(FieldPath(path)) }
        if !isStrict, Self.hasPlaceholder(text) { return placeholders.append(FieldPath(path)) }
        images.append(
            ImageUse(role: role, name: try entryName(), image: text, pointer: JSONPointer(path)))
    }

    /// Only ASCII white space is blank: what a runtime might read as a name must be looked at.
    private static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }

    private static func hasPlaceholder(_ text: String) -> Bool {
        ImageTable.placeholders.contains { text.contains($0) }
    }

    private func entryName() throws(FieldError) -> String {
        guard let name = entry?["name"], !name.isNull else { return "" }
        guard name.kind != .string, isStrict else { return name.string ?? "" }
        let entry = path.lastIndex { if case .element = $0 { true } else { false } }.map { path[...$0] } ?? []
        throw FieldError(
            FieldPath(Array(entry)).appending("name"), .wrongType(expected: .string, found: name.kind))
    }
}
