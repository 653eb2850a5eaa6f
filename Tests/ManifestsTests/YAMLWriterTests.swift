import Manifests
import Primitives
import Testing

@Suite struct YAMLWriterTests {
    private func value(_ json: String) throws -> JSONValue { try JSONDocument(parsing: Array(json.utf8)).root }

    @Test("The layout is the one of people's manifests")
    func writesManifests() throws {
        let object = try value(
            """
            {"apiVersion":"portieris.cloud.ibm.com/v1","kind":"ImagePolicy","metadata":{"name":"a","labels":{},"x":null},
            "spec":{"repositories":[{"name":"*","policy":{"mutateImage":false,"simple":{"requirements":[{"type":"reject"},
            {"type":"signedBy","keySecret":"1e3"}],"storeURL":"https://s.e.com/a_b?c"}}},{"name":"e.com/a:1"},[],["a",[7]]]}}
            """)
        #expect(
            YAMLWriter.text(of: object) == """
                apiVersion: portieris.cloud.ibm.com/v1
                kind: ImagePolicy
                metadata:
                  name: a
                  labels: {}
                  x: null
                spec:
                  repositories:
                    - name: "*"
                      policy:
                        mutateImage: false
                        simple:
                          requirements:
                            - type: reject
                            - type: signedBy
                              keySecret: "1e3"
                          storeURL: "https://s.e.com/a_b?c"
                    - name: e.com/a:1
                    - []
                    - - a
                      - - 7

                """)
    }

    static let texts = [
        "", " ", "yes", "No", "on", "null", "~", "true", "1", "1.5", "0x1F", "-", "- a", "a: b", "a:", "a #b", "#a",
        "&a",
        "*a", "!a", "|", ">", "%a", "@a", "`a`", "\"a\"", "'a'", "{a}", "[a]", "a\nb", "a\n", "\t", "a\r\nb", "\\",
        "\u{7}",
        "\u{85}", "\u{2028}", "caf\u{E9}", "\u{1F600}", "e.com/a:1@sha256:aa", "2001-01-01", "<<", "=",
        "?", "..",
        "---", "a  b", "/a", "n", "Y", "a\u{0}b", "\u{7F}",
    ]

    @Test("Any text comes back the same, as a value and as a key", arguments: texts)
    func roundTrips(text: String) throws {
        let json: JSON = ["apiVersion": "v1", "kind": "A", "text": .string(text), "list": [.string(text)]]
        let object = try JSONDocument(parsing: keyed(json, text).serialized()).root
        let yaml = YAMLWriter.text(of: object)
        let documents = try manifests(yaml)
        #expect(compact(documents[0].value) == compact(object), "\(yaml)")
    }

    private func keyed(_ json: JSON, _ key: String) -> JSON {
        guard case .object(let members) = json else { return json }
        return .object(
            members + [("nested", JSON.object([(key: key, value: JSON.array([JSON.object([(key: key, value: 1)])]))]))])
    }

    private func compact(_ value: JSONValue) -> String { text(value) }
}
