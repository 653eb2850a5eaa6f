/// Which places of an object name images: the one place to read it, and to extend it.
///
/// A kind is looked up by group and kind, in whatever version: the versions of a kind hold its images in the same
/// places. Objects of all other kinds are not refused; they are searched for pod templates (`PodTemplateSearch`), and so
/// are those kinds below that are not complete. What is found neither way is judged when it has become a pod.
package enum ImageTable {
    /// PodSpec of core/v1.
    package static let podSpec = ImageShape(
        [
            (.initContainer, "initContainers[].image"),
            (.container, "containers[].image"),
            (.ephemeralContainer, "ephemeralContainers[].image"),
            (.imageVolume, "volumes[].image.reference"),
        ],
        pullSecrets: ["imagePullSecrets[].name"], serviceAccounts: ["serviceAccountName"])

    /// What begins a variable in the kinds that are not complete: a text with one of these has still to be filled in, and
    /// is judged in the pod. No image's name can contain them, so that nothing can run under such a text.
    static let placeholders = ["$(", "${", "{{"]

    /// Kubernetes' own kinds.
    private static let kubernetes: [KindImages] = [
        complete("", "Pod", "spec"),
        complete("", "PodTemplate", "template.spec"),
        complete("", "ReplicationController", "spec.template.spec"),
        complete("apps", "Deployment", "spec.template.spec"),
        complete("apps", "ReplicaSet", "spec.template.spec"),
        complete("apps", "DaemonSet", "spec.template.spec"),
        complete("apps", "StatefulSet", "spec.template.spec"),
        complete("extensions", "Deployment", "spec.template.spec"),
        complete("extensions", "ReplicaSet", "spec.template.spec"),
        complete("extensions", "DaemonSet", "spec.template.spec"),
        complete("batch", "Job", "spec.template.spec"),
        complete("batch", "CronJob", "spec.jobTemplate.spec.template.spec"),
        complete("batch", "JobTemplate", "template.spec.template.spec"),
        // What pods/ephemeralcontainers took before Kubernetes 1.22.
        complete("", "EphemeralContainers", ""),
        // A copy of a template, which its controller compares byte by byte: a changed one would be made anew for ever.
        // What comes of it is judged as a pod, or as an update of the DaemonSet or StatefulSet that is rolled back.
        KindImages("apps", "ControllerRevision", isComplete: true),
    ]

    /// Kinds of others, as far as their images do not stand in a pod template.
    private static let others: [KindImages] = [
        KindImages("tekton.dev", "Task", ("spec", taskSpec)),
        KindImages("tekton.dev", "ClusterTask", ("spec", taskSpec)),
        KindImages("tekton.dev", "StepAction", ("spec", stepAction)),
        KindImages("tekton.dev", "TaskRun", ("spec.taskSpec", taskSpec), ("spec", taskRun)),
        KindImages(
            "tekton.dev", "Pipeline", ("spec.tasks[].taskSpec", taskSpec), ("spec.finally[].taskSpec", taskSpec)),
        KindImages(
            "tekton.dev", "PipelineRun", ("spec.pipelineSpec.tasks[].taskSpec", taskSpec),
            ("spec.pipelineSpec.finally[].taskSpec", taskSpec), ("spec.taskRunTemplate", taskRun), ("spec", taskRun)),

        KindImages("argoproj.io", "Workflow", ("spec", workflowSpec)),
        KindImages("argoproj.io", "WorkflowTemplate", ("spec", workflowSpec)),
        KindImages("argoproj.io", "ClusterWorkflowTemplate", ("spec", workflowSpec)),
        KindImages("argoproj.io", "CronWorkflow", ("spec.workflowSpec", workflowSpec)),

        KindImages("kubevirt.io", "VirtualMachine", ("spec.template.spec", machineSpec)),
        KindImages("kubevirt.io", "VirtualMachineInstance", ("spec", machineSpec)),
        KindImages("kubevirt.io", "VirtualMachineInstanceReplicaSet", ("spec.template.spec", machineSpec)),
        KindImages(
            "pool.kubevirt.io", "VirtualMachinePool", ("spec.virtualMachineTemplate.spec.template.spec", machineSpec)),

        KindImages("apps.kruise.io", "EphemeralJob", ("spec.template", podSpec)),
        KindImages("apps.kruise.io", "ImagePullJob", ("spec", ImageShape([(.container, "image")]))),
        KindImages("apps.kruise.io", "ImageListPullJob", ("spec", ImageShape([(.container, "images[]")]))),
        KindImages(
            "serving.kserve.io", "InferenceService", ("spec.predictor", podSpec), ("spec.predictor", servedModel),
            ("spec.predictor.workerSpec", podSpec), ("spec.transformer", podSpec), ("spec.explainer", podSpec)),
        KindImages("serving.kserve.io", "ServingRuntime", ("spec.workerSpec", podSpec)),
        KindImages("serving.kserve.io", "ClusterServingRuntime", ("spec.workerSpec", podSpec)),
        KindImages("trainer.kubeflow.org", "TrainJob", ("spec.trainer", ImageShape([(.container, "image")]))),
        KindImages("sparkoperator.k8s.io", "SparkApplication", ("spec", sparkSpec)),
        KindImages("sparkoperator.k8s.io", "ScheduledSparkApplication", ("spec.template", sparkSpec)),

        // Patterns of images, not images. What these policies make is judged when they make it.
        KindImages("kyverno.io", "ClusterPolicy", isComplete: true),
        KindImages("kyverno.io", "Policy", isComplete: true),
    ]

    /// Tekton's TaskSpec.
    private static let taskSpec = ImageShape(
        [
            (.step, "stepTemplate.image"),
            (.step, "steps[].image"),
            (.sidecar, "sidecars[].image"),
            (.imageVolume, "volumes[].image.reference"),
        ])

    /// Tekton's StepActionSpec.
    private static let stepAction = ImageShape([(.step, "image")])

    /// What a run of Tekton says of its pods: no image, but who pulls.
    private static let taskRun = ImageShape(
        [], pullSecrets: ["podTemplate.imagePullSecrets[].name"], serviceAccounts: ["serviceAccountName"])

    /// Argo's WorkflowSpec.
    private static let workflowSpec = ImageShape(
        ["templateDefaults", "templates[]"].flatMap(workflowTemplate) + [(.imageVolume, "volumes[].image.reference")],
        pullSecrets: ["imagePullSecrets[].name"], serviceAccounts: ["serviceAccountName"])

    private static func workflowTemplate(_ place: String) -> [(ImageUse.Role, FieldPattern)] {
        [
            (.initContainer, FieldPattern(stringLiteral: "\(place).initContainers[].image")),
            (.step, FieldPattern(stringLiteral: "\(place).container.image")),
            (.step, FieldPattern(stringLiteral: "\(place).script.image")),
            (.step, FieldPattern(stringLiteral: "\(place).containerSet.containers[].image")),
            (.sidecar, FieldPattern(stringLiteral: "\(place).sidecars[].image")),
            (.imageVolume, FieldPattern(stringLiteral: "\(place).volumes[].image.reference")),
        ]
    }

    /// KubeVirt's VirtualMachineInstanceSpec.
    private static let machineSpec = ImageShape(
        [
            (.machineDisk, "volumes[].containerDisk.image"),
            (.machineDisk, "domain.firmware.kernelBoot.container.image"),
        ],
        pullSecrets: [
            "volumes[].containerDisk.imagePullSecret", "domain.firmware.kernelBoot.container.imagePullSecret",
        ])

    /// What KServe's PredictorSpec has beside a PodSpec.
    private static let servedModel = ImageShape(
        [(.container, "model.image")], pullSecrets: ["imagePullSecrets[].name"], serviceAccounts: ["serviceAccountName"]
    )

    /// SparkApplicationSpec.
    private static let sparkSpec = ImageShape(
        [
            (.container, "image"),
            (.initContainer, "driver.initContainers[].image"), (.container, "driver.image"),
            (.sidecar, "driver.sidecars[].image"),
            (.initContainer, "executor.initContainers[].image"), (.container, "executor.image"),
            (.sidecar, "executor.sidecars[].image"),
        ],
        pullSecrets: ["imagePullSecrets[]"], serviceAccounts: ["driver.serviceAccount"])

    private static func complete(_ group: String, _ kind: String, _ podSpec: FieldPattern) -> KindImages {
        KindImages(group, kind, isComplete: true, (podSpec, Self.podSpec))
    }
}

extension ImageTable {
    /// All rows.
    package static let kinds = kubernetes + others

    /// The row of a kind; nil for one that the table does not have. (The kinds that come most often stand first, so that to
    /// look at one after the other is quicker than a table of hashes.)
    package static func row(of kind: GroupVersionKind) -> KindImages? {
        kinds.first { $0.kind == kind.kind && $0.group == kind.group }
    }
}
