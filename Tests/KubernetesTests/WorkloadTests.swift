import Kubernetes
import Primitives
import Testing

@Suite struct WorkloadTests {
    static let web = [
        ("initContainers/0/image", "registry.example.com:5000/shop/migrate:1.4.2"),
        ("containers/0/image", "registry.example.com:5000/shop/web:2.7.1"),
        ("containers/1/image", "nginx"),
        (
            "volumes/1/image/reference",
            "registry.example.com:5000/shop/model@sha256:3f7b5d2a0c9e8b1f6d4c7a2e5b8f1d4a7c0e3b6f9a2d5c8e1b4f7a0d3c6e9b2f"
        ),
    ]
    static let updatedWeb = [
        web[0], ("containers/0/image", "registry.example.com:5000/shop/web:2.7.2"), web[2], web[3],
    ]
    static let debuggedWeb = updatedWeb.prefix(3) + [("ephemeralContainers/0/image", "busybox:1.36"), web[3]]

    static let recorded: [(file: String, path: String, images: [(String, String)])] = [
        ("01-pods-create", "/spec/", [("containers/0/image", "nginx")]),
        ("02-pods-create", "/spec/", web),
        ("03-pods-create", "/spec/", web),
        ("04-deployments-create", "/spec/template/spec/", web),
        ("05-deployments-create", "/spec/template/spec/", web),
        ("06-replicasets-create", "/spec/template/spec/", web),
        ("07-daemonsets-create", "/spec/template/spec/", web),
        ("08-statefulsets-create", "/spec/template/spec/", web),
        ("09-replicationcontrollers-create", "/spec/template/spec/", web),
        ("10-jobs-create", "/spec/template/spec/", web),
        ("11-cronjobs-create", "/spec/jobTemplate/spec/template/spec/", web),
        ("12-podtemplates-create", "/template/spec/", web),
        ("13-pods-create-dryrun", "/spec/", [("containers/0/image", "nginx")]),
        ("14-pods-update", "/spec/", web),
        ("15-pods-update", "/spec/", updatedWeb),
        ("16-deployments-scale-update", "", []),
        ("17-deployments-update", "/spec/template/spec/", updatedWeb),
        ("18-pods-ephemeralcontainers-update", "/spec/", Array(debuggedWeb)),
    ]

    @Test("Each recorded review gives its images, in order, and where they stand", arguments: recorded)
    func readsRecordedReviews(file: String, path: String, images: [(String, String)]) throws {
        let workload = try Workload(AdmissionReview(parsing: recordedReview(file)).request)
        #expect(workload.images.map(\.pointer.description) == images.map { path + $0.0 })
        #expect(workload.images.map(\.image) == images.map(\.1))
        #expect(workload.notices.isEmpty)
    }

