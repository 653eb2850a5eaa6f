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
        let examinations = await examine(
            distinct.names, pulling: workload.pullSources, in: request.namespace, under: store, at: endpoint,
            by: deadline)
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
        _ images: [String], pulling sources: [PullSource], in namespace: String, under store: PolicyStore,
        at endpoint: Endpoint, by deadline: Deadline
    ) async -> [Examination] {
        var examinations: [Examination] = []
        examinations.reserveCapacity(images.count)
        var open: [OpenQuestion] = []
        for (position, image) in images.enumerated() {
            switch examiner.begin(image, in: namespace, under: store) {
            case .ended(let examination): examinations.append(examination)
            case .open(let question):
                open.append((position: position, question: question))
                examinations.append(Examination(undecided: image))
            }
        }
        guard !open.isEmpty else { return examinations }
        let secrets = PullSecrets(of: sources, namespace: namespace, in: store)
        await end(open, in: &examinations) { question in
            await examiner.end(question, pulling: secrets, under: store, at: endpoint, by: deadline)
        }
        return examinations
    }

    /// What is left to be asked about one of the images.
    private typealias OpenQuestion = (position: Int, question: ImageExaminer.Question)

    /// Asks registries about many images at the same time, and puts the answers into their places.
    ///
    /// What each fetches is held until it is decided, and one object may name hundreds of images of a registry that
    /// sends as much as it may, as slowly as it likes: so no more than `Limits.imagesAtATime` are begun before others
    /// have ended.
    private func end(
        _ open: [OpenQuestion], in examinations: inout [Examination],
        by ask: @escaping @Sendable (ImageExaminer.Question) async -> Examination
    ) async {
        // For a single image, as in most pods, a task of its own costs more than it brings.
        if open.count == 1 {
            examinations[open[0].position] = await ask(open[0].question)
            return
        }
        await withTaskGroup(of: (Int, Examination).self) { group in
            for (begun, (position, question)) in open.enumerated() {
                if begun >= Limits.imagesAtATime, let (position, examination) = await group.next() {
                    examinations[position] = examination
                }
                group.addTask { (position, await ask(question)) }
            }
            for await (position, examination) in group { examinations[position] = examination }
        }
    }
}
