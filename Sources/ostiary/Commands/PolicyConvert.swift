internal import ArgumentParser
internal import Manifests
internal import Policies
internal import Primitives

extension Policy {
    /// `ostiary policy convert`
    struct Convert: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print policies as objects of portieris.cloud.ibm.com/v1.",
            discussion: """
                Policies of Portieris before 0.10 (securityenforcement.admission.cloud.ibm.com/v1beta1) are rewritten; those of \
                today's group are printed as they are; other objects are passed over. What the API server wrote into an \
                object is left out, and so are comments. Exit codes: 0 converted, 2 bad input.
                """)

        @Argument(help: "Manifest files, or folders of them; - for standard input.")
        var files: [String]

        @OptionGroup var output: OutputOptions

        func run() throws {
            let objects: [JSONValue]
            do throws(ManifestError) {
                objects = try convert()
            } catch {
                throw ExitStatus.badInput(error)
            }
            for (position, object) in objects.enumerated() {
                switch output.format {
                case .json: Terminal.printLine(String(decoding: JSON.verbatim(object).serialized(), as: UTF8.self))
                case .text:
                    Terminal.write((position == 0 ? "" : "---\n") + YAMLWriter.text(of: object), to: Terminal.output)
                }
            }
        }

        private func convert() throws(ManifestError) -> [JSONValue] {
            var objects: [JSONValue] = []
            for file in files.flatMap(PolicyFolder.files) {
                for document in try ManifestReader.read(file) {
                    guard PolicyConversion.isPolicy(document) else {
                        Terminal.printError("\(document.source): \(document.kind) is no policy, passed over")
                        continue
                    }
                    let object = try PolicyConversion.applicable(document)
                    warn(about: object, document)
                    objects.append(object)
                }
            }
            return objects
        }

        /// What cannot be used is printed all the same: its author knows what was meant.
        private func warn(about object: JSONValue, _ document: ManifestDocument) {
            do throws(PolicyError) {
                let policy = try PolicyParser.parse(
                    object, source: document.source.description, defaultNamespace: PolicyManifests.defaultNamespace)
                for flaw in policy.flaws { Terminal.printError("warning: \(flaw)") }
            } catch {
                Terminal.printError("warning: \(error)")
            }
        }
    }
}
