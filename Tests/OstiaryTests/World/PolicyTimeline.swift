import Support
import Synchronization

/// Policies that change all the time, and when which of them held. Every answer can be held against it.
///
/// There is a ClusterImagePolicy and in each namespace an ImagePolicy, or not. Each admits some of four images, so that
/// an answer about all four tells by which policy it was given.
final class PolicyTimeline: Sendable {
    /// What a review of the four images comes to: the numbers of those that are refused, or that there is no policy.
    enum Outcome: Hashable, Sendable {
        case refusing(Set<Int>)
        case withoutPolicy

        /// What an answer says; nil when it is none of these.
        init?(_ answer: Answer) {
            let refused = Set((0..<imageCount).filter { answer.message.contains(name($0)) })
            switch answer.decision {
            case .admitted where answer.message.isEmpty: self = .refusing([])
            case .refused where answer.message.contains("no image policies"): self = .withoutPolicy
            case .refused where !refused.isEmpty: self = .refusing(refused)
            default: return nil
            }
        }
    }

    /// What holds at one time: the images that a policy admits, by its namespace; an empty name stands for the
    /// ClusterImagePolicy.
    private typealias Moment = [String: Set<Int>]

    private static let namespaces = ["sales", "shop", "team"]

    private let server: FakeAPIServer
    private let moments: Mutex<[(start: ContinuousClock.Instant, moment: Moment)]>

    init(on server: FakeAPIServer) {
        self.server = server
        moments = Mutex([(.now, [:])])
    }

    /// A review of the four images in each namespace, in this order.
    static var reviews: [Review] {
        namespaces.map { namespace in
            let specification = Review.podSpec(images: (0..<imageCount).map(name))
            return Review(
                object: #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":\#(specification)}"#,
                in: namespace)
        }
    }

    /// Creates, changes or deletes one policy.
    func change(with generator: inout some RandomNumberGenerator) {
        guard let place = ([""] + Self.namespaces).randomElement(using: &generator) else { return }
        let isThere = moments.withLock { $0.last?.moment[place] != nil }
        if isThere, Int.random(in: 0..<4, using: &generator) == 0 {
            set(nil, in: place)
        } else {
            set(Set((0..<imageCount).filter { _ in Bool.random(using: &generator) }), in: place)
        }
    }

    private func set(_ admitted: Set<Int>?, in namespace: String) {
        moments.withLock { moments in
            var moment = moments.last?.moment ?? [:]
            moment[namespace] = admitted
            // From here on the change may be seen.
            moments.append((.now, moment))
            guard let admitted else {
                server.remove("it", namespace: namespace, at: namespace.isEmpty ? .clusterImagePolicy : .imagePolicy)
                return
            }
            // A policy without entries would be another matter.
            let entries = ["never.test/*": "{}"].merging(admitted.map { (name($0), "{}") }) { old, _ in old }
            server.put(entries: entries, as: "it", in: namespace)
        }
    }
}

// MARK: - Judging

extension PolicyTimeline {
    /// How old the policies were, at least, by which an answer was given: zero for the ones that held while it was asked
    /// for; nil when there never were such.
    func age(of sample: Load.Sample) -> Duration? {
        guard let outcome = Outcome(sample.answer) else { return nil }
        let namespace = Self.namespaces[sample.review]
        let moments = moments.withLock { $0 }
        let ends = moments.dropFirst().map(\.start) + [sample.received]
        for (number, moment) in moments.enumerated().reversed() where moment.start <= sample.received {
            if Self.outcome(of: moment.moment, in: namespace) == outcome {
                return max(.zero, sample.sent - ends[number])
            }
        }
        return nil
    }

    /// How many moments there were.
    var changeCount: Int { moments.withLock { $0.count - 1 } }

    private static func outcome(of moment: Moment, in namespace: String) -> Outcome {
        guard let admitted = moment[namespace] ?? moment[""] else { return .withoutPolicy }
        return .refusing(Set(0..<imageCount).subtracting(admitted))
    }
}

private let imageCount = 4
private func name(_ image: Int) -> String { "open.test/image-\(image):1.0" }
