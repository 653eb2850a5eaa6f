package import Kubernetes
package import Policies
package import Primitives

/// Decides on one review after the other; nothing of one review reaches the next but cached facts.
///
/// `review` is the whole way of a review, from top to bottom: request → workload → images → findings → verdict.
package struct Doorkeeper: Sendable {
    private let examiner: ImageExaminer
    private let policies: @Sendable () -> PolicyStore

    /// - Parameter policies: the policies as they are now; asked once a review.
    package init(examiner: ImageExaminer, policies: @escaping @Sendable () -> PolicyStore) {
        self.examiner = examiner
        self.policies = policies
    }

    /// Examines every image of the object, many at the same time, and decides.
    ///
    /// - Throws: `KubernetesError` when the object cannot be read; it must not be admitted then.
    package func review(
        _ request: AdmissionRequest, by deadline: Deadline
    ) async throws(KubernetesError) -> Verdict {
        let workload = try Workload(request)
        let store = policies()
        let secrets = PullSecrets(of: workload.pullSources, namespace: request.namespace, in: store)
        let distinct = DistinctNames(workload.images.map(\.image))
        let examinations = await examine(distinct.names, pulling: secrets, under: store, by: deadline)
        return Verdict(
            zip(workload.images, distinct.positions).map { use, position in
                Verdict.Finding(use: use, examination: examinations[position])
            }, notices: workload.notices)
    }

    /// Examines images; the answers come in their order. None is left out: one that was not examined could not be told.
    private func examine(
        _ images: [String], pulling secrets: PullSecrets, under store: PolicyStore, by deadline: Deadline
    ) async -> [Examination] {
        var examinations = images.map { Examination(undecided: $0) }
        var open: [(position: Int, question: ImageExaminer.Question)] = []
        for (position, image) in images.enumerated() {
            switch examiner.begin(image, pulling: secrets, under: store) {
            case .ended(let examination): examinations[position] = examination
            case .open(let question): open.append((position, question))
            }
        }
        // For a single image, as in most pods, a task of its own costs more than it brings.
        if open.count == 1 {
            examinations[open[0].position] = await examiner.end(open[0].question, by: deadline)
        } else if !open.isEmpty {
            await endAll(open, by: deadline) { examinations[$0] = $1 }
        }
        return examinations
    }

    /// Asks registries about many images at the same time.
    ///
    /// What each fetches is held until it is decided, and one object may name hundreds of images of a registry that
    /// sends as much as it may, as slowly as it likes: so no more than `Limits.imagesAtATime` are begun before others
    /// have ended.
    private func endAll(
        _ open: [(position: Int, question: ImageExaminer.Question)], by deadline: Deadline,
        note: (Int, Examination) -> Void
    ) async {
        await withTaskGroup(of: (Int, Examination).self) { group in
            for (begun, (position, question)) in open.enumerated() {
                if begun >= Limits.imagesAtATime, let (position, examination) = await group.next() {
                    note(position, examination)
                }
                group.addTask { (position, await examiner.end(question, by: deadline)) }
            }
            for await (position, examination) in group { note(position, examination) }
        }
    }
}
