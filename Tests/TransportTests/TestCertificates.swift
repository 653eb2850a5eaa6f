import Cryptography
import Support
import Transport

/// A small authority, and the pairs that it issued, as the house's own types.
struct TestCertificates: Sendable {
    private let factory: CertificateFactory

    static func make() async throws -> TestCertificates {
        TestCertificates(factory: try await CertificateFactory())
    }

    /// A pair for these DNS names and IP addresses.
    func issue(_ commonName: String, for names: [String]) async throws -> ServingPair {
        let pair = try await factory.issue(for: names, commonName: commonName)
        return try ServingPair(
            certificatePEM: TemporaryFolder.read(path: pair.certificate), keyPEM: TemporaryFolder.read(path: pair.key))
    }

    func anchors() throws -> TrustAnchors { try Self.anchors(factory) }

    /// A client's context that believes this authority only.
    static func trusting(_ factory: CertificateFactory) throws -> TLSContext {
        try TLSContext(trusting: anchors(factory))
    }

    private static func anchors(_ factory: CertificateFactory) throws -> TrustAnchors {
        let authority = try TemporaryFolder.read(path: factory.authority)
        return try TrustAnchors(adding: Certificate.parse(pem: authority), includingSystemRoots: false)
    }
}
