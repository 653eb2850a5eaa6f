/// A parser of outside bytes, with what must hold for any bytes at all.
///
/// That nothing traps, or writes where it may not, is for the process that runs it to see. The rest is said here: what
/// was read and written again is the same, two ways to one answer lead there, and nothing takes long.
package enum FuzzTarget: String, CaseIterable, Sendable {
    case json, review, reference, pattern, request, response, url, challenge, credentials, payload, message, keyring,
        armor
    case manifests, kubeconfig, toml, watch

    /// Tries one input.
    ///
    /// - Throws: `BrokenPromise`.
    package func run(_ input: [UInt8]) throws(BrokenPromise) {
        let start = ProcessorTime.ofThread()
        try check(input)
        let spent = ProcessorTime.ofThread() - start
        guard spent < Self.longest else { throw BrokenPromise("it took \(spent)") }
    }

    /// No input as small as those that are tried may take as long; an instrumented build is several times slower than
    /// the real one.
    private static let longest = Duration.seconds(1)

    private func check(_ input: [UInt8]) throws(BrokenPromise) {
        switch self {
        case .json: try JSONCase.check(input)
        case .review: try ReviewCase.check(input)
        case .reference: try ReferenceCase.check(input)
        case .pattern: try PatternCase.check(input)
        case .request: try HeadCase.checkRequest(input)
        case .response: try HeadCase.checkResponse(input)
        case .url: try URLCase.check(input)
        case .challenge: try CredentialCase.checkChallenges(input)
        case .credentials: try CredentialCase.checkConfigurations(input)
        case .payload: try PayloadCase.check(input)
        case .message: try OpenPGPCase.checkMessage(input)
        case .keyring: try OpenPGPCase.checkKeyRing(input)
        case .armor: try ArmorCase.check(input)
        case .manifests: try ManifestsCase.check(input)
        case .kubeconfig: try KubeconfigCase.check(input)
        case .toml: try TOMLCase.check(input)
        case .watch: try WatchCase.check(input)
        }
    }
}

/// What should hold for every input, and did not for one.
package struct BrokenPromise: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// What a parser makes of its input; nil when it refuses. The text of its refusal must not trap either.
func accepted<Value>(_ parse: () throws -> Value) -> Value? {
    do {
        return try parse()
    } catch {
        _ = "\(error)"
        return nil
    }
}

/// Throws unless the condition holds.
func promise(_ condition: Bool, _ text: @autoclosure () -> String) throws(BrokenPromise) {
    guard condition else { throw BrokenPromise(text()) }
}
