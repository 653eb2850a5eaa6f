internal import HTTP
internal import Primitives

// What the statuses of registries, token services and signature stores mean.
extension ClientResponse {
    /// The error for a status that is neither what was asked for nor a refusal of the credential.
    func failure(from peer: RegistryError.Peer, credential: Credential?, authorization: Secret? = nil) -> RegistryError
    {
        if status == .tooManyRequests { return .rateLimited(peer, retryAfter: RetryAfter(headers)?.seconds) }
        let secrets = [
            credential?.secret, credential?.basicAuthorization?.withoutScheme, authorization?.withoutScheme,
        ]
        return .unexpectedStatus(
            peer, status, detail: ErrorDetail.make(from: body, hiding: secrets.compactMap(\.self)))
    }
}
