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

    /// Examines every image of the object, all at the same time, and decides.
    ///
    /// - Throws: `KubernetesError` when the object cannot be read; it must not be admitted then.
    package func review(
        _ request: AdmissionRequest, by deadline: Deadline
    ) async throws(KubernetesError) -> Verdict {
        let workload = try Workload(request)
        let store = policies()
        let secrets = PullSecrets(
            named: workload.podSpec?.imagePullSecrets ?? [], serviceAccount: workload.podSpec?.serviceAccountName,
            namespace: request.namespace, in: store)
        let examinations = await examine(
            workload.images.map(\.image), pulling: secrets, under: store, by: deadline)
        return Verdict(
            workload.images.map { use in
                // No image is left out: one that was not examined could not be told.
                let examination = examinations[Array(use.image.utf8)] ?? Examination(undecided: use.image)
                return Verdict.Finding(use: use, examination: examination)
            })
    }

    /// Each image is examined once, however often the object names it: a tag must not be resolved twice. Names are told
    /// apart by their bytes, because to String the Kelvin sign is a K, and one of the two would not be looked at.
    private func examine(
        _ images: [String], pulling secrets: PullSecrets, under store: PolicyStore, by deadline: Deadline
    ) async -> [[UInt8]: Examination] {
        await withTaskGroup(of: Examination.self) { group in
            var asked: Set<[UInt8]> = []
            for image in images where asked.insert(Array(image.utf8)).inserted {
                group.addTask { await examiner.examine(image, pulling: secrets, under: store, by: deadline) }
            }
            var examinations: [[UInt8]: Examination] = [:]
            for await examination in group { examinations[Array(examination.image.utf8)] = examination }
            return examinations
        }
    }
}
