private import HTTP
internal import Kubernetes

/// Reads what stands under `policy` in an entry.
struct RequirementParser {
    /// The policy that it stands in; its namespace bounds where keys may come from.
    let identity: PolicyIdentity

    /// The requirement of an entry; without any block, or without a policy, nothing is required.
    func requirement(_ policy: Field) throws(FieldError) -> Requirement {
        try policy.allow(["mutateImage", "simple", "trust", "vulnerability"])
        try checkTrust(policy.member("trust"))
        try checkVulnerability(policy.member("vulnerability"))
        return Requirement(
            simple: try simpleSigning(policy.member("simple")),
            mutatesImage: try policy.member("mutateImage").boolean() ?? true)
    }

    /// A block that is switched off asks for nothing; one that is switched on cannot be honoured.
    private func checkTrust(_ trust: Field) throws(FieldError) {
        try trust.allow(["enabled", "signerSecrets", "trustServer"])
        _ = try trust.member("trustServer").string()
        for secret in try trust.member("signerSecrets").elements() {
            try secret.allow(["name"])
            _ = try secret.member("name").string()
        }
        if try trust.member("enabled").boolean() ?? false {
            throw trust.error(
                .invalid("trust (Notary v1) is not enforced by this version, so the entry cannot be used"))
        }
    }

    private func checkVulnerability(_ vulnerability: Field) throws(FieldError) {
        try vulnerability.allow(["ICCRVA"])
        let advisor = try vulnerability.member("ICCRVA")
        try advisor.allow(["account", "enabled"])
        _ = try advisor.member("account").string()
        if try advisor.member("enabled").boolean() ?? false {
            throw vulnerability.error(
                .invalid("vulnerability checks are not enforced by this version, so the entry cannot be used"))
        }
    }

    /// nil when there is no requirement: a store alone asks for nothing.
    private func simpleSigning(_ simple: Field) throws(FieldError) -> SimpleSigning? {
        try simple.allow(["requirements", "storeSecret", "storeURL"])
        let storeSecret = try simple.member("storeSecret")
        guard try storeSecret.string() ?? "" == "" else {
            throw storeSecret.error(
                .invalid("a store with a password is not supported by this version, so the entry cannot be used"))
        }
        let storeURL = try storeURL(simple.member("storeURL"))
        var requirements: [SimpleRequirement] = []
        for field in try simple.member("requirements").elements() {
            requirements.append(try simpleRequirement(field))
        }
        return requirements.isEmpty ? nil : SimpleSigning(requirements: requirements, storeURL: storeURL)
    }

    private func storeURL(_ field: Field) throws(FieldError) -> URL? {
        guard let text = try field.string(), !text.isEmpty else { return nil }
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
            // What stands before an @ may be a password.
            let shown = text.lastIndex(of: "@").map { "…" + text[$0...] } ?? text
            throw field.error(.invalid("expecting https:// or http:// URL, got: \(QuotedText.escape(shown))"))
        }
        let url: URL
        do throws(HTTPError) {
            url = try URL(parsing: text)
        } catch {
            throw field.error(.invalid("\(error)"))
        }
        guard url.query == nil else { throw field.error(.invalid("the URL of a store has no query")) }
        return url
    }

    private func simpleRequirement(_ field: Field) throws(FieldError) -> SimpleRequirement {
        try field.require()
        try field.allow(["keySecret", "keySecretNamespace", "signedIdentity", "type"])
        let type = try field.member("type").string() ?? ""
        let keySecret = try field.member("keySecret").string() ?? ""
        let location = try keyLocation(field.member("keySecretNamespace"))
        let identity = try SignedIdentityParser.identity(field.member("signedIdentity"))
        switch type {
        case "insecureAcceptAnything": return .insecureAcceptAnything
        case "reject": return .reject
        case "signedBy":
            guard !keySecret.isEmpty else { throw field.error(.invalid("KeySecret missing in signedBy requirement")) }
            return .signedBy(SignedBy(keySecret: keySecret, keyLocation: location, identity: identity))
        default:
            throw try field.member("type").error(
                .invalid(
                    "simple policy invalid Type: \(QuotedText.escape(type, limit: 64)) (the types are signedBy, "
                        + "insecureAcceptAnything and reject)"))
        }
    }

    /// A namespaced policy is written by whoever governs that namespace, and reads nothing outside it: otherwise its
    /// author could make Ostiary read other people's Secrets.
    private func keyLocation(_ field: Field) throws(FieldError) -> SignedBy.KeyLocation {
        let namespace = try field.string() ?? ""
        switch identity.kind {
        case .clusterImagePolicy: return namespace.isEmpty ? .ownThenWorkload : .namespace(namespace)
        case .imagePolicy:
            guard namespace.isEmpty || namespace == identity.key.namespace else {
                throw field.error(
                    .invalid(
                        "an ImagePolicy reads keys in its own namespace only, which is "
                            + "\(QuotedText.make(from: identity.key.namespace)): use a ClusterImagePolicy"))
            }
            return .namespace(identity.key.namespace)
        }
    }
}
