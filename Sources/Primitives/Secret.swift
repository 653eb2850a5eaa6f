private import Glibc

/// Bytes that must not be seen: a password, a token, a private key.
///
/// It prints as `<redacted>`, lives in one place only and is overwritten when the last owner lets go. Whoever reveals
/// it makes a copy that is not wiped, and should do so only where the value leaves the process.
@safe package final class Secret: @unchecked Sendable, CustomStringConvertible, CustomReflectable {
    private let storage: UnsafeMutableRawBufferPointer

    package init(_ bytes: some Collection<UInt8>) {
        unsafe storage = .allocate(byteCount: bytes.count, alignment: 1)
        unsafe storage.copyBytes(from: bytes)
    }

    package convenience init(_ text: String) {
        self.init(Array(text.utf8))
    }

    deinit {
        if let address = unsafe storage.baseAddress { unsafe explicit_bzero(address, storage.count) }
        unsafe storage.deallocate()
    }

    package var isEmpty: Bool { unsafe storage.isEmpty }

    /// A copy of the bytes, for the one call that sends or parses them.
    package func revealBytes() -> [UInt8] { unsafe Array(storage) }

    /// A copy as text; bytes that are not UTF-8 are replaced.
    package func revealText() -> String { String(decoding: revealBytes(), as: UTF8.self) }

    package var description: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Hashable {
    /// Compares in a time that depends on the lengths only.
    package static func == (left: Secret, right: Secret) -> Bool {
        unsafe left.storage.count == right.storage.count
            && zip(left.storage, right.storage).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    package func hash(into hasher: inout Hasher) {
        unsafe hasher.combine(bytes: UnsafeRawBufferPointer(storage))
    }
}
