import Kubernetes
import Primitives
import Testing

@Suite struct WorkloadTests {
    static let web = [
        ("initContainers/0/image", "registry.example.com:5000/shop/migrate:1.4.2"),
        ("containers/0/image", "registry.example.com:5000/shop/web:2.7.1"),
        ("containers/1/image", "nginx"),
    ]
    static let updatedWeb = [web[0], ("containers/0/image", "registry.example.com:5000/shop/web:2.7.2"), web[2]]

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
        ("13-pods-create-dryrun", "/spec/", [("containers/0/image", "nginx")]),
        ("14-pods-update", "/spec/", web),
        ("15-pods-update", "/spec/", updatedWeb),
        ("16-deployments-scale-update", "", []),
        ("17-deployments-update", "/spec/template/spec/", updatedWeb),
        ("18-pods-ephemeralcontainers-update", "/spec/", updatedWeb),
    ]

    @Test("Each recorded review gives its images, in order, and where they stand", arguments: recorded)
    func readsRecordedReviews(file: String, path: String, images: [(String, String)]) throws {
        let workload = try Workload(AdmissionReview(parsing: recordedReview(file)).request)
        #expect(workload.images.map(\.pointer.description) == images.map { path + $0.0 })
        #expect(workload.images.map(\.image) == images.map(\.1))
    }

    @Test("The recorded pod gives containers' names, pull secrets and service account")
    func readsPodDetails() throws {
        let workload = try Workload(AdmissionReview(parsing: recordedReview("02-pods-create")).request)
        #expect(workload.isPod)
        #expect(workload.images.map(\.name) == ["init", "web", "proxy"])
        #expect(workload.images.map(\.role) == [.initContainer, .container, .container])
        #expect(workload.podSpec?.imagePullSecrets == ["regcred"])
        #expect(workload.podSpec?.serviceAccountName == "web")
        #expect(try !Workload(AdmissionReview(parsing: recordedReview("04-deployments-create")).request).isPod)
    }

    @Test("A resource that is not known is refused in Portieris' words")
    func refusesUnknownResource() throws {
        let request = try AdmissionReview(parsing: recordedReview("12-podtemplates-create")).request
        let error = #expect(throws: KubernetesError.self) { try Workload(request) }
        #expect(
            error?.description
                == #"The resource "/v1/podtemplates" is not supported. Make sure that you are using a supported kubectl "#
                + "version, and that you are using a supported Kubernetes workload type")
    }

    static let supported: [(group: String, version: String, resource: String)] = [
        ("", "v1", "replicationcontrollers"), ("extensions", "v1beta1", "deployments"),
        ("apps", "v1beta1", "deployments"), ("apps", "v1beta2", "deployments"), ("apps", "v1", "deployments"),
        ("extensions", "v1beta1", "replicasets"), ("apps", "v1beta2", "replicasets"), ("apps", "v1", "replicasets"),
        ("extensions", "v1beta1", "daemonsets"), ("apps", "v1beta2", "daemonsets"), ("apps", "v1", "daemonsets"),
        ("apps", "v1beta1", "statefulsets"), ("apps", "v1beta2", "statefulsets"), ("apps", "v1", "statefulsets"),
        ("batch", "v1", "jobs"),
    ]

    @Test("Every version of every kind is read", arguments: supported)
    func readsEveryVersion(group: String, version: String, resource: String) throws {
        let object = #"{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"nginx"}]}}}}"#
        let workload = try workload(of: object, group: group, version: version, resource: resource)
        #expect(workload.images.map(\.pointer.description) == ["/spec/template/spec/containers/0/image"])
    }

    @Test("Every version of CronJob is read", arguments: ["v1beta1", "v1"])
    func readsCronJobs(version: String) throws {
        let object = #"{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"nginx"}]}}}}}}"#
        #expect(try workload(of: object, group: "batch", version: version, resource: "cronjobs").images.count == 1)
    }

    static let unsupported: [(group: String, version: String, resource: String)] = [
        ("", "v2", "pods"), ("", "v1", "services"), ("apps", "v1beta1", "replicasets"), ("batch", "v1beta1", "jobs"),
        ("batch", "v2alpha1", "cronjobs"), ("batch.volcano.sh", "v1alpha1", "jobs"),
        ("apps.kruise.io", "v1", "daemonsets"),
        ("", "v1", "Pods"),
    ]

    @Test("Another group or version is not supported", arguments: unsupported)
    func refusesOtherVersions(group: String, version: String, resource: String) {
        #expect(
            throws: KubernetesError.unsupportedResource(
                GroupVersionResource(group: group, version: version, resource: resource))
        ) { try workload(of: "{}", group: group, version: version, resource: resource) }
    }

    @Test("An object that is deleted holds no image, whatever its resource", arguments: ["pods", "jobs", "secrets"])
    func acceptsDeletion(resource: String) throws {
        #expect(try workload(of: "null", resource: resource, operation: "DELETE").images.isEmpty)
    }

    static let empty = [
        "{}", #"{"spec":null}"#, #"{"spec":{}}"#, #"{"spec":{"template":null}}"#, #"{"spec":{"template":{}}}"#,
        #"{"spec":{"template":{"spec":null}}}"#, #"{"spec":{"template":{"spec":{"containers":null}}}}"#,
        #"{"spec":{"template":{"spec":{"containers":[]}}}}"#, #"{"spec":{"replicas":3}}"#,
    ]

    @Test("A controller without a template holds no image", arguments: empty)
    func acceptsMissingTemplate(object: String) throws {
        #expect(try workload(of: object, resource: "replicationcontrollers").images.isEmpty)
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
            try workload(of: object, resource: "replicationcontrollers")
        }
        #expect(error?.description == "the object is malformed: " + message)
    }

    @Test(
        "Subresources that carry another object hold no image",
        arguments: [
            ("binding", #"{"target":{"kind":"Node","name":"n"}}"#), ("exec", #"{"command":["sh"],"container":"web"}"#),
            ("eviction", #"{"deleteOptions":{}}"#),
        ])
    func acceptsOtherSubresources(subResource: String, object: String) throws {
        #expect(try workload(of: object, subResource: subResource).images.isEmpty)
    }

    @Test("Subresources that carry the pod are looked at", arguments: ["ephemeralcontainers", "status", "resize"])
    func readsPodSubresources(subResource: String) throws {
        let workload = try workload(of: #"{"spec":{"containers":[{"image":"nginx"}]}}"#, subResource: subResource)
        #expect(workload.images.map(\.image) == ["nginx"])
    }
}
