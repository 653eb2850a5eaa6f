import Foundation
import Kubernetes
import Primitives
import Support
import Testing

@testable import Cluster

@Suite(.timeLimit(.minutes(2))) struct CredentialPluginTests {
    /// A plugin that is a script, run by a link to the shell: a program that was just written may still be open in a
    /// child of another test, and could then not be run.
    private func plugin(_ script: String, _ folder: TemporaryFolder, more: String = "") throws -> CredentialPlugin {
        let path = try folder.write(script + "\n", to: "bin/script")
        try FileManager.default.createSymbolicLink(
            atPath: folder.path(of: "bin/get-token"), withDestinationPath: "/bin/sh")
        let text =
            #"{"command":"bin/get-token","args":["\#(path)","a b","c"],"env":[{"name":"REGION","value":"x y"}],"#
            + #""apiVersion":"client.authentication.k8s.io/v1","interactiveMode":"IfAvailable","installHint":"install it"\#(more)}"#
        let exec = Field(try JSONDocument(parsing: Array(text.utf8)).root)
        return try CredentialPlugin(exec, folder: folder.path, cluster: ["server": "https://h"])
    }

    private func answer(_ status: String) -> String {
        #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":\#(status)}'"#
    }

    @Test("A plugin gets its arguments and variables, and gives a token with its end")
    func token() throws {
        let folder = try TemporaryFolder()
        let script =
            #"test "$1/$2/$REGION" = "a b/c/x y" && case "$KUBERNETES_EXEC_INFO" in *'"interactive":false'*'"server":"https://h"'*) "#
            + answer(#"{"token":"t0","expirationTimestamp":"2026-11-21T17:25:36Z"}"#) + ";; esac"
        let credential = try plugin(script, folder, more: #","provideClusterInfo":true"#).run(by: .after(.seconds(60)))
        #expect(credential.token == Secret("t0") && credential.expiry?.description == "2026-11-21T17:25:36Z")
    }

    @Test(
        "What a plugin does wrong is told, without what it printed",
        arguments: [
            ("exit 3", "it ended with code 3; install it"), ("kill -9 $$", "signal 9"), ("echo hunter2", "not JSON"),
            ("true", "nothing"), (#"echo '{"kind":"Other","token":"hunter2"}'"#, "apiVersion"),
            (#"echo '{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential"}'"#, "apiVersion"),
            (#"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{}}'"#, "token"),
            (
                #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientKeyData":"hunter2"}}'"#,
                "clientCertificateData"
            ),
            (
                #"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"hunter2","expirationTimestamp":"soon"}}'"#,
                "expirationTimestamp"
            ),
            ("yes", "more than"),
        ])
    func mistakes(script: String, expected: String) throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: ClusterError.self) {
            try plugin(script, folder).run(by: .after(.seconds(60)))
        }
        #expect(error.description.contains(expected), "\(error)")
        #expect(!error.description.contains("hunter2"))
    }

    @Test("A plugin that is not there, and one that does not end")
    func absent() throws {
        let folder = try TemporaryFolder()
        let hanging = try plugin("exec sleep 60", folder)
        #expect(throws: ClusterError.self) { try hanging.run(by: .after(.milliseconds(50))) }
        let exec = Field(
            try JSONDocument(
                parsing: Array(#"{"command":"ostiary-no-such","apiVersion":"client.authentication.k8s.io/v1"}"#.utf8)
            ).root)
        let error = try #require(throws: ClusterError.self) {
            try CredentialPlugin(exec, folder: "/", cluster: [:]).run(by: .after(.seconds(60)))
        }
        #expect(error.description.contains("could not be started"))
    }

    @Test("A credential is used until shortly before its end, and not after it was refused")
    func memory() throws {
        let folder = try TemporaryFolder()
        let script =
            "n=$(cat \(folder.path)/count 2>/dev/null || echo 0); n=$((n+1)); echo $n >\(folder.path)/count; "
            + #"echo "{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{\"token\":\"t$n\",\"expirationTimestamp\":\"2026-11-21T00:01:40Z\"}}""#
        let end = try #require(Timestamp(parsing: "2026-11-21T00:01:40Z")).secondsSince1970
        let plugin = try plugin(script, folder)
        let early = PluginMemory(plugin) { Timestamp(secondsSince1970: end - 11) }
        #expect(early.current == nil)
        #expect(try early.renew().token == Secret("t1"))
        #expect(try early.renew().token == Secret("t1"), "somebody else has just done so")
        early.forget()
        #expect(try early.renew().token == Secret("t2"))
        let late = PluginMemory(plugin) { Timestamp(secondsSince1970: end - 10) }
        _ = try late.renew()
        #expect(late.current == nil)
    }
}
