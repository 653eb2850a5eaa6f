import Foundation
import Support
import Testing

/// `ostiary policy lint` and `convert`, as scripts use them. They need no peers.
@Suite("policy lint and convert", .timeLimit(.minutes(2)))
struct PolicyCommandTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func run(_ arguments: String..., input: String = "") async throws -> CommandLineTool.Output {
        try await CommandLineTool(built: "ostiary").attempt(
            ["policy"] + arguments, input: Array(input.utf8), environment: ["NO_COLOR": "1"])
    }

    private static let good = """
        apiVersion: portieris.cloud.ibm.com/v1
        kind: ClusterImagePolicy
        metadata: {name: default}
        spec:
          repositories:
            - name: registry.example.com/*
              policy: {simple: {requirements: [{type: reject}]}}
        """
    private static let warned =
        good + "\n    - name: icr.io*\n      policy: {simple: {requirements: [{type: reject}]}}\n"
    private static let bad = good + "\n    - name: e.com/a\n      trust: {enabled: true}\n"
    private static let legacy = """
        apiVersion: securityenforcement.admission.cloud.ibm.com/v1beta1
        kind: ImagePolicy
        metadata: {name: old, namespace: shop, uid: 1-2}
        spec:
          repositories:
            - name: e.com/a
              policy: {simple: [{type: reject}], simpleStore: {url: "https://s.e.com"}}
        """

    @Test(
        "The exit code of lint tells errors from warnings, and both from what cannot be read",
        arguments: [(good, 0), (warned, 0), (bad, 1), (legacy, 0), ("a: [", 2), (bad + "---\na: [", 2)]
            as [(String, Int32)])
    func exits(text: String, code: Int32) async throws {
        let file = try folder.write(text, to: "policy.yaml")
        #expect(try await run("lint", file).exitCode == code)
        #expect(try await run("lint", folder.path).exitCode == code)
        #expect(try await run("lint", "-", input: text).exitCode == code)
    }

    @Test("A line of text names file, line, object, field and code; the sum is beside the result")
    func printsText() async throws {
        let file = try folder.write(Self.bad, to: "policy.yaml")
        let output = try await run("lint", file)
        #expect(output.text.hasPrefix("\(file):9: error: ClusterImagePolicy default: spec.repositories[1].trust: "))
        #expect(output.text.hasSuffix("[misplaced-field]"))
        #expect(output.errorText == "ostiary: 1 policy: 1 error, 0 warnings, 0 notices")
    }

    @Test("JSON has the documented members in their order, one object a line")
    func printsJSON() async throws {
        let file = try folder.write(Self.bad + "    - name: icr.io*\n", to: "policy.yaml")
        let output = try await run("lint", "--output", "json", file)
        let lines = output.text.split(separator: "\n")
        #expect(lines.count == 2)
        let start =
            #"{"severity":"error","file":"\#(file)","line":9,"field":"spec.repositories[1].trust","message":""#
        #expect(lines.first?.hasPrefix(start) == true)
        let end = #","kind":"ClusterImagePolicy","namespace":null,"name":"default","code":"misplaced-field"}"#
        #expect(lines.first?.hasSuffix(end) == true, "\(output.text)")
        #expect(output.errorText.isEmpty)
    }

    @Test("What convert prints, lint finds nothing to say about, and converting it again changes nothing")
    func converts() async throws {
        let file = try folder.write(Self.legacy, to: "old.yaml")
        let converted = try await run("convert", file)
        #expect(converted.exitCode == 0)
        #expect(converted.text.hasPrefix("apiVersion: portieris.cloud.ibm.com/v1\nkind: ImagePolicy\n"))
        #expect(!converted.text.contains("uid"))
        let lint = try await run("lint", "-", input: converted.text)
        #expect(lint.text.isEmpty)
        #expect(try await run("convert", "-", input: converted.text).text == converted.text)
        let json = try await run("convert", "--output", "json", file)
        #expect(json.text.hasPrefix(#"{"apiVersion":"portieris.cloud.ibm.com/v1","kind":"ImagePolicy","#))
    }

    @Test("Convert passes over what is no policy, says so, and prints no Secret")
    func passesOverOthers() async throws {
        let secret = "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {key: hunter2}\n"
        let output = try await run("convert", "-", input: Self.good + secret)
        #expect(output.exitCode == 0)
        #expect(output.errorText == "ostiary: -, line 9: Secret is no policy, passed over")
        #expect(!output.text.contains("hunter2"))
        #expect(try await run("convert", folder.path(of: "none.yaml")).exitCode == 2)
    }

    @Test("The shipped policies have nothing to be said about")
    func lintsShipped() async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let output = try await run("lint", root.appendingPathComponent("policies").path)
        #expect(output.text.isEmpty)
        #expect(output.exitCode == 0)
    }

    @Test("Explain says by which name of the image an entry was found")
    func explainsLook() async throws {
        let file = try folder.write(Self.good.replacing("registry.example.com/*", with: "docker.io/*"), to: "p.yaml")
        let output = try await run("explain", "--policies", file, "nginx", "docker.io/library/nginx")
        #expect(output.text.contains("as docker.io/library/nginx:latest, because nothing matches it as written"))
        #expect(output.text.contains("as written\n"))
    }
}
