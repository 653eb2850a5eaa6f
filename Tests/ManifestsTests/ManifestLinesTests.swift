import Kubernetes
import Manifests
import Testing

@Suite("ManifestDocument.line") struct ManifestLinesTests {
    /// `a.b[1].c`
    private func path(_ text: String) -> FieldPath {
        FieldPath(
            text.replacing("[", with: ".[").split(separator: ".").map { word in
                word.hasPrefix("[") ? .element(Int(word.dropFirst().dropLast()) ?? -1) : .member(String(word))
            })
    }

    static let yaml = """
        # a comment
        apiVersion: v1
        kind: A

        spec:
          list:
            - name: x
              text: |
                several
                lines
            # another comment
            - name: y
              flow: {a: 1, b: [2,
                3]}
          "quoted": 1
        """

    @Test(
        "A field of YAML is where its key is, an element where it begins, a missing one where it should be",
        arguments: [
            ("", 2), ("apiVersion", 2), ("kind", 3), ("spec", 5), ("spec.list", 6), ("spec.list[0]", 7),
            ("spec.list[0].name", 7), ("spec.list[0].text", 8), ("spec.list[1]", 12), ("spec.list[1].name", 12),
            ("spec.list[1].flow.b", 13), ("spec.list[1].flow.b[0]", 13), ("spec.list[1].flow.b[1]", 14),
            ("spec.quoted", 15), ("spec.missing", 5), ("spec.list[7].name", 6), ("spec.list.name", 6),
            ("spec.list[0].name.deeper[3]", 7), ("missing", 2),
        ])
    func findsLinesOfYAML(field: String, line: Int) throws {
        let document = try manifests(Self.yaml)[0]
        #expect(document.line(of: path(field)) == line)
    }

    static let json = """

        {
          "apiVersion": "v1", "kind": "A",
          "spec": {
            "list": [
              {"name": "x"},
              {"name":
                "y"}]
          }
        }
        """

    @Test(
        "A field of JSON is where its value begins",
        arguments: [
            ("", 2), ("kind", 3), ("spec", 4), ("spec.list", 5), ("spec.list[0].name", 6), ("spec.list[1]", 7),
            ("spec.list[1].name", 8), ("spec.missing", 4),
        ])
    func findsLinesOfJSON(field: String, line: Int) throws {
        let document = try manifests(Self.json)[0]
        #expect(document.line(of: path(field)) == line)
    }

    @Test("Later documents and the items of Lists count from the beginning of the file")
    func countsFromFile() throws {
        let text =
            "---\napiVersion: v1\nkind: A\n---\n\napiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: B\n"
        let documents = try manifests(text)
        #expect(documents[0].line(of: path("kind")) == 3)
        #expect(documents[1].line(of: path("")) == 9)
        #expect(documents[1].line(of: path("kind")) == 10)
        let list = #"{"apiVersion":"v1","kind":"List","items":["# + "\n" + #"{"apiVersion":"v1","kind":"B"}]}"#
        #expect(try manifests(list)[0].line(of: path("kind")) == 2)
    }
}
