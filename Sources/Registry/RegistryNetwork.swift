internal import HTTP
internal import Primitives

/// How registries are asked, and what is remembered of how they let somebody in.
struct RegistryNetwork: Sendable {
    let exchange: any HTTPExchanging
    let insecure: InsecureRegistries
    /// Told of each credential that a registry refuses.
    let refusal: @Sendable (RefusedCredential) -> Void
    let tokens: TokenClient
    let admittances = AdmittanceMemory()
    let marks = CredentialMarks()

    init(
        exchange: any HTTPExchanging, insecure: InsecureRegistries,
        refusal: @escaping @Sendable (RefusedCredential) -> Void
    ) {
        self.exchange = exchange
        self.insecure = insecure
        self.refusal = refusal
        tokens = TokenClient(exchange: exchange, marks: marks)
    }

    /// What a registry says to a question for nothing in particular, by somebody it does not know.
    func ping(_ registry: RegistryEndpoint, by deadline: Deadline) async throws(RegistryError) -> ClientResponse {
        do throws(HTTPError) {
            return try await exchange.send(
                ClientRequest(url: registry.base, bodyLimit: Limits.manifestBytes), by: deadline)
        } catch {
            throw .failure(registry.peer, error)
        }
    }
}
