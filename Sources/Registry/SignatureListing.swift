internal import Primitives

/// Signatures that are numbered from 1 on, read up to the first that is missing.
///
/// Some are asked for at the same time, and what comes behind the first gap does not count: it makes no difference to
/// what is found, only to how long that takes. Most images have one signature, and the gap behind it is asked for too.
struct SignatureListing: Sendable {
    let peer: RegistryError.Peer
    /// What came of asking for one signature.
    typealias Answer = Result<[UInt8]?, RegistryError>

    /// One signature by its number; nil where it is missing. (No typed throw: Swift 6.3 hands the outcome of such an
    /// asynchronous closure on wrongly when it optimises.)
    let read: @Sendable (Int) async -> Answer

    private static let firstBatch = 2
    /// Each may have as many bytes as all of them together.
    private static let laterBatch = 4

    /// All of them, in order.
    ///
    /// - Throws: what `read` throws for one before the gap; `RegistryError` for more than `Limits.signaturesPerImage`,
    ///   and for more than `Limits.signatureBytesPerImage` in all.
    func all() async throws(RegistryError) -> [[UInt8]] {
        var signatures: [[UInt8]] = []
        var room = Limits.signatureBytesPerImage
        var batch = Self.firstBatch
        while true {
            let next = signatures.count + 1
            let numbers = next...min(next + batch - 1, Limits.signaturesPerImage + 1)
            for answer in await numbers.concurrentMap(read) {
                guard let signature = try answer.get() else { return signatures }
                guard signatures.count < Limits.signaturesPerImage else {
                    throw .tooManySignatures(peer, limit: Limits.signaturesPerImage)
                }
                room -= signature.count
                guard room >= 0 else { throw .tooLarge(peer, limit: Limits.signatureBytesPerImage) }
                signatures.append(signature)
            }
            batch = Self.laterBatch
        }
    }

}
