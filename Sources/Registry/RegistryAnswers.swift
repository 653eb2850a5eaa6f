internal import HTTP
internal import Primitives

// What the statuses of registries, token services and signature stores mean.
extension ClientResponse {
    /// The error for a status that is neither what was asked for nor a refusal of the credential.
    func failure(from peer: RegistryError.Peer, credential: Credential?, authorization: Secret? = nil) -> RegistryError
    {
        if status == .tooManyRequests { return .rateLimited(peer, retryAfter: retryAfter) }
        let secrets = [
            credential?.secret, credential?.basicAuthorization?.withoutScheme, authorization?.withoutScheme,
        ]
        return .unexpectedStatus(
            peer, status, detail: ErrorDetail.make(from: body, hiding: secrets.compactMap(\.self)))
    }

    /// Seconds; nil for a date (RFC 9110 §10.2.3), which would need a clock that agrees with the peer's.
    private var retryAfter: Int? {
        guard let text = headers["Retry-After"], (1...6).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return Int(text)
    }
}
