internal import Primitives

/// Collects what an object says about images, value by value.
///
/// Of the way to where it stands it keeps the indices only: the keys stand in the patterns. The whole way is put together for
/// what was found, since most of an object names no image.
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

    private let object: JSONValue
    /// Whether the object has the types of its kind. If so, a value of another type is an error: an image that cannot be
    /// read may not be passed over. If not, only what looks like an image is one.
    private let isStrict: Bool
    /// The way to the value that is read as a shape.
    private var base: [FieldPath.Step] = []
    /// The indices of the elements on the way from there to where the reader stands.
    private var indices: [Int] = []
    /// The innermost entry of a list on the way there: what uses the image.
    private var entry: JSONValue?
    /// Who pulls, as far as the value is read.
    private var source = (secrets: [String](), serviceAccount: String?.none)
    /// Where the texts that were read begin. A search may come where the table led before.
    private var knownTexts: Set<Int> = []

    init(of object: JSONValue, isStrict: Bool) {
        self.object = object
        self.isStrict = isStrict
    }

    /// Reads all values of this shape in the object.
    mutating func read(_ shape: ImageShape, at pattern: FieldPattern) throws(FieldError) {
        base = []
        try visit(pattern, of: object, for: .shape(shape))
    }

    /// Reads a value of this shape which stands at `path` in the object.
    mutating func read(_ shape: ImageShape, in value: JSONValue, at path: [FieldPath.Step]) throws(FieldError) {
        base = path
        try read(shape, in: value)
    }

    private mutating func read(_ shape: ImageShape, in value: JSONValue) throws(FieldError) {
        entry = nil
        for place in shape.places {
            try visit(place.pattern, of: value, for: .image(place.role))
        }
        source = ([], nil)
        for pattern in shape.pullSecrets { try visit(pattern, of: value, for: .pullSecret) }
        for pattern in shape.serviceAccounts { try visit(pattern, of: value, for: .serviceAccount) }
        pullSources.append(PullSource(secrets: source.secrets, serviceAccount: source.serviceAccount))
    }
}

// The walk along a pattern.
extension ImageReader {
    private mutating func visit(
        _ pattern: FieldPattern, from run: Int = 0, of value: JSONValue, for purpose: Purpose
    ) throws(FieldError) {
        switch value.descend(along: pattern.runs[run]) {
        case .nothing: return
        case .blocked(let value): _ = try isKind(.object, value)
        case .value(let end) where run == pattern.runs.count - 1: try take(end, at: pattern, for: purpose)
        case .value(let list):
            guard try isKind(.array, list) else { return }
            try visitElements(of: list, on: pattern, from: run + 1, for: purpose)
        }
    }

    private mutating func visitElements(
        of list: JSONValue, on pattern: FieldPattern, from run: Int, for purpose: Purpose
    ) throws(FieldError) {
        indices.append(0)
        for element in list.elements {
            if try isPresent(element) {
                entry = element
                try visit(pattern, from: run, of: element, for: purpose)
            }
            indices[run - 1] += 1
        }
        indices.removeLast()
        entry = nil
    }

    private func isKind(_ kind: JSONValue.Kind, _ value: JSONValue) throws(FieldError) -> Bool {
        if value.isOf(kind) { return true }
        guard isStrict else { return false }
        throw error(.wrongType(expected: kind, found: value.kind), at: value)
    }

    /// A list has no use for null, and what a reader that takes it for an empty entry sees is not what we see.
    private func isPresent(_ element: JSONValue) throws(FieldError) -> Bool {
        guard element.isNull else { return true }
        guard isStrict else { return false }
        throw error(.missing, at: element)
    }

    private func error(_ problem: FieldError.Problem, at value: JSONValue) -> FieldError {
        FieldError(FieldPath(from: object, to: value), problem)
    }
}

// What stands at its end.
extension ImageReader {
    private mutating func take(
        _ value: JSONValue, at pattern: FieldPattern, for purpose: Purpose
    ) throws(FieldError) {
        if case .shape(let shape) = purpose {
            let outside = (base, indices)
            (base, indices) = (path(along: pattern), [])
            try read(shape, in: value)
            (base, indices) = outside
            return
        }
        guard try isKind(.string, value), let text = value.string else { return }
        switch purpose {
        case .shape: break
        case .image(let role):
            guard isStrict || knownTexts.insert(value.text.startIndex).inserted else { return }
            try add(text, at: pattern, as: role)
        case .pullSecret: if !text.isEmpty { source.secrets.append(text) }
        case .serviceAccount: if !text.isEmpty { source.serviceAccount = text }
        }
    }

    private mutating func add(
        _ text: String, at pattern: FieldPattern, as role: ImageUse.Role
    ) throws(FieldError) {
        let path = path(along: pattern)
        if Self.isBlank(text) { return blanks.append(FieldPath(path)) }
        if !isStrict, Self.hasPlaceholder(text) { return placeholders.append(FieldPath(path)) }
        if images.isEmpty { images.reserveCapacity(Self.manyImages) }
        images.append(ImageUse(role: role, name: try entryName(), image: text, pointer: JSONPointer(path)))
    }

    /// The way to the end of a pattern, with an index for each list.
    private func path(along pattern: FieldPattern) -> [FieldPath.Step] {
        var path = base
        path.reserveCapacity(base.count + 2 * pattern.runs.count + 2)
        for (number, run) in pattern.runs.enumerated() {
            if number > 0 { path.append(.element(indices[number - 1])) }
            for key in run { path.append(.member(key.text)) }
        }
        return path
    }

    /// As many as few objects have.
    private static let manyImages = 8

    /// Only ASCII white space is blank: what a runtime might read as a name must be looked at.
    private static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }

    private static func hasPlaceholder(_ text: String) -> Bool {
        ImageTable.placeholders.contains { text.contains($0) }
    }

    private func entryName() throws(FieldError) -> String {
        guard let name = entry?[.name], !name.isNull else { return "" }
        guard !name.isOf(.string), isStrict else { return name.string ?? "" }
        throw error(.wrongType(expected: .string, found: name.kind), at: name)
    }
}