    @Test("The recorded pod gives names and roles, pull secrets and service account")
    func readsPodDetails() throws {
        let workload = try Workload(
            AdmissionReview(parsing: recordedReview("18-pods-ephemeralcontainers-update")).request)
        #expect(workload.images.map(\.name) == ["init", "web", "proxy", "debug", "model"])
        #expect(
            workload.images.map(\.role) == [.initContainer, .container, .container, .ephemeralContainer, .imageVolume])
        #expect(workload.pullSources == [PullSource(secrets: ["regcred"], serviceAccount: "web")])
    }

    static let untouched: [(operation: String, subResource: String, kind: String, object: String)] = [
        ("DELETE", "", "/v1/Pod", pod), ("DELETE", "", "/v1/Pod", "null"), ("DELETE", "", "apps/v1/Deployment", "null"),
        ("CONNECT", "exec", "/v1/PodExecOptions", #"{"command":["sh"],"container":"web"}"#),
        ("CONNECT", "proxy", "/v1/PodProxyOptions", #"{"path":"/"}"#), ("CONNECT", "attach", "/v1/Pod", pod),
        ("CREATE", "binding", "/v1/Binding", #"{"target":{"kind":"Node","name":"n"}}"#),
        ("CREATE", "eviction", "policy/v1/Eviction", #"{"deleteOptions":{}}"#),
        ("UPDATE", "scale", "autoscaling/v1/Scale", #"{"spec":{"replicas":3}}"#),
        ("UPDATE", "status", "/v1/Pod", pod),
        ("CREATE", "", "/v1/ConfigMap", #"{"data":{"pod.yaml":"spec: {containers: [{image: nginx}]}"}}"#),
        ("CREATE", "", "/v1/Service", #"{"spec":{"ports":[{"port":80}]}}"#),
        ("CREATE", "", "batch.example.com/v1/Job", #"{"spec":{"steps":3}}"#),
        ("UPDATE", "", "apps/v1/ControllerRevision", #"{"data":{"spec":{"template":\#(pod)}}}"#),
    ]
    static let pod = #"{"spec":{"containers":[{"name":"web","image":"nginx"}]}}"#

    @Test("What stores no image is not looked at, whatever the name of its resource", arguments: untouched)
    func passesOver(operation: String, subResource: String, kind: String, object: String) throws {
        let workload = try workload(of: object, kind: kind, subResource: subResource, operation: operation)
        #expect(workload.images.isEmpty)
        #expect(workload.notices.isEmpty)
    }

    @Test("Subresources that carry the pod are looked at", arguments: ["ephemeralcontainers", "resize", "unknown"])
    func readsPodSubresources(subResource: String) throws {
        let workload = try workload(of: Self.pod, subResource: subResource, operation: "UPDATE")
        #expect(workload.images.map(\.image) == ["nginx"])
    }

    static let empty = [
        "{}", #"{"spec":null}"#, #"{"spec":{}}"#, #"{"spec":{"template":null}}"#, #"{"spec":{"template":{}}}"#,
        #"{"spec":{"template":{"spec":null}}}"#, #"{"spec":{"template":{"spec":{"containers":null}}}}"#,
        #"{"spec":{"template":{"spec":{"containers":[]}}}}"#, #"{"spec":{"replicas":3}}"#,
    ]

    @Test("A controller without a template holds no image", arguments: empty)
    func acceptsMissingTemplate(object: String) throws {
        #expect(try workload(of: object, kind: "/v1/ReplicationController").images.isEmpty)
    }

    @Test(
        "An object where a template should be something else is refused",
        arguments: [
            (#"{"spec":[]}"#, "spec: an object is expected here, found an array"),
            (#"{"spec":{"template":"x"}}"#, "spec.template: an object is expected here, found a string"),
            (#"{"spec":{"template":{"spec":7}}}"#, "spec.template.spec: an object is expected here, found a number"),
        ])
    func refusesMistypedTemplates(object: String, message: String) {
        let error = #expect(throws: KubernetesError.self) {
            try workload(of: object, kind: "/v1/ReplicationController")
        }
        #expect(error?.description == "the object is malformed: " + message)
    }

    @Test("An object with more images than can be reviewed in time is refused")
    func refusesTooManyImages() throws {
        let containers = Array(repeating: #"{"image":"nginx"}"#, count: Limits.imagesPerObject).joined(separator: ",")
        #expect(try workload(of: "{\"spec\":{\"containers\":[\(containers)]}}").images.count == Limits.imagesPerObject)
        #expect(throws: KubernetesError.tooManyImages(limit: Limits.imagesPerObject)) {
            try workload(of: "{\"spec\":{\"containers\":[\(containers)],\"initContainers\":[{\"image\":\"a\"}]}}")
        }
    }

    @Test("An object with more pull secrets than can be tried in time is refused")
    func refusesTooManyPullSecrets() throws {
        let secrets = (0..<Limits.pullSecretsPerObject).map { #"{"name":"s\#($0)"}"# }.joined(separator: ",")
        #expect(throws: KubernetesError.tooManyPullSecrets(limit: Limits.pullSecretsPerObject)) {
            try workload(of: "{\"spec\":{\"containers\":[{\"image\":\"a\"}],\"imagePullSecrets\":[\(secrets)]}}")
        }
        #expect(try workload(of: "{\"spec\":{\"imagePullSecrets\":[\(secrets)]}}").images.isEmpty)
    }
}

/// Updates of objects that are being deleted.
@Suite struct WorkloadDeletionTests {
    private func object(_ metadata: String, images: [String]) -> String {
        let containers = images.map { #"{"image":"\#($0)"}"# }.joined(separator: ",")
        return #"{"metadata":{\#(metadata)},"spec":{"containers":[\#(containers)]}}"#
    }

    private let leaving = #""deletionTimestamp":"2026-11-21T17:25:37Z""#

    private func images(old: String, new: String, operation: String = "UPDATE") throws -> [String] {
        try workload(of: new, old: old, operation: operation).images.map(\.image)
    }

    @Test("An object that was being deleted may lose its finalizers, whatever its images")
    func admitsRemovalOfFinalizers() throws {
        let (old, new) = (
            object(leaving + #","finalizers":["a"]"#, images: ["nginx"]), object(leaving, images: ["nginx"])
        )
        #expect(try images(old: old, new: new).isEmpty)
        let many = Array(repeating: "nginx", count: Limits.imagesPerObject + 1)
        #expect(try images(old: object(leaving, images: many), new: object(leaving, images: many)).isEmpty)
    }

    @Test("The new object's word is not taken for it")
    func ignoresTheNewObjectsTimestamp() throws {
        #expect(try images(old: object("", images: ["nginx"]), new: object(leaving, images: ["nginx"])) == ["nginx"])
        #expect(try images(old: "null", new: object(leaving, images: ["nginx"])) == ["nginx"])
        #expect(
            try images(old: "null", new: object(leaving, images: ["nginx"]), operation: "CREATE") == ["nginx"])
    }

    static let changes: [[String]] = [
        ["evil"], ["nginx", "evil"], ["evil", "nginx"], [], ["nginx", "nginx", "evil"], ["evil", "evil"],
        ["nginx", "nginx:latest"], ["nginx", "docker.io/library/nginx"], ["Nginx", "nginx"],
    ]

    @Test("An object that is being deleted is judged as soon as its images change", arguments: changes)
    func judgesChangedImages(new: [String]) throws {
        let old = object(leaving, images: ["nginx", "nginx"])
        #expect(try images(old: old, new: object(leaving, images: new)) == new)
    }

    @Test("Images are compared by their bytes and places")
    func comparesBytes() throws {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        let old = object(leaving, images: [composed])
        #expect(try images(old: old, new: object(leaving, images: [decomposed])).count == 1)
        let moved = #"{"metadata":{\#(leaving)},"spec":{"initContainers":[{"image":"\#(composed)"}]}}"#
        #expect(try images(old: old, new: moved).count == 1)
    }

    @Test(
        "What is no time of deletion is none",
        arguments: ["null", "\"\"", "true", "1", "{}", "[\"2026-11-21T17:25:37Z\"]"])
    func needsTimestamp(value: String) throws {
        let both = object(#""deletionTimestamp":\#(value)"#, images: ["nginx"])
        #expect(try images(old: both, new: both) == ["nginx"])
    }

    @Test("An old object that cannot be read is the same as none")
    func judgesAfterUnreadableOldObject() throws {
        let old = #"{"metadata":{\#(leaving)},"spec":{"containers":"nginx"}}"#
        #expect(try images(old: old, new: object(leaving, images: ["nginx"])) == ["nginx"])
    }

    @Test("A deployment that is being deleted is found out by its own template")
    func comparesTemplates() throws {
        func deployment(_ image: String) -> String {
            #"{"metadata":{\#(leaving)},"spec":{"template":{"spec":{"containers":[{"image":"\#(image)"}]}}}}"#
        }
        func images(new: String) throws -> Int {
            try workload(of: deployment(new), old: deployment("nginx"), kind: "apps/v1/Deployment", operation: "UPDATE")
                .images.count
        }
        #expect(try images(new: "nginx") == 0)
        #expect(try images(new: "evil") == 1)
    }
}
