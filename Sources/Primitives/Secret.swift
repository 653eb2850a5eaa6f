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

    /// The UTF-8 bytes of the text. The text itself is the caller's, and is not wiped.
    package convenience init(_ text: String) {
        self.init(Array(text.utf8))
    }

    deinit {
        if let address = unsafe storage.baseAddress { unsafe explicit_bzero(address, storage.count) }
        unsafe storage.deallocate()
    }

    /// Whether there is nothing to hide.
    package var isEmpty: Bool { unsafe storage.isEmpty }

    /// A copy of the bytes, for the one call that sends or parses them.
    package func revealBytes() -> [UInt8] { unsafe Array(storage) }

    /// A copy as text; bytes that are not UTF-8 are replaced.
    package func revealText() -> String { String(decoding: revealBytes(), as: UTF8.self) }

    /// Never the bytes, nor how many they are.
    package var description: String { "<redacted>" }
    /// A mirror without children, so that `dump` finds nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

extension Secret: Hashable {
    /// Compares in a time that depends on the lengths only.
    package static func == (left: Secret, right: Secret) -> Bool {
        unsafe left.storage.count == right.storage.count
            && zip(left.storage, right.storage).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// Hashes the bytes with the process's own seed; the hash tells nobody outside about them.
    package func hash(into hasher: inout Hasher) {
        unsafe hasher.combine(bytes: UnsafeRawBufferPointer(storage))
    }
}
