import Foundation
import Support

/// A folder as the kubelet mounts a Secret: each file is a link through `..data`, which is itself a link to the folder of
/// one version; to change all files at once, another link is renamed over it.
final class MountedSecret: Sendable {
    private let folder: TemporaryFolder

    init(_ files: [String: [UInt8]]) throws {
        folder = try TemporaryFolder()
        try replace(with: files)
        for name in files.keys {
            try FileManager.default.createSymbolicLink(
                atPath: folder.path(of: name), withDestinationPath: "..data/\(name)")
        }
    }

    /// Where it is.
    var folderPath: String { folder.path }

    /// Where a file is.
    func path(of name: String) -> String { folder.path(of: name) }

    /// Puts another version in the place of the one that is there.
    func replace(with files: [String: [UInt8]]) throws {
        let (version, link, next) = ("..\(UUID().uuidString)", folder.path(of: "..data"), folder.path(of: "..data_tmp"))
        for (name, bytes) in files { try folder.write(bytes, to: "\(version)/\(name)") }
        let old = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: next, withDestinationPath: version)
        guard rename(next, link) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        if let old { try FileManager.default.removeItem(atPath: folder.path(of: old)) }
    }
}
