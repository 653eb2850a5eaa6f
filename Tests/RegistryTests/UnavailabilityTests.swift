import HTTP
import Testing
import Transport

@testable import Registry

/// Which failures let a policy go on with what was known before, and which are answers.
@Suite("RegistryError.isUnavailability") struct UnavailabilityTests {
    /// Each row with whether it is one.
    private typealias Rows<Failure> = [(failure: Failure, isUnavailability: Bool)]

    @Test("Every kind of failure of a registry is one thing or the other")
    func registryErrors() throws {
        let rows = try Samples().registryErrors
        for row in rows { #expect(row.failure.isUnavailability == row.isUnavailability, "\(row.failure)") }
        #expect(Set(rows.map { Kind($0.failure) }) == Set(Kind.allCases))
    }

    @Test("Every kind of failure of an exchange is one thing or the other, with and without mirrors before it")
    func exchanges() throws {
        let samples = try Samples()
        for row in samples.httpErrors {
            let error = RegistryError.unreachable(samples.peer, row.failure)
            #expect(error.isUnavailability == row.isUnavailability, "\(error)")
            let later = RegistryError.afterMirrors([samples.missing], error)
            #expect(later.isUnavailability == row.isUnavailability, "\(later)")
        }
        #expect(Set(samples.httpErrors.map { ExchangeKind($0.failure) }) == Set(ExchangeKind.allCases))
    }

    @Test("What the registry says counts, whatever its mirrors did")
    func mirrors() throws {
        let samples = try Samples()
        let down = RegistryError.unreachable(samples.mirror, .timedOut(authority: "m.test", .connecting))
        #expect(!RegistryError.afterMirrors([down], samples.missing).isUnavailability)
        #expect(RegistryError.afterMirrors([samples.missing], down).isUnavailability)
        #expect(RegistryError.afterMirrors([samples.missing], .afterMirrors([], down)).isUnavailability)
        #expect(RegistryError.afterMirrors([samples.missing], down).isTimeout)
        #expect(!RegistryError.afterMirrors([down], samples.missing).isTimeout)
    }

    @Test("A connection counts as it failed, directly and to a proxy")
    func connections() throws {
        let peer = try Samples().peer
        let rows: Rows<TransportError> = [
            (.timedOut("connecting"), true), (.closedByPeer, true),
            (.unresolvable(host: "e.com", reason: "gone"), true),
            (.unreachable(address: "192.0.2.1:443", reason: "refused"), true),
            (.system(call: "socket", code: 24), true), (.tls(.handshake("no")), true),
            (.tls(.untrusted(host: "e.com", problem: "expired", certificate: nil)), true), (.cancelled, false),
            (.addressRefused(address: "169.254.169.254", .metadata), false),
        ]
        for row in rows {
            for error: HTTPError in [
                .connectionFailed(authority: "e.com", row.failure),
                .proxyFailed(proxy: "p.test:3128", authority: "e.com:443", .unreachable(row.failure)),
            ] {
                #expect(RegistryError.unreachable(peer, error).isUnavailability == row.isUnavailability, "\(error)")
            }
        }
    }

    @Test(
        "A status counts from 500 on, and 429; of a proxy too",
        arguments: [
            (401, false), (403, false), (404, false), (407, false), (429, true), (499, false), (500, true), (502, true),
            (503, true), (504, true), (599, true),
        ])
    func statuses(code: Int, isUnavailability: Bool) throws {
        let (peer, status) = (try Samples().peer, try #require(Status(code: code)))
        let fault = HTTPError.proxyFailed(proxy: "p.test:3128", authority: "e.com:443", .refused(status))
        #expect(RegistryError.unreachable(peer, fault).isUnavailability == isUnavailability)
        let answer = ClientResponse(
            status: status, headers: Headers(), body: [], url: try URL(parsing: "https://e.com/v2/"))
        #expect(answer.failure(from: peer, credential: nil).isUnavailability == isUnavailability)
    }
}

/// One of each, at least.
private struct Samples {
    let peer: RegistryError.Peer
    let mirror: RegistryError.Peer
    let image: ImageReference
    let digest = ImageDigest.sha256(of: [])

    init() throws {
        peer = RegistryError.Peer(.registry, at: try URL(parsing: "https://e.com/v2/"))
        mirror = RegistryError.Peer(.mirror, at: try URL(parsing: "https://m.test/v2/"))
        image = try ImageReference(parsing: "e.com/app:1")
    }

    var missing: RegistryError { .notFound(mirror, image, tried: 0) }

    var registryErrors: [(failure: RegistryError, isUnavailability: Bool)] {
        [
            (.invalidReference(text: "A", problem: .upperCase), false),
            (.invalidDigest(text: "sha256:", problem: .wrongLength(digits: 0, needed: 64)), false),
            (.unprovableDigest(image), false),
            (.invalidHost("e..com", .invalidURL(.host)), false), (.invalidDockerConfig("not JSON"), false),
            (.unreachable(peer, .timedOut(authority: "e.com", .receiving)), true),
            (.unreachable(peer, .cancelled), false),
            (.notFound(peer, image, tried: 0), false), (.unauthorised(peer, image, tried: 1), false),
            (.rateLimited(peer, retryAfter: nil), true), (.rateLimited(peer, retryAfter: 3600), true),
            (.unexpectedStatus(peer, .badGateway, detail: ""), true),
            (.unexpectedStatus(peer, .gone, detail: ""), false),
            (.tooLarge(peer, limit: 1), false), (.afterMirrors([missing], .rateLimited(peer, retryAfter: nil)), true),
            (.afterMirrors([.rateLimited(mirror, retryAfter: nil)], missing), false),
            (.unsupportedAuthentication(peer, schemes: ["negotiate"]), false),
            (.unusableMirrors(peer), false), (.unusableRealm(peer, reason: "no realm"), false),
            (.unusableToken(peer, reason: "none"), false),
            (.digestMismatch(peer, expected: digest, actual: digest), false),
            (.unusableManifest(peer, .schemaOne), false), (.unusableSignatureList(peer, reason: "none"), false),
            (.tooManySignatures(peer, limit: 1), false),
            (.emptySignature(peer, at: "signature-1"), false),
            (.unreadableFolder(RegistryError.Peer(.signatureStore, inFolder: "/sigs"), reason: "no"), false),
        ]
    }

    var httpErrors: [(failure: HTTPError, isUnavailability: Bool)] {
        let (host, proxy) = ("e.com", "p.test:3128")
        return [
            (.timedOut(authority: host, .waiting), true), (.timedOut(authority: host, .connecting), true),
            (.timedOut(authority: host, .sending), true), (.timedOut(authority: host, .receiving), true),
            (.truncated, true), (.unusableAnswer(authority: host, .truncated), true),
            (.connectionFailed(authority: host, .closedByPeer), true),
            (.proxyFailed(proxy: proxy, authority: host, .unreachable(.closedByPeer)), true),
            (.proxyFailed(proxy: proxy, authority: host, .refused(.serviceUnavailable)), true),
            (.proxyFailed(proxy: proxy, authority: host, .refused(.tooManyRequests)), true),
            (.proxyFailed(proxy: proxy, authority: host, .refused(.proxyAuthenticationRequired)), false),
            (.proxyFailed(proxy: proxy, authority: host, .refused(.forbidden)), false),
            (.proxyFailed(proxy: proxy, authority: host, .unusable(.malformed(.startLine))), false),
            (.unusableAnswer(authority: host, .malformed(.startLine)), false), (.malformed(.statusCode), false),
            (.unsupportedVersion, false), (.unsupportedTransferCoding, false), (.unsupportedExpectation, false),
            (.headTooLarge, false), (.bodyTooLarge(limit: 1), false), (.illegalField(name: "Accept"), false),
            (.invalidURL(.host), false), (.plainTextRefused(authority: host), false),
            (.redirectRefused(from: host, .leavesTLS(to: "m.test")), false),
            (.addressRefused(authority: host, reason: "metadata"), false), (.cancelled, false),
        ]
    }
}

/// The cases of `RegistryError`, so that none goes without a row.
private enum Kind: CaseIterable {
    case invalidReference, invalidDigest, unprovableDigest, invalidHost, invalidDockerConfig, unreachable, notFound
    case unauthorised, rateLimited, unexpectedStatus, tooLarge, afterMirrors, unsupportedAuthentication, unusableRealm
    case unusableMirrors, unusableToken, digestMismatch, unusableManifest, unusableSignatureList
    case tooManySignatures, emptySignature, unreadableFolder

    init(_ error: RegistryError) {
        self =
            switch error {
            case .invalidReference: .invalidReference
            case .invalidDigest: .invalidDigest
            case .unprovableDigest: .unprovableDigest
            case .invalidHost: .invalidHost
            case .invalidDockerConfig: .invalidDockerConfig
            case .unreachable: .unreachable
            case .notFound: .notFound
            case .unauthorised: .unauthorised
            case .rateLimited: .rateLimited
            case .unexpectedStatus: .unexpectedStatus
            case .tooLarge: .tooLarge
            case .afterMirrors: .afterMirrors
            case .unsupportedAuthentication: .unsupportedAuthentication
            case .unusableRealm: .unusableRealm
            case .unusableMirrors: .unusableMirrors
            case .unusableToken: .unusableToken
            case .digestMismatch: .digestMismatch
            case .unusableManifest: .unusableManifest
            case .unusableSignatureList: .unusableSignatureList
            case .tooManySignatures: .tooManySignatures
            case .emptySignature: .emptySignature
            case .unreadableFolder: .unreadableFolder
            }
    }
}

/// The cases of `HTTPError`.
private enum ExchangeKind: CaseIterable {
    case malformed, unsupportedVersion, unsupportedTransferCoding, unsupportedExpectation, headTooLarge, bodyTooLarge
    case truncated, illegalField, invalidURL, plainTextRefused, redirectRefused, addressRefused, timedOut, cancelled
    case connectionFailed, proxyFailed, unusableAnswer

    init(_ error: HTTPError) {
        self =
            switch error {
            case .malformed: .malformed
            case .unsupportedVersion: .unsupportedVersion
            case .unsupportedTransferCoding: .unsupportedTransferCoding
            case .unsupportedExpectation: .unsupportedExpectation
            case .headTooLarge: .headTooLarge
            case .bodyTooLarge: .bodyTooLarge
            case .truncated: .truncated
            case .illegalField: .illegalField
            case .invalidURL: .invalidURL
            case .plainTextRefused: .plainTextRefused
            case .redirectRefused: .redirectRefused
            case .addressRefused: .addressRefused
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            case .connectionFailed: .connectionFailed
            case .proxyFailed: .proxyFailed
            case .unusableAnswer: .unusableAnswer
            }
    }
}
