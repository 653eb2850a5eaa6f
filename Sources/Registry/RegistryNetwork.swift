internal import HTTP

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
}
