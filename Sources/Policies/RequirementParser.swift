internal import Kubernetes
private import Primitives

/// Reads what stands under `policy` in an entry.
struct RequirementParser {
    /// The policy that it stands in.
    let identity: PolicyIdentity

    /// The requirement of an entry; without any block, or without a policy, nothing is required.
    func requirement(_ policy: Field) throws(FieldError) -> Requirement {
        try policy.allow(
            [
                "anonymousPull", "maxAge", "multiArch", "mutateImage", "onUnavailable", "pin", "simple", "trust",
                "vulnerability",
            ])
        return Requirement(
            simple: try SimpleSigningParser(identity: identity).simpleSigning(policy.member("simple")),
            trust: try trust(policy.member("trust")),
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
        return isEnabled ? NotaryTrust(server: try ServerURL.parse(server), signerSecrets: signers) : nil
    }

    private func vulnerability(_ field: Field) throws(FieldError) -> VulnerabilityCheck? {
        try field.allow(["ICCRVA"])
        let advisor = try field.member("ICCRVA")
        try advisor.allow(["account", "enabled"])
        let account = try advisor.member("account").string()
        return try advisor.member("enabled").boolean() ?? false ? VulnerabilityCheck(account: account) : nil
    }
}
