internal import Primitives

/// `policy.onUnavailable`: what becomes of an image while its registry or its signature store cannot be reached.
package enum OnUnavailable: String, CaseIterable, Sendable {
    /// It may not run, for it could not be told. As Portieris does.
    case refuse
    /// An image by digest may run if what was found out about it is not older than `maxAge` and proves it.
    case lastGood
}

extension Duration {
    /// Reads `policy.maxAge`: a whole number from 1 with `s`, `m` or `h` behind it. Refuses (nil) anything else, and what
    /// is longer than `Limits.lastGoodHours`.
    init?(maxAge text: String) {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
        guard let seconds = text.last.flatMap({ units[$0] }), let first = text.utf8.first, first != UInt8(ascii: "0"),
            (2...7).contains(text.utf8.count),
            text.utf8.dropLast().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let number = Int(text.dropLast()), number * seconds <= Limits.lastGoodHours * 3600
        else { return nil }
        self = .seconds(number * seconds)
    }
}
