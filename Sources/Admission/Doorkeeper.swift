package import Kubernetes
package import Policies
package import Primitives

/// Decides on one review after the other; nothing of one review reaches the next but cached facts.
///
/// `review` is the whole way of a review, from top to bottom: request → workload → images → findings → verdict.
package struct Doorkeeper: Sendable {
    private let examiner: ImageExaminer
    private let objects: (any ObjectReading)?
    private let policies: @Sendable () -> PolicyStore

    /// - Parameters:
    ///   - objects: where Secrets and ServiceAccounts are read; nil when the policies bring them.
    ///   - policies: the policies as they are now; asked once a review.
    package init(
        examiner: ImageExaminer, objects: (any ObjectReading)? = nil, policies: @escaping @Sendable () -> PolicyStore
    ) {
        self.examiner = examiner
        self.objects = objects
        self.policies = policies
    }

    /// Examines every image of the object, many at the same time, and decides.
    ///
    /// - Parameter endpoint: where it was asked. The decision is the same at each, but only `.admit` binds images, so
    ///   that elsewhere nothing that is remembered of a tag will do.
    /// - Throws: `KubernetesError` when the object cannot be read; it must not be admitted then.
    package func review(
        _ request: AdmissionRequest, at endpoint: Endpoint, by deadline: Deadline
    ) async throws(KubernetesError) -> Verdict {
        let workload = try Workload(request)
        let distinct = DistinctNames(workload.images.map(\.image))
        let store = await store(
            for: distinct.names, pulling: workload.pullSources, in: request.namespace, by: deadline)
        let secrets = PullSecrets(of: workload.pullSources, namespace: request.namespace, in: store)
        let examinations = await examine(distinct.names, pulling: secrets, under: store, at: endpoint, by: deadline)
        return Verdict(
            zip(workload.images, distinct.positions).map { use, position in
                Verdict.Finding(use: use, examination: examinations[position])
            }, notices: workload.notices)
    }

    /// The policies as they are now, with the objects that this review needs.
    private func store(
        for images: [String], pulling sources: [PullSource], in namespace: String, by deadline: Deadline
    ) async -> PolicyStore {
        guard let objects else { return policies() }
        let gathering = ObjectGathering(
            objects: objects, keyRule: examiner.keyRule, namespace: namespace, deadline: deadline)
        return await gathering.complete(policies(), for: images, pulling: sources)
    }

    /// Examines images; the answers come in their order. None is left out: one that was not examined could not be told.
    private func examine(
        _ images: [String], pulling secrets: PullSecrets, under store: PolicyStore, at endpoint: Endpoint,
        by deadline: Deadline
    ) async -> [Examination] {
        let beginnings = images.map { examiner.begin($0, pulling: secrets, under: store, at: endpoint) }
        let open = beginnings.enumerated().compactMap { position, beginning in
            if case .open(let question) = beginning { (position: position, question: question) } else { nil }
        }
        let ended = await end(open, by: deadline)
        return beginnings.enumerated().map { position, beginning in
            switch beginning {
            case .ended(let examination): examination
            case .open(let question): ended[position] ?? Examination(undecided: question.image)
            }
        }
    }

    /// Asks registries about images; the answers by the images' positions.
    private func end(
        _ open: [(position: Int, question: ImageExaminer.Question)], by deadline: Deadline
    ) async -> [Int: Examination] {
        // For a single image, as in most pods, a task of its own costs more than it brings.
        if open.count == 1 { return [open[0].position: await examiner.end(open[0].question, by: deadline)] }
        return open.isEmpty ? [:] : await endAll(open, by: deadline)
    }

    /// Asks registries about many images at the same time.
    ///
    /// What each fetches is held until it is decided, and one object may name hundreds of images of a registry that
    /// sends as much as it may, as slowly as it likes: so no more than `Limits.imagesAtATime` are begun before others
    /// have ended.
    private func endAll(
        _ open: [(position: Int, question: ImageExaminer.Question)], by deadline: Deadline
    ) async -> [Int: Examination] {
        await withTaskGroup(of: (Int, Examination).self) { group in
            var ended: [Int: Examination] = [:]
            for (begun, (position, question)) in open.enumerated() {
                if begun >= Limits.imagesAtATime, let (position, examination) = await group.next() {
                    ended[position] = examination
                }
                group.addTask { (position, await examiner.end(question, by: deadline)) }
            }
            for await (position, examination) in group { ended[position] = examination }
            return ended
        }
    }
}
