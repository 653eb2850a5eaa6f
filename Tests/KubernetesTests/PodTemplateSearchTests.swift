import Kubernetes
import Primitives
import Testing

@Suite struct PodTemplateSearchTests {
    /// Kinds that the table does not have, and where their pod specifications are.
    static let kinds: [(kind: String, ways: [String])] = [
        ("argoproj.io/v1alpha1/Rollout", ["spec.template.spec"]),
        ("argoproj.io/v1alpha1/Experiment", ["spec.templates[].template.spec"]),
        ("argoproj.io/v1alpha1/AnalysisTemplate", ["spec.metrics[].provider.job.spec.template.spec"]),
        ("apps.kruise.io/v1alpha1/CloneSet", ["spec.template.spec"]),
        ("apps.kruise.io/v1beta1/StatefulSet", ["spec.template.spec"]),
        ("apps.kruise.io/v1alpha1/BroadcastJob", ["spec.template.spec"]),
        (
            "apps.kruise.io/v1alpha1/AdvancedCronJob",
            ["spec.template.jobTemplate.spec.template.spec", "spec.template.broadcastJobTemplate.spec.template.spec"]
        ),
        ("apps.kruise.io/v1alpha1/UnitedDeployment", ["spec.template.statefulSetTemplate.spec.template.spec"]),
        ("apps.kruise.io/v1alpha1/SidecarSet", ["spec"]),
        ("batch.volcano.sh/v1alpha1/Job", ["spec.tasks[].template.spec"]),
        ("batch.volcano.sh/v1alpha1/CronJob", ["spec.jobTemplate.spec.tasks[].template.spec"]),
        ("serving.knative.dev/v1/Service", ["spec.template.spec"]),
        ("serving.knative.dev/v1/Configuration", ["spec.template.spec"]),
        ("serving.knative.dev/v1/Revision", ["spec"]),
        (
            "leaderworkerset.x-k8s.io/v1/LeaderWorkerSet",
            ["spec.leaderWorkerTemplate.leaderTemplate.spec", "spec.leaderWorkerTemplate.workerTemplate.spec"]
        ),
        ("jobset.x-k8s.io/v1alpha2/JobSet", ["spec.replicatedJobs[].template.spec.template.spec"]),
        ("kubeflow.org/v1/PyTorchJob", ["spec.pytorchReplicaSpecs.Worker.template.spec"]),
        ("kubeflow.org/v1/Notebook", ["spec.template.spec"]),
        (
            "trainer.kubeflow.org/v1alpha1/TrainingRuntime",
            ["spec.template.spec.replicatedJobs[].template.spec.template.spec"]
        ),
        ("ray.io/v1/RayCluster", ["spec.headGroupSpec.template.spec", "spec.workerGroupSpecs[].template.spec"]),
        ("ray.io/v1/RayJob", ["spec.rayClusterSpec.headGroupSpec.template.spec", "spec.submitterPodTemplate.spec"]),
        ("serving.kserve.io/v1alpha1/ServingRuntime", ["spec"]),
        ("apps.openshift.io/v1/DeploymentConfig", ["spec.template.spec"]),
        ("elasticsearch.k8s.elastic.co/v1/Elasticsearch", ["spec.nodeSets[].podTemplate.spec"]),
        ("clickhouse.altinity.com/v1/ClickHouseInstallation", ["spec.templates.podTemplates[].spec"]),
        ("work.open-cluster-management.io/v1/ManifestWork", ["spec.workload.manifests[].spec.template.spec"]),
        ("batch.example.com/v9/Unheard", ["spec.a.b[].c.podTemplate.spec"]),
    ]

    private let pod = #"{"containers":[{"name":"web","image":"nginx"}],"volumes":[{"image":{"reference":"model"}}]}"#

    @Test("A pod template is found where Kubernetes' own kinds hold one", arguments: kinds)
    func findsTemplates(kind: String, ways: [String]) throws {
        for way in ways {
            let workload = try workload(of: object(with: pod, at: way), kind: kind)
            #expect(
                workload.images.map(\.pointer.description) == [
                    pointer(way + ".containers[].image"), pointer(way + ".volumes[].image.reference"),
                ], "\(way)")
            #expect(workload.images.map(\.name) == ["web", ""])
        }
    }

    static let others: [(kind: String, way: String)] = [
        ("example.com/v1/Thing", "metadata.annotations.template.spec"),
        ("example.com/v1/Thing", "status.template.spec"),
        ("checkpoint.k8s.io/v1alpha1/PodCheckpoint", "status.checkpointedPodTemplate.spec"),
        ("example.com/v1/Thing", "spec.pattern.spec"), ("example.com/v1/Thing", "spec.spec"),
        ("example.com/v1/Thing", "spec.template.specification"), ("example.com/v1/Thing", "data"),
        ("apps/v1/ControllerRevision", "data.spec.template.spec"),
        ("kyverno.io/v1/ClusterPolicy", "spec.rules[].validate.pattern.spec.template.spec"),
        (
            "apiextensions.k8s.io/v1/CustomResourceDefinition",
            "spec.versions[].schema.openAPIV3Schema.properties.spec.properties.template.properties.spec"
        ),
    ]

    @Test("What is no template of a pod is left alone", arguments: others)
    func passesOver(kind: String, way: String) throws {
        #expect(try workload(of: object(with: pod, at: way), kind: kind).images.isEmpty)
    }

    @Test("All templates of an object are found, in its order, with the way to each")
    func findsAllTemplates() throws {
        let workload = try workload(
            of: """
                {"spec":{"a":[1,{"template":{"spec":\(pod)}},{"b":null,"jobTemplate":{"spec":{"template":{"spec":\(pod)}}}}],
                 "c/d":{"template":{"metadata":{"name":"x"},"spec":\(pod)}}}}
                """, kind: "example.com/v1/Thing")
        #expect(
            workload.images.filter { $0.role == .container }.map(\.pointer.description) == [
                "/spec/a/1/template/spec/containers/0/image",
                "/spec/a/2/jobTemplate/spec/template/spec/containers/0/image",
                "/spec/c~1d/template/spec/containers/0/image",
            ])
    }

    @Test("It goes as deep as JSON may")
    func goesDeep() throws {
        // Four levels are the review, the request, the object and its spec; three are below the innermost template.
        let way = (["spec"] + Array(repeating: "a", count: Limits.jsonDepth - 9) + ["template", "spec"]).joined(
            separator: ".")
        let workload = try workload(of: object(with: pod, at: way), kind: "example.com/v1/Thing")
        #expect(workload.images.count == 2)
    }
}
