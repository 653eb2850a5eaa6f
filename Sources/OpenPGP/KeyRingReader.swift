internal import Primitives

/// Gathers the keys of a ring from its pieces, and what is wrong with the others.
struct KeyRingReader {
    private var keys: [Fingerprint: TransferableKey] = [:]
    private var order: [Fingerprint] = []
    private var problems: [KeyRingProblem] = []
    /// Keys of which one copy could not be read: no other copy can make up for what it may have said.
    private var broken: Set<Fingerprint> = []
    /// The key whose packets are being read; nil before the first and inside one that is skipped.
    private var current: TransferableKey?

    /// Reads every armor block of a text.
    mutating func read(armored text: [UInt8]) throws(OpenPGPError) {
        let blocks = Armor.blocks(in: text)
        guard !blocks.isEmpty else { throw .notAKeyRing }
        for (index, block) in blocks.enumerated() {
            let name = "armor block \(index + 1)"
            switch block {
            case .success(let block) where block.label == "PGP PUBLIC KEY BLOCK":
                read(block.bytes[...], named: name)
            case .success(let block) where block.label == "PGP PRIVATE KEY BLOCK":
                problems.append(KeyRingProblem(name, reason: "a private key; store only the public key here"))
            case .success(let block):
                problems.append(KeyRingProblem(name, reason: "a \(block.label), not a public key"))
            case .failure(let fault):
                problems.append(KeyRingProblem(name, reason: fault.description))
            }
        }
    }

    /// Reads a run of packets. Where the packets themselves cannot be told apart, the rest of the run is lost, and with
    /// it the key that it was in.
    mutating func read(_ bytes: ArraySlice<UInt8>, named name: String) {
        var reader = PacketReader(bytes)
        do throws(OpenPGPError) {
            while let packet = try reader.next() { add(packet) }
            close()
        } catch {
            // The key before is whole when it is the next one that is cut.
            if reader.tag == .publicKey { close() }
            fail(error, named: name)
        }
    }

    /// Verifies what was read.
    ///
    /// - Throws: when there is more to verify than `Limits.openPGPSelfSignatures`, and when OpenSSL could not tell.
    consuming func finish() throws(OpenPGPError) -> ([OpenPGPCertificate], [KeyRingProblem]) {
        guard keys.values.reduce(0, { $0 + $1.signatureCount }) <= Limits.openPGPSelfSignatures else {
            throw .tooLarge(what: "key ring", limit: Limits.openPGPSelfSignatures, unit: "self-signatures")
        }
        var certificates: [OpenPGPCertificate] = []
        for fingerprint in order where !broken.contains(fingerprint) {
            guard let key = keys[fingerprint] else { continue }
            do throws(OpenPGPError) {
                let certificate = try OpenPGPCertificate(verifying: key)
                certificates.append(certificate)
                problems += key.problems + certificate.strays
            } catch .cryptography(let reason) {
                throw .cryptography(reason)
            } catch {
                problems.append(KeyRingProblem(key: key.primary, reason: error.reason))
            }
        }
        return (certificates, problems)
    }

    private mutating func add(_ packet: Packet) {
        switch packet.tag {
        case .publicKey: start(packet)
        case .secretKey:
            close()
            problems.append(KeyRingProblem("secret key", reason: "a private key; store only the public key here"))
        default: extend(packet)
        }
    }

    private mutating func start(_ packet: Packet) {
        close()
        do throws(OpenPGPError) {
            current = TransferableKey(primary: try KeyPacket(body: packet.body))
        } catch {
            problems.append(KeyRingProblem("public key", reason: error.reason))
        }
    }

    /// Packets behind a key that was given up are skipped with it.
    private mutating func extend(_ packet: Packet) {
        do throws(OpenPGPError) {
            try current?.add(packet)
        } catch {
            fail(error, named: packet.tag.name)
        }
    }

    private mutating func fail(_ error: OpenPGPError, named name: String) {
        if let current {
            broken.insert(current.primary.fingerprint)
            problems.append(KeyRingProblem(key: current.primary, reason: error.reason))
        } else {
            problems.append(KeyRingProblem(name, reason: error.reason))
        }
        current = nil
    }

    private mutating func close() {
        guard let key = current else { return }
        current = nil
        let name = key.primary.fingerprint
        guard var known = keys[name] else {
            keys[name] = key
            order.append(name)
            return
        }
        do throws(OpenPGPError) {
            try known.merge(key)
            keys[name] = known
        } catch {
            broken.insert(name)
            problems.append(KeyRingProblem(key: key.primary, reason: error.reason))
        }
    }
}

extension OpenPGPError {
    /// The description without the words that only make sense away from a list of problems.
    fileprivate var reason: String {
        switch self {
        case .malformed(let what): what
        case .unsupported(let what): "not supported: \(what)"
        default: description
        }
    }
}
