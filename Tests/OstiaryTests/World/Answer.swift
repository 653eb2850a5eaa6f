import Foundation

/// What the webhook answered, read independently of how it writes.
struct Answer: Sendable {
    struct Operation: Equatable, Sendable {
        let operation: String
        let path: String
        let value: String
    }

    enum Decision: String, Sendable { case admitted, refused, undecided, unclear }

    let status: Int
    let contentType: String?
    let text: String
    let uid: String?
    let decision: Decision
    /// `response.status.message`; empty when there is none.
    let message: String
    let warnings: [String]
    let patch: [Operation]

    init(status: Int, contentType: String?, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        text = String(decoding: body, as: UTF8.self)
        let root = (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any]
        let response = root?["response"] as? [String: Any] ?? [:]
        let failure = response["status"] as? [String: Any] ?? [:]
        uid = response["uid"] as? String
        message = failure["message"] as? String ?? ""
        warnings = response["warnings"] as? [String] ?? []
        decision = Self.decision(response["allowed"] as? Bool, failure["code"] as? Int, failure["reason"] as? String)
        patch = Self.operations(response["patch"] as? String)
    }

    var lines: [String] { message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    private static func decision(_ isAllowed: Bool?, _ code: Int?, _ reason: String?) -> Decision {
        switch (isAllowed, code, reason) {
        case (true, nil, nil): .admitted
        case (false, 403, "Forbidden"): .refused
        case (false, 500, "InternalError"): .undecided
        default: .unclear
        }
    }

    private static func operations(_ encoded: String?) -> [Operation] {
        guard let encoded, let data = Data(base64Encoded: encoded),
            let list = (try? JSONSerialization.jsonObject(with: data)) as? [[String: String]]
        else { return [] }
        return list.map { Operation(operation: $0["op"] ?? "", path: $0["path"] ?? "", value: $0["value"] ?? "") }
    }
}

extension [Answer.Operation] {
    /// The path of each operation and what it puts there, if all of them replace.
    var replacements: [String: String]? {
        guard allSatisfy({ $0.operation == "replace" }) else { return nil }
        return Dictionary(map { ($0.path, $0.value) }) { first, _ in first }
    }
}
