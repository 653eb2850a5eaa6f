internal import Primitives

/// How much memory this process may use: what its control groups and the machine leave it.
struct MemoryBound: Sendable {
    let bytes: Int

    /// What a review with the largest object takes at its worst: the body, its parsed form, and what is fetched.
    static let bytesPerReview = 24 << 20
    /// What the process takes without any review.
    private static let base = 64 << 20
    /// Fewer would turn away the few reviews of a quiet cluster, more would only share the same processors.
    private static let reviews = 8...512

    /// The bound of this process.
    static func ofThisProcess() -> MemoryBound {
        MemoryBound { path in
            do throws(FileError) {
                return String(decoding: try FileReader.read(path, limit: 1 << 16), as: UTF8.self)
            } catch {
                return nil  // What cannot be read bounds nothing.
            }
        }
    }

    /// The lowest of all bounds that are told; the control groups of version 2 of this process and those above it, that
    /// of version 1, and the machine's memory.
    init(reading file: (String) -> String?) {
        let groups = file("/proc/self/cgroup").map(Self.groups) ?? []
        let files = groups.map { "/sys/fs/cgroup\($0)/memory.max" } + ["/sys/fs/cgroup/memory/memory.limit_in_bytes"]
        let limits = files.compactMap { file($0).flatMap(Self.number) }
        let machine = file("/proc/meminfo").flatMap(Self.total)
        bytes = (limits + [machine].compactMap(\.self)).min() ?? 0
    }

    /// How many reviews may be in flight.
    var reviewsInFlight: Int {
        min(max((bytes - Self.base) / Self.bytesPerReview, Self.reviews.lowerBound), Self.reviews.upperBound)
    }

    /// How many bytes may be taken by what is remembered of registries: an eighth, and no more than most clusters need.
    var factBytes: Int { min(max(bytes / 8, 4 << 20), 64 << 20) }

    /// `/a/b` of the line `0::/a/b`, and what is above it: `/a` and the root, which is empty.
    private static func groups(in text: String) -> [String] {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }) else { return [] }
        let names = line.dropFirst(4).split(separator: "/")
        return (0...names.count).map { names.prefix($0).map { "/\($0)" }.joined() }
    }

    /// The number of a file that holds nothing else; nil for `max`.
    private static func number(in text: String) -> Int? {
        Int(text.split(separator: "\n").first ?? "")
    }

    /// `MemTotal:       24684092 kB`
    private static func total(in text: String) -> Int? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("MemTotal:") }) else { return nil }
        let words = line.split(separator: " ")
        guard words.count == 3, let number = Int(words[1]), number >= 0, number < Int.max >> 10 else { return nil }
        return number << 10
    }
}
