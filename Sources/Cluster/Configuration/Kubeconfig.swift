internal import Kubernetes
package import Primitives

/// One kubeconfig, or several that are read as one: of two entries with a name the first counts.
package struct Kubeconfig: Sendable {
    /// One file, as JSON.
    package struct File: Sendable {
        package let path: String
        package let root: JSONValue

        package init(path: String, root: JSONValue) {
            self.path = path
            self.root = root
        }

        /// What paths in it are relative to.
        var folder: String {
            guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
            return slash == path.startIndex ? "/" : String(path[..<slash])
        }

        func failure(_ error: FieldError) -> ClusterError { .invalidField(file: path, error) }
    }

    private let files: [File]

    /// - Parameter files: in their order of precedence; those that were missing are left out.
    package init(_ files: [File]) {
        self.files = files
    }

    /// The paths in the value of `KUBECONFIG`, which has colons between them.
    package static func paths(in list: String) -> [String] {
        list.split(separator: ":").map(String.init)
    }

    /// What one context says.
    ///
    /// - Parameter context: its name; nil for the current one.
    /// - Throws: `ClusterError.invalidField`, with the file and the field.
    package func configuration(context name: String?) throws(ClusterError) -> ClusterConfiguration {
        let name = if let name { name } else { try currentContext() }
        let context = try entry(named: name, in: "contexts", member: "context")
        let cluster = try entry(
            named: context.read { field throws(FieldError) in try field.member("cluster").requiredString() },
            in: "clusters", member: "cluster")
        let user = try context.read { field throws(FieldError) in try field.member("user").string() ?? "" }
        return try KubeconfigReader(
            context: context, cluster: cluster,
            user: user.isEmpty ? nil : entry(named: user, in: "users", member: "user")
        ).configuration()
    }

    /// The first entry of that name in a list of named ones.
    private func entry(named name: String, in list: String, member: String) throws(ClusterError) -> Entry {
        for file in files {
            do throws(FieldError) {
                for entry in try Field(file.root).member(list).elements() {
                    guard try entry.member("name").value?.isString(name) ?? false else { continue }
                    return Entry(file: file, field: try entry.member(member))
                }
            } catch {
                throw file.failure(error)
            }
        }
        let problem = FieldError.Problem.invalid("no entry is named \(QuotedText.make(from: name, limit: 128))")
        throw .invalidField(file: paths, FieldError(FieldPath().appending(list), problem))
    }

    private var paths: String { files.isEmpty ? "no kubeconfig" : files.map(\.path).joined(separator: ", ") }

    private func currentContext() throws(ClusterError) -> String {
        for file in files {
            do throws(FieldError) {
                if let name = try Field(file.root).member("current-context").string(), !name.isEmpty { return name }
            } catch {
                throw file.failure(error)
            }
        }
        let path = FieldPath().appending("current-context")
        throw .invalidField(
            file: paths,
            FieldError(path, .invalid("required, but missing: name one with --context")))
    }
}

extension Kubeconfig {
    /// One of the named entries, and the file it stands in.
    struct Entry {
        let file: File
        let field: Field

        /// Reads from the field; an error names the file too.
        func read<Value>(_ body: (Field) throws(FieldError) -> Value) throws(ClusterError) -> Value {
            do throws(FieldError) { return try body(field) } catch { throw file.failure(error) }
        }
    }
}
