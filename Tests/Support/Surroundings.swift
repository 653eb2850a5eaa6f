/// What is other for a program than for the tests that start it.
package enum Surroundings: Sendable {
    case usual
    /// The soft limit of open files that it finds (`ulimit -Sn`).
    case descriptorLimit(Int)
    /// The folder that it finds where the kubelet puts a pod's credentials. It has a mount namespace of its own for that,
    /// for which root needs no more than CAP_SYS_ADMIN, and anybody else a user namespace.
    case pod(serviceAccount: String)

    func start(
        _ program: CommandLineTool, _ arguments: [String], environment: [String: String]
    ) throws -> BackgroundServer {
        let words = [program.path] + arguments
        switch self {
        case .usual: return try BackgroundServer(program, arguments, environment: environment)
        case .descriptorLimit(let limit):
            return try Self.start(#"ulimit -Sn $1; shift; exec "$@""#, ["\(limit)"] + words, environment)
        case .pod(let folder):
            let unshare = try CommandLineTool("unshare", debianPackage: "util-linux").path
            let mount = try CommandLineTool("mount", debianPackage: "mount").path
            return try Self.start(Self.enterPod, [unshare, mount, folder] + words, environment)
        }
    }

    private static func start(
        _ script: String, _ words: [String], _ environment: [String: String]
    ) throws -> BackgroundServer {
        let shell = try CommandLineTool("sh", debianPackage: "dash")
        return try BackgroundServer(shell, ["-c", script, "sh"] + words, environment: environment)
    }

    /// Nothing of it is seen outside of the namespace: `unshare` makes its mounts private.
    private static let enterPod = #"""
        unshare=$1; shift
        namespaces=--mount
        "$unshare" $namespaces true 2>/dev/null || namespaces="--map-root-user --mount"
        exec "$unshare" $namespaces sh -c '
            mount=$1 folder=$2 place=/var/run/secrets/kubernetes.io/serviceaccount; shift 2
            "$mount" -t tmpfs none /var/run && mkdir -p "$place" && "$mount" --bind "$folder" "$place" && exec "$@"
        ' sh "$@"
        """#
}
