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
    package let auditAnnotations: [(key: StaticString, value: String)]

    package init(
        _ decision: Decision, warnings: [String] = [], auditAnnotations: [(key: StaticString, value: String)] = []
    ) {
        self.decision = decision
        self.warnings = warnings
        self.auditAnnotations = auditAnnotations
    }

    /// The AdmissionReview that answers the one with this identity, in its version, without echoing the request.
    package func review(for identity: ReviewIdentity) -> JSONWriter {
        JSONWriter { review in
            review.member("kind", "AdmissionReview")
            review.member("apiVersion", identity.version.rawValue)
            review.member("response") { response in
                response.member("uid", identity.uid)
                writeDecision(to: &response)
                if !warnings.isEmpty { response.member("warnings", warnings.flatMap(Self.lines)) }
                guard !auditAnnotations.isEmpty else { return }
                response.member("auditAnnotations") { annotations in
                    for (key, value) in auditAnnotations { annotations.member(key, value) }
                }
            }
        }
    }

    private func writeDecision(to response: inout JSONWriter) {
        switch decision {
        case .allowed(let patch):
            response.member("allowed", true)
            guard let patch, !patch.isEmpty else { return }
            // A response has both of these or neither, or the API server takes the call for a failed one.
            response.member("patch", patch.base64)
            response.member("patchType", "JSONPatch")
        case .refused(let message): Self.writeFailure(403, "Forbidden", message, to: &response)
        case .undecided(let message): Self.writeFailure(500, "InternalError", message, to: &response)
        }
    }

    private static func writeFailure(
        _ code: Int64, _ reason: String, _ message: String, to response: inout JSONWriter
    ) {
        response.member("allowed", false)
        response.member("status") { status in
            status.member("metadata") { _ in }
            status.member("status", "Failure")
            status.member("message", message)
            status.member("reason", reason)
            status.member("code", code)
        }
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
