import Kubernetes
import Primitives
import Testing

@Suite struct SecretObjectTests {
    private func secret(_ text: String) throws -> SecretObject {
        try SecretObject(json(text), defaultNamespace: "default")
    }

    @Test("data is base64, stringData is text and wins")
    func readsValues() throws {
        let secret = try secret(
            #"""
            {"metadata":{"name":"keys","namespace":"shop"},"type":"Opaque",
             "data":{"a":"aGVsbG8=","b":"aGVs\nbG8=\n","c":""},"stringData":{"a":"other","d":"d"}}
            """#)
        #expect(secret.key == ObjectKey(namespace: "shop", name: "keys"))
        #expect(secret.values["a"]?.revealText() == "other")
        #expect(secret.values["b"]?.revealText() == "hello")
        #expect(secret.values["c"]?.isEmpty == true)
        #expect(secret.values["d"]?.revealText() == "d")
        #expect(secret.values["e"] == nil)
    }

    @Test(
        "A malformed Secret is refused and its values are not shown",
        arguments: [
            (#"{}"#, "metadata.name: required, but missing"),
            (#"{"metadata":{"name":"K"}}"#, #"metadata.name: "K" is no name"#),
            (#"{"metadata":{"name":"k","namespace":"a.b"}}"#, #"metadata.namespace: "a.b" is no name"#),
            (#"{"metadata":{"name":"k"},"data":[]}"#, "data: an object is expected here, found an array"),
            (
                #"{"metadata":{"name":"k"},"data":{"key":"-----BEGIN"}}"#,
                "data.key: the value is not base64; plain text belongs"
            ),
            (#"{"metadata":{"name":"k"},"data":{"key":1}}"#, "data.key: a string is expected here, found a number"),
            (#"{"metadata":{"name":"k"},"stringData":{"key":true}}"#, "stringData.key: a string is expected here"),
            (#"[]"#, "the whole object: an object is expected here, found an array"),
        ])
    func refuses(text: String, message: String) {
        let error = #expect(throws: FieldError.self) { try secret(text) }
        #expect(error?.description.hasPrefix(message) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("BEGIN") == false)
    }
}

@Suite struct ServiceAccountTests {
    @Test("An account gives its pull secrets in order")
    func reads() throws {
        let account = try ServiceAccount(
            json(#"{"metadata":{"name":"web","namespace":"shop"},"imagePullSecrets":[{"name":"b"},{"name":"a"}]}"#))
        #expect(account.key.description == "shop/web")
        #expect(account.imagePullSecrets == ["b", "a"])
    }

    @Test("Without a namespace it is refused, unless one is given for it")
    func needsNamespace() throws {
        let value = try json(#"{"metadata":{"name":"web"}}"#)
        #expect(throws: FieldError.self) { try ServiceAccount(value) }
        #expect(try ServiceAccount(value, defaultNamespace: "default").key.namespace == "default")
    }
}

@Suite struct AdmissionRequestTests {
    @Test("A manifest makes the request that creating it would make, whatever its kind")
    func createsRequest() throws {
        let object = try json(
            #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"}}"#)
        let request = try AdmissionRequest(creating: object, defaultNamespace: "default")
        #expect(request.kind == GroupVersionKind(group: "apps", version: "v1", kind: "Deployment"))
        #expect(request.namespace == "shop")
        #expect(request.name == "web")
        #expect(request.operation == .create)
        let thing = try json(#"{"apiVersion":"example.com/v1","kind":"Thing","metadata":{"generateName":"web-"}}"#)
        #expect(try AdmissionRequest(creating: thing, defaultNamespace: "default").namespace == "default")
    }

    @Test(
        "An object without a kind is refused", arguments: ["{}", #"{"kind":"Pod"}"#, #"{"apiVersion":"v1","kind":1}"#])
    func needsKind(object: String) throws {
        let object = try json(object)
        #expect(throws: KubernetesError.self) {
            try AdmissionRequest(creating: object, defaultNamespace: "default")
        }
    }
}
