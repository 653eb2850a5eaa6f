private import HTTP
internal import Kubernetes
private import Primitives

/// Reads what stands under `policy` in an entry.
struct RequirementParser {
    /// The policy that it stands in; its namespace bounds where keys may come from.
    let identity: PolicyIdentity

    /// The requirement of an entry; without any block, or without a policy, nothing is required.
    func requirement(_ policy: Field) throws(FieldError) -> Requirement {
        try policy.allow(
            [
                "anonymousPull", "maxAge", "multiArch", "mutateImage", "onUnavailable", "pin", "simple", "trust",
                "vulnerability",
            ])
        return Requirement(
            simple: try simpleSigning(policy.member("simple")), trust: try trust(policy.member("trust")),
            vulnerability: try vulnerability(policy.member("vulnerability")),
            mutatesImage: try policy.member("mutateImage").boolean() ?? true,
            pinStyle: try choice("pin", in: policy) ?? .nameAtDigest,
            multiArch: try choice("multiArch", in: policy) ?? .index,
            pullsAnonymously: try policy.member("anonymousPull").boolean() ?? true, lastGood: try lastGood(policy))
    }

    /// nil where nothing that was found out before counts.
    private func lastGood(_ policy: Field) throws(FieldError) -> Duration? {
        let field = try policy.member("maxAge")
        let text = try field.string() ?? ""
        switch try choice("onUnavailable", in: policy) ?? OnUnavailable.refuse {
        case .refuse:
            guard text.isEmpty else { throw field.error(.invalid("maxAge is for onUnavailable: lastGood")) }
            return nil
        case .lastGood:
            guard !text.isEmpty else { throw field.error(.missing) }
            if let age = Duration(maxAge: text) { return age }
            throw field.error(
                .invalid(
                    "invalid maxAge: \(QuotedText.escape(text, limit: 64)) (a number with s, m or h, such as 24h, up to "
                        + "\(Limits.lastGoodHours)h)"))
        }
    }

    /// One of a few words; nil where nothing stands.
    private func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ name: String, in policy: Field
    ) throws(FieldError) -> Choice? {
        let field = try policy.member(name)
        guard let text = try field.string() else { return nil }
        if let choice = Choice.allCases.first(where: { text.utf8.elementsEqual($0.rawValue.utf8) }) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: " and ")
        let shown = QuotedText.escape(text, limit: 64)
        throw field.error(.invalid("invalid \(name): \(shown) (there are \(known))"))
    }

    /// nil when it is switched off: then it asks for nothing, whatever stands beside.
    private func trust(_ field: Field) throws(FieldError) -> NotaryTrust? {
        try field.allow(["enabled", "signerSecrets", "trustServer"])
        let isEnabled = try field.member("enabled").boolean() ?? false
        let server = try field.member("trustServer")
        _ = try server.string()
        var signers: [String] = []
        for secret in try field.member("signerSecrets").elements() {
            try secret.allow(["name"])
            let name = try secret.member("name")
            signers.append(try isEnabled ? name.requiredString() : name.string() ?? "")
        }
        return isEnabled ? NotaryTrust(server: try url(server), signerSecrets: signers) : nil
    }

    private func vulnerability(_ field: Field) throws(FieldError) -> VulnerabilityCheck? {
        try field.allow(["ICCRVA"])
        let advisor = try field.member("ICCRVA")
        try advisor.allow(["account", "enabled"])
        let account = try advisor.member("account").string()
        return try advisor.member("enabled").boolean() ?? false ? VulnerabilityCheck(account: account) : nil
    }

    /// nil when there is no requirement: a store alone asks for nothing.
    private func simpleSigning(_ simple: Field) throws(FieldError) -> SimpleSigning? {
        try simple.allow(["requirements", "storeSecret", "storeURL"])
        let storeSecret = try simple.member("storeSecret").string() ?? ""
        let storeURL = try storeURL(simple.member("storeURL"))
        var requirements: [SimpleRequirement] = []
        for field in try simple.member("requirements").elements() {
            requirements.append(try simpleRequirement(field))
        }
        guard !requirements.isEmpty else { return nil }
        return SimpleSigning(
            requirements: requirements, storeURL: storeURL, storeSecret: storeSecret.isEmpty ? nil : storeSecret)
    }

    private func storeURL(_ field: Field) throws(FieldError) -> URL? {
        guard let url = try url(field) else { return nil }
        guard url.query == nil else { throw field.error(.invalid("the URL of a store has no query")) }
        return url
    }

    /// A URL of a server; nil for an empty one.
    private func url(_ field: Field) throws(FieldError) -> URL? {
        guard let text = try field.string(), !text.isEmpty else { return nil }
        guard text.hasPrefix("https://") || text.hasPrefix("http://") else {
            // What stands before an @ may be a password.
            let shown = text.lastIndex(of: "@").map { "…" + text[$0...] } ?? text
            throw field.error(.invalid("expecting https:// or http:// URL, got: \(QuotedText.escape(shown))"))
        }
        do throws(HTTPError) {
            return try URL(parsing: text)
        } catch {
            throw field.error(.invalid("\(error)"))
        }
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
