internal import OpenPGP
package import Policies
package import Primitives

/// Says what is wrong with a key ring, and what will be.
package enum KeyRingLint {
    /// How far ahead is looked: a key that ends by then should be replaced now.
    package static let secondsAhead: Int64 = 30 * 86_400

    /// What there is to say, about the ring as a whole: its keys are named by their fingerprints.
    package static func findings(in ring: [UInt8], at now: Timestamp) -> [PolicyFinding] {
        do throws(OpenPGPError) {
            return findings(in: try KeyRing(parsing: ring), at: now)
        } catch {
            return [finding(.unusableKey, "\(error)")]
        }
    }

    /// By how many different keys of these rings something may be signed that counts; nil where a ring cannot be read. Two
    /// certificates of one key are one.
    package static func signerCount(in rings: [[UInt8]], at now: Timestamp) -> Int? {
        do throws(OpenPGPError) {
            let signers = try KeyRing(merging: rings).certificates.filter { $0.signingRefusal(at: now) == nil }
            return Set(signers.map(\.primaryKeyInfo)).count
        } catch {
            return nil
        }
    }

    private static func findings(in ring: KeyRing, at now: Timestamp) -> [PolicyFinding] {
        let refusals = ring.certificates.map { $0.signingRefusal(at: now) }
        let isDead = !refusals.contains(nil)
        let problems = ring.problems.map { finding(.keyProblem, "a part of the key ring does not count: \($0)") }
        let ended = refusals.compactMap { $0 }.map { refusal in
            isDead
                ? finding(.expiredKey, "no key of this ring may sign: \(refusal)")
                : finding(.keyProblem, "a key of this ring may not sign: \(refusal)")
        }
        let later = Timestamp(secondsSince1970: now.secondsSince1970 + secondsAhead)
        let ending = zip(ring.certificates, refusals).compactMap { certificate, refusal -> PolicyFinding? in
            guard refusal == nil, case .expiredKey(let key, let end)? = certificate.signingRefusal(at: later) else {
                return nil
            }
            return finding(.keyExpires, "key \(key) expires at \(end): after that nothing that it signed counts")
        }
        return problems + ended + ending
    }

    private static func finding(_ code: PolicyFinding.Code, _ message: String) -> PolicyFinding {
        PolicyFinding(code, message)
    }
}
