internal import Primitives
private import Synchronization

/// What came of checking one message's signature by one key after the other, remembered with the message.
///
/// That the bytes of a message are signed by a key is arithmetic: it depends on these bytes and on that key, and on
/// neither the time nor a policy. So it is computed once, while all that depends on more is asked again each time. A key
/// is known by its whole packet, not by a name that two keys could share.
final class SignatureChecks: Sendable {
    private struct Check {
        let key: [UInt8]
        let isValid: Bool
    }

    private let known = Mutex<[Check]>([])

    /// Whether the signature is by this key; `check` is asked only if that is not known, and remembered unless it throws.
    /// The oldest is forgotten when there are more than `Limits.openPGPSigners`.
    func isValid(
        by key: KeyPacket, _ check: () throws(OpenPGPError) -> Bool
    ) throws(OpenPGPError) -> Bool {
        if let known = known.withLock({ known in known.first { $0.key == key.signedForm } }) { return known.isValid }
        let result = Check(key: key.signedForm, isValid: try check())
        known.withLock { known in
            if known.count >= Limits.openPGPSigners { known.removeFirst() }
            known.append(result)
        }
        return result.isValid
    }
}
