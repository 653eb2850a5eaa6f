internal import HTTP
internal import Primitives

/// How often each host may still be asked again: `Limits.retriesPerHost` times, and once more for every ten answers.
struct RetryBudgets: Sendable {
    /// Tenths of a retry that are spent; hosts with nothing spent are not kept.
    private var spent: [URL.Origin: Int] = [:]

    /// How many hosts have spent something.
    var count: Int { spent.count }

    /// Takes one retry; false where none is left.
    mutating func spend(_ origin: URL.Origin) -> Bool {
        let total = spent[origin, default: 0] + 10
        guard total <= Limits.retriesPerHost * 10 else { return false }
        // Users choose the hosts. Who is forgotten has its whole budget again, which is all there is to gain.
        if spent[origin] == nil, spent.count >= Limits.retryBudgets { spent.remove(at: spent.startIndex) }
        spent[origin] = total
        return true
    }

    /// Gives back a tenth of a retry for an answer.
    mutating func credit(_ origin: URL.Origin) {
        guard let total = spent[origin] else { return }
        spent[origin] = total > 1 ? total - 1 : nil
    }
}
