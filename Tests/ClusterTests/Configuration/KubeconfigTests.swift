import HTTP
import Kubernetes
import Primitives
import Support
import Testing

@testable import Cluster

@Suite struct KubeconfigTests {
    private static let plain = #"""
        {"current-context":"dev","contexts":[{"name":"dev","context":{"cluster":"c","user":"u","namespace":"shop"}}],
         "clusters":[{"name":"c","cluster":CLUSTER}],"users":[{"name":"u","user":USER}]}
        """#

    private func file(
        cluster: String = #"{"server":"https://127.0.0.1:6443"}"#, user: String = "{}", path: String = "/home/me/config"
    ) throws -> Kubeconfig.File {
        let text = Self.plain.replacing("CLUSTER", with: cluster).replacing("USER", with: user)
        return Kubeconfig.File(path: path, root: try JSONDocument(parsing: Array(text.utf8)).root)
    }

    private func configuration(_ files: Kubeconfig.File..., context: String? = nil) throws -> ClusterConfiguration {
        try Kubeconfig(files).configuration(context: context)
    }

    @Test("Server, prefix, name of the certificate, proxy and namespace")
    func cluster() throws {
        let read = try configuration(
            file(
                cluster: #"{"server":"https://Rancher.example.com/k8s/clusters/c-1","tls-server-name":"kubernetes","#
                    + #""proxy-url":"http://proxy:1080","disable-compression":true,"extensions":[]}"#))
        #expect(read.server.description == "https://rancher.example.com/k8s/clusters/c-1")
        #expect(read.serverName == "kubernetes" && read.proxy?.authority == "proxy:1080" && read.namespace == "shop")
        #expect(read.roots == nil && read.certificate == nil)
    }

    @Test(
        "A proxy may be spoken to in each way that client-go knows",
        arguments: [
            ("http://p", Proxy.Kind.http, "p:80"), ("https://u:x@p", .https, "p:443"),
            ("socks5://u:x@p", .socks5, "p:1080"), ("socks5h://p:1", .socks5, "p:1"),
        ])
    func proxies(url: String, kind: Proxy.Kind, authority: String) throws {
        let read = try configuration(file(cluster: #"{"server":"https://h","proxy-url":"\#(url)"}"#))
        #expect(read.proxy?.kind == kind && read.proxy?.authority == authority)
    }

    @Test("Bytes in the file count before a path, and a path is relative to the file")
    func materials() throws {
        let read = try configuration(
            file(
                cluster:
                    #"{"server":"https://h","certificate-authority-data":"Q0E=","certificate-authority":"ca.pem"}"#,
                user: #"{"client-certificate":"certs/me.pem","client-key":"/keys/me.key"}"#))
        guard case .inline(let bytes)? = read.roots?.place,
            case .file(let certificate)? = read.certificate?.certificate.place,
            case .file(let key)? = read.certificate?.key.place
        else {
            Issue.record("\(read)")
            return
        }
        #expect(bytes.revealText() == "CA")
        #expect(read.roots?.origin == "/home/me/config: clusters[0].cluster.certificate-authority-data")
        #expect(certificate == "/home/me/certs/me.pem" && key == "/keys/me.key")
    }

    @Test(
        "Of several credentials one counts, as for client-go",
        arguments: [
            (#"{}"#, "none"), (#"{"token":"t"}"#, "token t"), (#"{"token":"t","tokenFile":"f"}"#, "file /home/me/f"),
            (#"{"username":"n","password":"p"}"#, "basic n p"), (#"{"username":"n"}"#, "basic n "),
            (#"{"tokenFile":"/abs"}"#, "file /abs"),
            (#"{"exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"./get"}}"#, "plugin /home/me/./get"),
            (
                #"{"token":"t","exec":{"apiVersion":"client.authentication.k8s.io/v1","command":"get"}}"#, "token t"
            ),
        ])
    func credentials(user: String, expected: String) throws {
        let text =
            switch try configuration(file(user: user)).credential {
            case .none: "none"
            case .token(let token): "token \(token.revealText())"
            case .tokenFile(let path): "file \(path)"
            case .basic(let name, let password): "basic \(name) \(password.revealText())"
            case .plugin(let plugin): "plugin \(plugin.command)"
            }
        #expect(text == expected)
    }

    @Test("Impersonation becomes headers, with the keys of extra percent-encoded")
    func impersonation() throws {
        let read = try configuration(
            file(user: #"{"as":"jane","as-uid":"7","as-groups":["a","b"],"as-user-extra":{"a/b c":["x","y"]}}"#))
        #expect(
            read.impersonation.map { "\($0.name): \($0.value)" } == [
                "Impersonate-User: jane", "Impersonate-Uid: 7", "Impersonate-Group: a", "Impersonate-Group: b",
                "Impersonate-Extra-a%2Fb%20c: x", "Impersonate-Extra-a%2Fb%20c: y",
            ])
    }

    @Test("Of several files the first with an entry counts, each with its own folder")
    func several() throws {
        let first = try Kubeconfig.File(
            path: "/one/config",
            root: JSONDocument(
                parsing: Array(
                    #"{"users":[{"name":"u","user":{"tokenFile":"mine"}}],"contexts":[],"clusters":null}"#.utf8)
            ).root)
        let read = try configuration(first, file(user: #"{"token":"theirs"}"#))
        guard case .tokenFile("/one/mine") = read.credential else {
            Issue.record("\(read.credential)")
            return
        }
        #expect(Kubeconfig.paths(in: "/a:/b::c") == ["/a", "/b", "c"])
    }

    @Test("A context is chosen by its name")
    func context() throws {
        #expect(throws: ClusterError.self) { try configuration(file(), context: "prod") }
        #expect(try configuration(file(), context: "dev").namespace == "shop")
    }

    @Test(
        "What is wrong is told in one line, with file and field",
        arguments: [
            (#"{"server":""}"#, "{}", "clusters[0].cluster.server: required"),
            (#"{"server":"ftp://h"}"#, "{}", "clusters[0].cluster.server: not a usable URL"),
            (#"{"server":"http://example.com"}"#, "{}", "clusters[0].cluster.server: policies are not read over plain"),
            (
                #"{"server":"https://h","proxy-url":"socks4://u:planted@p:1"}"#, "{}",
                "clusters[0].cluster.proxy-url: only http://, https:// and socks5:// proxies are known"
            ),
            (
                #"{"server":"http://127.0.0.1:8001","proxy-url":"socks5://proxy"}"#, "{}",
                "clusters[0].cluster.server: policies are not read over plain HTTP, except from this machine without"
            ),
            (
                #"{"server":"https://h","tls-server-name":".h"}"#, "{}",
                "clusters[0].cluster.tls-server-name: the value is neither a DNS name nor"
            ),
            (#"{"server":7}"#, "{}", "clusters[0].cluster.server: a string is expected"),
            (
                #"{"server":"https://h","insecure-skip-tls-verify":true}"#, "{}",
                "insecure-skip-tls-verify: policies are not"
            ),
            (
                #"{"server":"https://h","certificate-authority-data":"*"}"#, "{}",
                "certificate-authority-data: the value"
            ),
            (#"{"server":"https://h"}"#, #"{"client-certificate":"a"}"#, "users[0].user.client-key: required"),
            (#"{"server":"https://h"}"#, #"{"client-key-data":"QQ=="}"#, "users[0].user.client-certificate: required"),
            (#"{"server":"https://h"}"#, #"{"token":"t","username":"n"}"#, "users[0].user.token: there is a username"),
            (#"{"server":"https://h"}"#, #"{"username":"a:b"}"#, "users[0].user.username: a name with a colon"),
            (
                #"{"server":"https://h"}"#, #"{"auth-provider":{"name":"gcp"}}"#,
                "users[0].user.auth-provider: kubectl has"
            ),
            (#"{"server":"https://h"}"#, #"{"exec":{"command":"x"}}"#, "users[0].user.exec.apiVersion: required"),
            (
                #"{"server":"https://h"}"#,
                #"{"exec":{"command":"x","apiVersion":"client.authentication.k8s.io/v1alpha1"}}"#,
                "users[0].user.exec.apiVersion: known here"
            ),
            (
                #"{"server":"https://h"}"#,
                #"{"exec":{"command":"x","apiVersion":"client.authentication.k8s.io/v1","interactiveMode":"Always"}}"#,
                "users[0].user.exec.interactiveMode: the plugin wants"
            ),
            (#"{"server":"https://h"}"#, #"{"as-groups":["a"]}"#, "users[0].user.as: required"),
        ])
    func mistakes(cluster: String, user: String, expected: String) throws {
        let error = try #require(throws: ClusterError.self) {
            try configuration(file(cluster: cluster, user: user))
        }
        #expect(error.description.hasPrefix("/home/me/config: "))
        #expect(error.description.contains(expected), "\(error)")
        #expect(!error.description.contains("\n") && !error.description.contains("planted"))
    }

    @Test(
        "Entries that are not there are told with all files",
        arguments: [
            ("{}", "/home/me/config: current-context: required"),
            (#"{"current-context":"x"}"#, #"contexts: no entry is named "x""#),
            (
                #"{"current-context":"x","contexts":[{"name":"x","context":{"cluster":"c"}}]}"#,
                #"clusters: no entry is named "c""#
            ),
            (
                #"{"current-context":"x","contexts":[{"name":"x","context":{}}]}"#,
                "contexts[0].context.cluster: required"
            ),
            (#"{"current-context":"x","contexts":{}}"#, "contexts: an array is expected"),
            ("[]", "the whole object: an object is expected"),
        ])
    func missing(text: String, expected: String) throws {
        let root = try JSONDocument(parsing: Array(text.utf8)).root
        let error = try #require(throws: ClusterError.self) {
            try configuration(Kubeconfig.File(path: "/home/me/config", root: root))
        }
        #expect(error.description.contains(expected), "\(error)")
    }

    @Test("No credential is in a description")
    func secrecy() throws {
        let read = try configuration(file(user: #"{"token":"hunter2"}"#))
        var dumped = ""
        dump(read, to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }
}
