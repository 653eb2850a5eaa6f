internal import Kubernetes
internal import Primitives

/// Reads what stands under `simple` in a policy.
struct SimpleSigningParser {
    /// The policy that it stands in; its namespace bounds where Secrets may come from.
    let identity: PolicyIdentity

    /// nil when there is no requirement: a store alone asks for nothing.
    func simpleSigning(_ simple: Field) throws(FieldError) -> SimpleSigning? {
        try simple.allow(["requirements", "storeSecret", "storeURL", "storeURLs"])
        let storeSecret = try simple.member("storeSecret").string() ?? ""
        let stores = try SignatureLocationParser(allowsFolders: identity.source != nil)
            .locations(simple.member("storeURL"), and: simple.member("storeURLs"))
        var requirements: [SimpleRequirement] = []
        for field in try simple.member("requirements").elements() {
            requirements.append(try requirement(field))
        }
        guard !requirements.isEmpty else { return nil }
        return SimpleSigning(
            requirements: requirements, stores: stores,
            storeSecret: storeSecret.isEmpty ? nil : NamedSecret(name: storeSecret, location: ownLocation))
    }

    private func requirement(_ field: Field) throws(FieldError) -> SimpleRequirement {
        try field.require()
        try field.allow(["keySecret", "keySecretNamespace", "keySecrets", "signedIdentity", "threshold", "type"])
        let type = try field.member("type").string() ?? ""
        let names = try keySecrets(in: field)
        let location = try keyLocation(field.member("keySecretNamespace"))
        let identity = try SignedIdentityParser.identity(field.member("signedIdentity"))
        let threshold = try threshold(field.member("threshold"))
        switch type {
        case "insecureAcceptAnything": return .insecureAcceptAnything
        case "reject": return .reject
        case "signedBy":
            guard !names.isEmpty else { throw field.error(.invalid("KeySecret missing in signedBy requirement")) }
            return .signedBy(
                SignedBy(
                    keySecrets: names.map { NamedSecret(name: $0, location: location) }, identity: identity,
                    threshold: threshold))
        default:
            throw try field.member("type").error(
                .invalid(
                    "simple policy invalid Type: \(QuotedText.escape(type, limit: 64)) (the types are signedBy, "
                        + "insecureAcceptAnything and reject)"))
        }
    }

    /// `keySecret` or `keySecrets`, each name once.
    private func keySecrets(in requirement: Field) throws(FieldError) -> [String] {
        let single = try requirement.member("keySecret").string() ?? ""
        let list = try requirement.member("keySecrets")
        guard list.isPresent else { return single.isEmpty ? [] : [single] }
        guard single.isEmpty else {
            throw list.error(.invalid("there is keySecret too: put all of them into keySecrets"))
        }
        var names: [String] = []
        for element in try list.elements() {
            let name = try element.requiredString()
            if !names.contains(name) { names.append(name) }
        }
        guard names.count <= Limits.keySecrets else {
            throw list.error(.invalid("more than \(Limits.keySecrets) Secrets"))
        }
        return names
    }

    /// None asked for is one. Zero would take an unsigned image for a signed one (CVE-2026-23992).
    private func threshold(_ field: Field) throws(FieldError) -> Int {
        guard let number = try field.wholeNumber() else { return 1 }
        guard (1...Int64(Limits.signaturesPerImage)).contains(number) else {
            throw field.error(.invalid("a number of keys from 1 to \(Limits.signaturesPerImage) is expected here"))
        }
        return Int(number)
    }

    /// A namespaced policy is written by whoever governs that namespace, and reads nothing outside it: otherwise its
    /// author could make Ostiary read other people's Secrets.
    private func keyLocation(_ field: Field) throws(FieldError) -> NamedSecret.Location {
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
            return ownLocation
        }
    }

    /// Where a Secret is whose namespace cannot be said.
    private var ownLocation: NamedSecret.Location {
        switch identity.kind {
        case .clusterImagePolicy: .ownThenWorkload
        case .imagePolicy: .namespace(identity.key.namespace)
        }
    }
}
