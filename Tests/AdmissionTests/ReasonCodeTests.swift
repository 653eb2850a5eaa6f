import HTTP
import Kubernetes
import OpenPGP
import Policies
import Primitives
import Support
import Testing
import Verification

@testable import Admission
@testable import Registry

@Suite struct ReasonCodeTests {

    private static func peer(_ role: RegistryError.Peer.Role) throws -> RegistryError.Peer {
        RegistryError.Peer(role, at: try HTTP.URL(parsing: "https://e.com"))
    }

    @Test("Codes are words, each used once")
    func areWords() {
        let codes = ReasonCode.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(codes.allSatisfy { code in code.allSatisfy { $0 == "_" || ($0.isLowercase && $0.isASCII) } })
    }

    @Test("What a registry does not answer is told apart by who it is and what it did")
    func readsRegistryErrors() throws {
        let (image, digest) = (try ImageReference(parsing: "e.com/a:1"), ImageDigest.sha256(of: []))
        let (registry, tokens, store) = (
            try Self.peer(.registry), try Self.peer(.tokenService), try Self.peer(.signatureStore)
        )
        let list = try Self.peer(.signatureExtension)
        let down = HTTPError.plainTextRefused(authority: "e.com")
        let table: [(RegistryError, ReasonCode)] = [
            (.unreachable(registry, down), .registryUnreachable), (.unreachable(tokens, down), .registryUnreachable),
            (.unreachable(store, down), .storeUnavailable), (.unreachable(registry, .cancelled), .cancelled),
            (.unreachable(registry, .timedOut(authority: "e.com", .connecting)), .deadline),
            (.unreachable(store, .timedOut(authority: "e.com", .connecting)), .deadline),
            (.unreachable(registry, .addressRefused(authority: "e.com", reason: "x")), .addressRefused),
            (.notFound(registry, image, tried: 0), .notFound),
            (.unauthorised(registry, image, tried: 2), .registryUnauthorised),
            (.unauthorised(store, image, tried: 0), .storeUnavailable),
            (.rateLimited(registry, retryAfter: 3), .rateLimited), (.rateLimited(store, retryAfter: nil), .rateLimited),
            (.unexpectedStatus(registry, .serviceUnavailable, detail: ""), .registryFailed),
            (.unexpectedStatus(store, .serviceUnavailable, detail: ""), .storeUnavailable),
            (.tooLarge(registry, limit: 1), .registryFailed), (.tooLarge(store, limit: 1), .storeUnavailable),
            (.digestMismatch(registry, expected: digest, actual: digest), .contentMismatch),
            (.unusableToken(tokens, reason: "x"), .registryFailed), (.unreachable(list, down), .storeUnavailable),
            (.unexpectedStatus(list, .notFound, detail: ""), .storeUnavailable),
            (.unusableSignatureList(list, reason: "x"), .storeUnavailable),
            (.tooManySignatures(store, limit: 1), .unreadableSignature), (.unprovableDigest(image), .invalidName),
        ]
        for (error, code) in table {
            #expect(ReasonCode(error) == code, "\(error)")
            #expect(ReasonCode(VerificationError.registry(error)) == code, "\(error)")
        }
    }

    @Test("What is wrong with a policy or its key is told apart")
    func readsVerificationErrors() {
        let table: [(VerificationError, ReasonCode)] = [
            (.policy(.keySecretNotFound(name: "a", namespaces: [])), .keyMissing),
            (.policy(.keyMissing(name: "a", namespace: "b")), .keyMissing),
            (.policy(.keyNamespaceUnknown(name: "a")), .keyMissing),
            (.policy(.notAPolicy(apiVersion: "", kind: "")), .policyUnusable),
            (.keyRing(secret: "a", namespace: "b", .emptyKeyRing), .keyUnusable),
            (.unreadableSignature(number: 1, .empty), .unreadableSignature), (.noRequirements, .other),
            (.noKeyRing(secret: "a"), .other), (.cryptography(.cryptography("x")), .other),
        ]
        for (error, code) in table { #expect(ReasonCode(error) == code, "\(error)") }
    }

    @Test("Of several refused signatures the one nearest to being accepted gives the code, in whatever order")
    func choosesTheNearest() throws {
        let image = try ImageReference(parsing: "e.com/a:1")
        let unknown = SignatureFault.untrusted(.weakDigest("SHA-1"))
        let faults: [(SignatureFault, ReasonCode)] = [
            (.otherIdentity(image), .identity), (.otherDigest(ImageDigest.sha256(of: [])), .digestMismatch),
            (unknown, .badSignature), (.unreadable(.textualMessage), .badSignature),
        ]
        for (position, (fault, code)) in faults.enumerated() {
            let worse = faults[position...].map(\.0)
            #expect(ReasonCode(.noAcceptedSignature([fault])) == code)
            #expect(ReasonCode(.noAcceptedSignature(worse)) == code)
            #expect(ReasonCode(.noAcceptedSignature(worse.reversed())) == code)
        }
        #expect(ReasonCode(.unsigned) == .unsigned)
        #expect(ReasonCode(Refusal.Reason.unprovableDigest(image)) == .invalidName)
        #expect(ReasonCode(.unusableIndex(.nestedIndex)) == .unusableIndex)
        #expect(ReasonCode(.rejectedByPolicy(image)) == .rejected)
    }

    @Test(
        "Each image that may not run carries its code",
        arguments: [
            ("nginx", [("other", Ask.nothing)], ReasonCode.noMatch), ("Nginx:", [("*", Ask.nothing)], .invalidName),
            ("e.com/a:1", [("*", Ask.reject)], .rejected), ("e.com/gone:1", [("*", Ask.anything)], .notFound),
            ("e.com/a:1", [("*", Ask.signature)], .keyMissing), ("e.com/a:1", [("*", Ask.notary)], .policyUnusable),
        ])
    func areCarried(_ image: String, _ entries: [Entry], _ code: ReasonCode) async throws {
        let network = FakeNetwork()
        try network.putImages("e.com/a:1")
        let examination = try await House(network, entries).examine(image)
        #expect(examination.objection?.code == code)
    }

    @Test("Without any policy the code is another than without a match")
    func tellsNoPolicy() async throws {
        var house = try House(FakeNetwork(), [("*", Ask.nothing)])
        house.store = try PolicyStore(policies: [])
        #expect(await house.examine("nginx").objection?.code == .noPolicy)
    }
}
