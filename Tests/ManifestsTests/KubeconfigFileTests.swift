import Primitives
import Support
import Testing

@testable import Manifests

@Suite struct KubeconfigFileTests {
    @Test("YAML and JSON are read, with and without their kind")
    func read() throws {
        let yaml = "current-context: dev\nclusters:\n- name: c\n  cluster: {server: https://h}\nusers: []\n"
        let value = try KubeconfigFile.parse(Array(yaml.utf8), file: "config")
        #expect(value?["current-context"]?.string == "dev")
        let json = #"{"apiVersion":"v1","kind":"Config","current-context":"dev"}"#
        #expect(try KubeconfigFile.parse(Array(json.utf8), file: "config")?["kind"]?.string == "Config")
    }

    @Test("A file that is not there or empty is none")
    func missing() throws {
        let folder = try Support.TemporaryFolder()
        #expect(try KubeconfigFile.read(folder.path(of: "no")) == nil)
        #expect(try KubeconfigFile.read(folder.write("# nothing\n", to: "empty")) == nil)
    }

    @Test(
        "What is no YAML, or more than one document, is told with the file",
        arguments: ["a: [", "a: 1\n---\nb: 2\n", "{\"a\":", "a: &x 1\nb: *x\n"])
    func refused(text: String) throws {
        let error = try #require(throws: ManifestError.self) {
            try KubeconfigFile.parse(Array(text.utf8), file: "/home/me/config")
        }
        #expect(error.description.hasPrefix("/home/me/config"))
    }
}
