internal import Primitives

/// The keys that a policy trusts: one or more transferable public keys, verified as far as time does not matter.
///
/// A broken key beside a good one does not count and is reported; the good one counts. Copies of the same key are
/// merged, so that a revocation is heeded wherever it stands.
package struct KeyRing: Sendable {
    /// The usable keys, in the order of the ring, at least one. Whether they still live is asked when one has signed.
    package let certificates: [OpenPGPCertificate]
    /// What does not count, and why; each worth a line to whoever wrote the ring.
    package let problems: [KeyRingProblem]

    /// Reads a ring, binary or in one or more armor blocks.
    ///
    /// - Throws: when it is empty, larger than `Limits.keyRingBytes`, no OpenPGP at all, or holds no usable key.
    package init(parsing bytes: [UInt8]) throws(OpenPGPError) {
        try self.init(merging: [bytes])
    }

    /// Reads several rings as one, each as above. Copies of a key are merged across them too.
    ///
    /// - Throws: as above, for any of them; that no key can be used only where all of them together have none.
    package init(merging rings: [[UInt8]]) throws(OpenPGPError) {
        var reader = KeyRingReader()
        for bytes in rings { try Self.read(bytes, with: &reader) }
        let (certificates, problems) = try reader.finish()
        guard !certificates.isEmpty else { throw .noUsableKey(problems) }
        self.certificates = certificates
        self.problems = problems
    }

    private static func read(_ bytes: [UInt8], with reader: inout KeyRingReader) throws(OpenPGPError) {
        guard bytes.count <= Limits.keyRingBytes else {
            throw .tooLarge(what: "key ring", limit: Limits.keyRingBytes)
        }
        guard bytes.contains(where: { !Armor.isWhitespace($0) }) else { throw .emptyKeyRing }
        if Armor.isText(bytes) {
            try reader.read(armored: bytes)
        } else {
            reader.read(bytes[...], named: "key ring")
        }
    }
}
