import Kubernetes
import OpenPGP
import Policies
import Primitives
import Support
import Testing

@testable import Verification

@Suite(.timeLimit(.minutes(2))) struct KeyRingReaderTests {
    /// What a policy store finds when a Secret holds these bytes.
    private func found(
        _ bytes: [UInt8], in namespace: String = "shop"
    ) throws -> FoundKey {
        let text = """
            {"metadata":{"name":"release","namespace":"\(namespace)"},"data":{"key":"\(Base64.encode(bytes))"}}
            """
        let secret = try SecretObject(JSONDocument(parsing: Array(text.utf8)).root)
        let policy = PolicyIdentity(
            kind: .imagePolicy, key: ObjectKey(namespace: namespace, name: "default"))
        let lookup = KeySecretLookup(
            ofKey: NamedSecret(name: "release", location: .namespace(namespace)), in: policy,
            workloadNamespace: namespace,
            rule: KeyNamespaceRule(ownNamespace: nil, isStrict: true))
        return try PolicyStore(policies: [], secrets: [secret]).key(for: lookup)
    }

    private func fingerprints(_ ring: KeyRing) -> [String] {
        ring.certificates.map { $0.fingerprint.description.uppercased() }
    }

    @Test("What is remembered is never taken for another Secret's ring")
    func keepsRingsApart() async throws {
        let signers = try await Signers()
        let release = try found(await signers.gpg.exportArmored(signers.release))
        let other = try found(await signers.gpg.exportArmored(signers.other))
        let reader = KeyRingReader()
        for _ in 0..<2 {
            #expect(fingerprints(try reader.read([release])) == [signers.release.fingerprint])
            #expect(fingerprints(try reader.read([other])) == [signers.other.fingerprint])
        }
    }

    @Test("A ring is parsed once for the same bytes, wherever they stand")
    func remembers() async throws {
        let signers = try await Signers()
        let bytes = try await signers.gpg.exportArmored(signers.release)
        let reader = KeyRingReader()
        _ = try reader.read([found(bytes)])
        let remembered = reader.rememberedBytes
        _ = try reader.read([found(bytes, in: "other")])
        #expect(reader.rememberedBytes == remembered)
        #expect(remembered >= bytes.count)
    }

    @Test("What is no ring is an error that names the Secret and shows nothing of it, each time", arguments: 1...2)
    func refuses(_ times: Int) throws {
        let reader = KeyRingReader()
        for _ in 0..<times {
            let error = #expect(throws: VerificationError.self) {
                try reader.read([found(Array("hunter2".utf8))])
            }
            #expect(
                error?.description.hasPrefix(#"secret "release" in "shop" does not hold a usable key: "#) ?? false)
            #expect(error?.description.contains("hunter2") == false)
        }
    }

    @Test("An empty ring is an error")
    func refusesEmpty() throws {
        for bytes in [[], Array(" \n".utf8)] {
            let error = #expect(throws: VerificationError.self) {
                try KeyRingReader().read([found(bytes)])
            }
            #expect(error?.description.hasSuffix("the key ring is empty") ?? false)
        }
    }

    @Test("The name of a Secret cannot break out of its line")
    func quotesNames() throws {
        let error = #expect(throws: VerificationError.self) {
            try KeyRingReader().read([FoundKey(bytes: Secret([]), name: "a\nallowed\u{1B}[2J", namespace: "shop")])
        }
        #expect(error?.description.contains { $0.isNewline || $0 == "\u{1B}" } == false)
    }

    @Test("The memory is bounded in bytes: when it is full all is forgotten, and read again")
    func forgets() throws {
        let reader = KeyRingReader(capacity: 64 << 10)
        for number in 0..<200 {
            let junk = Array("ring \(number) ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 4 << 10)
            for _ in 0..<2 {
                #expect(throws: VerificationError.self) { try reader.read([found(junk)]) }
            }
            #expect(reader.rememberedBytes <= 64 << 10)
        }
        #expect(reader.rememberedBytes > 0)
    }

    @Test("A ring that is larger than the memory is read and not remembered")
    func readsWhatIsTooLarge() async throws {
        let signers = try await Signers()
        let reader = KeyRingReader(capacity: 10)
        let release = try found(await signers.gpg.exportBinary(signers.release))
        #expect(fingerprints(try reader.read([release])) == [signers.release.fingerprint])
        #expect(reader.rememberedBytes == 0)
    }
}
