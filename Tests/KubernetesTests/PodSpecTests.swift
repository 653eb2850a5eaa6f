import Kubernetes
import Primitives
import Testing

@Suite struct PodSpecTests {
    private func spec(_ text: String) throws -> PodSpec { try PodSpec(Field(json(text))) }

    @Test(
        "A container without an image, and a blank image, are passed over",
        arguments: [
            #"{"name":"a"}"#, #"{"name":"a","image":null}"#, #"{"image":""}"#, #"{"image":" "}"#, #"{"image":" \t\n"}"#,
        ])
    func ignoresBlankImages(container: String) throws {
        let spec = try spec(#"{"containers":[\#(container),{"name":"b","image":"nginx"}]}"#)
        #expect(spec.images.map(\.pointer.description) == ["/containers/1/image"])
    }

    @Test(
        "What only looks blank is an image, to be refused as one",
        arguments: ["\u{A0}", "\u{200B}", "\u{FEFF}", "\u{0}"])
    func keepsOddImages(image: String) throws {
        let text = JSON.string(image).serialized()
        let spec = try spec(#"{"containers":[{"image":\#(String(decoding: text, as: UTF8.self))}]}"#)
        #expect(spec.images.map(\.image) == [image])
    }

    static let bad: [(text: String, message: String)] = [
        (#"{"containers":"nginx"}"#, "containers: an array is expected here, found a string"),
        (#"{"containers":{"0":{"image":"nginx"}}}"#, "containers: an array is expected here, found an object"),
        (#"{"containers":["nginx"]}"#, "containers[0]: an object is expected here, found a string"),
        (#"{"containers":[{"image":"a"},null]}"#, "containers[1]: required, but missing"),
        (#"{"containers":[{"image":7}]}"#, "containers[0].image: a string is expected here, found a number"),
        (#"{"containers":[{"image":["a"]}]}"#, "containers[0].image: a string is expected here, found an array"),
        (#"{"containers":[{"image":"a","name":1}]}"#, "containers[0].name: a string is expected here, found a number"),
        (#"{"initContainers":true}"#, "initContainers: an array is expected here, found a boolean"),
        (#"{"initContainers":[{"image":{}}]}"#, "initContainers[0].image: a string is expected here, found an object"),
        (#"{"imagePullSecrets":"a"}"#, "imagePullSecrets: an array is expected here, found a string"),
        (#"{"imagePullSecrets":["a"]}"#, "imagePullSecrets[0]: an object is expected here, found a string"),
        (#"{"imagePullSecrets":[{"name":1}]}"#, "imagePullSecrets[0].name: a string is expected here, found a number"),
        (#"{"serviceAccountName":1}"#, "serviceAccountName: a string is expected here, found a number"),
    ]

    @Test("A value of the wrong type is refused, never passed over", arguments: bad)
    func refusesWrongTypes(text: String, message: String) {
        let error = #expect(throws: KubernetesError.self) { try spec(text) }
        #expect(error?.description == "the object is malformed: " + message)
    }

    @Test("An object with more images than can be reviewed in time is refused")
    func refusesTooManyImages() throws {
        let containers = Array(repeating: #"{"image":"nginx"}"#, count: Limits.imagesPerObject).joined(separator: ",")
        #expect(try spec("{\"containers\":[\(containers)]}").images.count == Limits.imagesPerObject)
        #expect(throws: KubernetesError.tooManyImages(limit: Limits.imagesPerObject)) {
            try spec("{\"containers\":[\(containers)],\"initContainers\":[{\"image\":\"a\"}]}")
        }
    }

    @Test("Pull secrets keep their order; nameless ones are passed over")
    func readsPullSecrets() throws {
        let spec = try spec(#"{"imagePullSecrets":[{"name":"b"},{},{"name":""},{"name":"a"}],"serviceAccountName":""}"#)
        #expect(spec.imagePullSecrets == ["b", "a"])
        #expect(spec.serviceAccountName == nil)
    }
}
