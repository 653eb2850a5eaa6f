import Kubernetes
import Primitives
import Testing

@Suite struct ImageReaderTests {
    private func pod(_ spec: String) throws -> Workload { try workload(of: #"{"spec":\#(spec)}"#) }

    @Test("All of a pod's images are found, in the order of the reports")
    func readsAllFields() throws {
        let workload = try pod(
            #"""
            {"volumes":[{"name":"e","image":{"reference":"e"}},{"name":"f","emptyDir":{}}],
             "ephemeralContainers":[{"name":"d","image":"d","targetContainerName":"b"}],
             "containers":[{"name":"b","image":"b"},{"name":"c","image":"c"}],
             "initContainers":[{"name":"a","image":"a","restartPolicy":"Always"}]}
            """#)
        #expect(workload.images.map(\.image) == ["a", "b", "c", "d", "e"])
        #expect(workload.images.map(\.name) == ["a", "b", "c", "d", "e"])
        #expect(
            workload.images.map(\.pointer.description) == [
                "/spec/initContainers/0/image", "/spec/containers/0/image", "/spec/containers/1/image",
                "/spec/ephemeralContainers/0/image", "/spec/volumes/0/image/reference",
            ])
    }

    @Test("One image in several places, or in several spellings, is as many uses")
    func keepsEveryUse() throws {
        let workload = try pod(
            #"{"containers":[{"image":"nginx"},{"image":"docker.io/library/nginx"},{"image":"nginx"}]}"#)
        #expect(workload.images.map(\.image) == ["nginx", "docker.io/library/nginx", "nginx"])
        #expect(Set(workload.images).count == 3)
    }

    @Test(
        "A container without an image, and a blank image, are passed over",
        arguments: [
            #"{"name":"a"}"#, #"{"name":"a","image":null}"#, #"{"image":""}"#, #"{"image":" "}"#, #"{"image":" \t\n"}"#,
        ])
    func ignoresBlankImages(container: String) throws {
        let workload = try pod(#"{"containers":[\#(container),{"name":"b","image":"nginx"}]}"#)
        #expect(workload.images.map(\.pointer.description) == ["/spec/containers/1/image"])
        #expect(workload.notices.isEmpty)
    }

    @Test("A blank image in a template is told to the user")
    func warnsOfBlankImages() throws {
        let template = #"{"spec":{"template":{"spec":{"containers":[{"image":" "},{"image":"a"},{"image":""}]}}}}"#
        let workload = try workload(of: template, kind: "apps/v1/Deployment")
        #expect(workload.images.map(\.image) == ["a"])
        #expect(
            workload.notices == [
                "spec.template.spec.containers[0].image (and 1 more): the image is blank, so not judged here"
            ])
        #expect(workload.notices.allSatisfy { $0.count <= 120 })
    }

    @Test(
        "What only looks blank is an image, to be refused as one",
        arguments: ["\u{A0}", "\u{200B}", "\u{FEFF}", "\u{0}"])
    func keepsOddImages(image: String) throws {
        let text = String(decoding: JSON.string(image).serialized(), as: UTF8.self)
        #expect(try pod(#"{"containers":[{"image":\#(text)}]}"#).images.map(\.image) == [image])
    }

    static let bad: [(spec: String, message: String)] = [
        (#"{"containers":"nginx"}"#, "containers: an array is expected here, found a string"),
        (#"{"containers":{"0":{"image":"nginx"}}}"#, "containers: an array is expected here, found an object"),
        (#"{"containers":["nginx"]}"#, "containers[0]: an object is expected here, found a string"),
        (#"{"containers":[{"image":"a"},null]}"#, "containers[1]: required, but missing"),
        (#"{"containers":[{"image":7}]}"#, "containers[0].image: a string is expected here, found a number"),
        (#"{"containers":[{"image":["a"]}]}"#, "containers[0].image: a string is expected here, found an array"),
        (#"{"containers":[{"image":"a","name":1}]}"#, "containers[0].name: a string is expected here, found a number"),
        (#"{"initContainers":true}"#, "initContainers: an array is expected here, found a boolean"),
        (#"{"initContainers":[{"image":{}}]}"#, "initContainers[0].image: a string is expected here, found an object"),
        (#"{"ephemeralContainers":{}}"#, "ephemeralContainers: an array is expected here, found an object"),
        (#"{"volumes":[{"image":"a"}]}"#, "volumes[0].image: an object is expected here, found a string"),
        (
            #"{"volumes":[{"name":"v","image":{"reference":["a"]}}]}"#,
            "volumes[0].image.reference: a string is expected here, found an array"
        ),
        (#"{"imagePullSecrets":"a"}"#, "imagePullSecrets: an array is expected here, found a string"),
        (#"{"imagePullSecrets":["a"]}"#, "imagePullSecrets[0]: an object is expected here, found a string"),
        (#"{"imagePullSecrets":[{"name":1}]}"#, "imagePullSecrets[0].name: a string is expected here, found a number"),
        (#"{"serviceAccountName":1}"#, "serviceAccountName: a string is expected here, found a number"),
    ]

    @Test("In a kind of Kubernetes' own a value of the wrong type is refused, never passed over", arguments: bad)
    func refusesWrongTypes(spec: String, message: String) {
        let error = #expect(throws: KubernetesError.self) { try pod(spec) }
        #expect(error?.description == "the object is malformed: spec." + message)
    }

    @Test("In a kind of somebody else's such a value is no image, and the others are found", arguments: bad)
    func passesOverWrongTypesOfOthers(spec: String, message: String) throws {
        let object = #"{"spec":{"template":{"spec":\#(spec)},"otherTemplate":{"spec":{"containers":[{"image":"b"}]}}}}"#
        #expect(try workload(of: object, kind: "example.com/v1/Thing").images.contains { $0.image == "b" })
    }

    @Test("Pull secrets keep their order; nameless ones are passed over")
    func readsPullSecrets() throws {
        let spec = #"{"imagePullSecrets":[{"name":"b"},{},{"name":""},{"name":"a"}],"serviceAccountName":""}"#
        #expect(try pod(spec).pullSources == [PullSource(secrets: ["b", "a"])])
    }

    @Test("Every pod of an object says who pulls, each once")
    func readsPullSourcesOfEachPod() throws {
        func pod(_ account: String) -> String {
            #"{"template":{"spec":{"containers":[{"image":"a"}],"serviceAccountName":"\#(account)"}}}"#
        }
        let object = #"{"spec":{"tasks":[\#(pod("a")),\#(pod("b")),\#(pod("a"))]}}"#
        let workload = try workload(of: object, kind: "batch.volcano.sh/v1alpha1/Job")
        #expect(workload.pullSources.filter { $0.serviceAccount != nil }.map(\.serviceAccount) == ["a", "b"])
    }

    @Test("An image that its controller has still to fill in is passed over, and told to the user")
    func passesOverPlaceholders() throws {
        let steps = #"{"spec":{"steps":[{"image":"$(params.image)"},{"image":"alpine"},{"image":"a/$(params.b):1"}]}}"#
        let task = try workload(of: steps, kind: "tekton.dev/v1/Task")
        #expect(task.images.map(\.image) == ["alpine"])
        #expect(
            task.notices == [
                "spec.steps[0].image (and 1 more): the image is still to be filled in, so judged in the pod"
            ])
    }

    static let variables: [(kind: String, way: String, image: String)] = [
        ("argoproj.io/v1alpha1/Workflow", "spec.templates[].container.image", "{{inputs.parameters.image}}"),
        ("template.openshift.io/v1/Template", "objects[].spec.template.spec.containers[].image", "${IMAGE}:${TAG}"),
        ("kro.run/v1alpha1/ResourceGraphDefinition", "spec.resources[].template.spec.containers[].image", "${a.b}"),
    ]

    @Test("The variables of other kinds are known too", arguments: variables)
    func knowsVariables(kind: String, way: String, image: String) throws {
        let workload = try workload(of: object(with: #""\#(image)""#, at: way), kind: kind)
        #expect(workload.images.isEmpty)
        #expect(workload.notices.count == 1)
    }

    @Test(
        "In Kubernetes' own kinds nobody fills them in: such an image is refused for its name",
        arguments: ["$(a)", "${a}", "{{a}}"])
    func judgesPlaceholdersElsewhere(image: String) throws {
        #expect(try pod(#"{"containers":[{"image":"\#(image)"}]}"#).images.map(\.image) == [image])
    }
}
