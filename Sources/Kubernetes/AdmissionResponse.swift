package import Primitives

/// What the API server is told about one request.
package struct AdmissionResponse: Sendable {
    /// Whether the object may be stored, and why not.
    package enum Decision: Sendable {
        /// The object may be stored, changed by the patch if there is one.
        case allowed(patch: JSONPatch?)
        /// The policy says no: 403 Forbidden with this message.
        case refused(message: String)
        /// It could not be told, so the object may not be stored now: 500 InternalError, so that clients try again.
        case undecided(message: String)
    }

    package let decision: Decision
    /// What `kubectl` shows the user whatever the decision.
    package let warnings: [String]
    /// What goes into the API server's audit log. Keys have at most 63 letters, digits, `-`, `_` and `.`.
    package let auditAnnotations: [(key: String, value: String)]

    package init(
        _ decision: Decision, warnings: [String] = [], auditAnnotations: [(key: String, value: String)] = []
    ) {
        self.decision = decision
        self.warnings = warnings
        self.auditAnnotations = auditAnnotations
    }

    /// The AdmissionReview that answers the one with this identity, in its version, without echoing the request.
    package func review(for identity: ReviewIdentity) -> JSON {
        var members: [(key: String, value: JSON)] = [(key: "uid", value: .string(identity.uid))]
        members += decisionMembers
        if !warnings.isEmpty {
            members.append((key: "warnings", value: .array(warnings.flatMap(Self.lines).map(JSON.string))))
        }
        if !auditAnnotations.isEmpty {
            let annotations = auditAnnotations.map { (key: $0.key, value: JSON.string($0.value)) }
            members.append((key: "auditAnnotations", value: .object(annotations)))
        }
        return [
            "kind": "AdmissionReview",
            "apiVersion": .string(identity.version.rawValue),
            "response": .object(members),
        ]
    }

    /// The bytes of that answer.
    package func serialized(for identity: ReviewIdentity) -> [UInt8] {
        review(for: identity).serialized()
    }

    private var decisionMembers: [(key: String, value: JSON)] {
        switch decision {
        case .allowed(let patch?) where !patch.isEmpty:
            // A response has both of these or neither, or the API server takes the call for a failed one.
            return [
                (key: "allowed", value: true),
                (key: "patch", value: .string(patch.base64)),
                (key: "patchType", value: "JSONPatch"),
            ]
        case .allowed: return [(key: "allowed", value: true)]
        case .refused(let message): return Self.failure(403, "Forbidden", message)
        case .undecided(let message): return Self.failure(500, "InternalError", message)
        }
    }

    private static func failure(_ code: Int64, _ reason: String, _ message: String) -> [(key: String, value: JSON)] {
        let status: JSON = [
            "metadata": [:], "status": "Failure", "message": .string(message), "reason": .string(reason),
            "code": .integer(code),
        ]
        return [(key: "allowed", value: false), (key: "status", value: status)]
    }

    /// The API server drops a warning with a control character in it, silently.
    private static func lines(_ warning: String) -> [String] {
        let lines = warning.split { $0.isNewline }
        return lines.map { line in
            String(String.UnicodeScalarView(line.unicodeScalars.map { isControl($0) ? " " : $0 }))
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control
    }
}
