import Cryptography
import Primitives
import Testing

@Suite struct PublicKeyTests {
    @Test("An RSA key is read with its size")
    func readsRSA() throws {
        let key = try PublicKey(subjectPublicKeyInfo: Vectors.rsa)
        #expect(key.algorithm == .rsa)
        #expect(key.bits == 2048)
        #expect(try key == PublicKey(subjectPublicKeyInfo: Vectors.rsa))
    }

    @Test("An Ed25519 key is read, and is not an RSA key")
    func readsEd25519() throws {
        let key = try PublicKey(subjectPublicKeyInfo: Vectors.ed25519)
        #expect(key.algorithm == .ed25519)
        #expect(try key != PublicKey(subjectPublicKeyInfo: Vectors.rsa))
    }

    @Test("An RSA signature verifies over its message only")
    func verifiesRSA() throws {
        let key = try PublicKey(subjectPublicKeyInfo: Vectors.rsa)
        let message = Array("what is signed".utf8)
        #expect(try key.verifies(Vectors.rsaSignature, over: message, by: .rsaPKCS1(.sha256)))
        #expect(try key.verifies(Vectors.rsaSignature, over: Digest(of: message, using: .sha256)))
        #expect(try !key.verifies(Vectors.rsaSignature, over: message + [0], by: .rsaPKCS1(.sha256)))
        #expect(try !key.verifies(Vectors.rsaSignature, over: message, by: .rsaPKCS1(.sha512)))
    }

    @Test("An Ed25519 signature verifies over its message only (RFC 8032 §7.1, test 2)")
    func verifiesEd25519() throws {
        let key = try PublicKey(subjectPublicKeyInfo: Vectors.ed25519)
        #expect(try key.verifies(Vectors.ed25519Signature, over: [0x72], by: .ed25519))
        #expect(try !key.verifies(Vectors.ed25519Signature, over: [0x73], by: .ed25519))
        #expect(try !key.verifies(Vectors.ed25519Signature, over: [], by: .ed25519))
    }

    @Test("A signature with any byte changed, cut or added is no signature")
    func refusesChangedSignatures() throws {
        let rsa = try PublicKey(subjectPublicKeyInfo: Vectors.rsa)
        let ed25519 = try PublicKey(subjectPublicKeyInfo: Vectors.ed25519)
        for index in Vectors.ed25519Signature.indices {
            var changed = Vectors.ed25519Signature
            changed[index] ^= 1
            #expect(try !ed25519.verifies(changed, over: [0x72], by: .ed25519))
            #expect(try !ed25519.verifies(Array(changed[..<index]), over: [0x72], by: .ed25519))
        }
        let digest = Digest(of: Array("what is signed".utf8), using: .sha256)
        for signature in [[], [0] + Vectors.rsaSignature, Vectors.rsaSignature + [0], Vectors.rsaSignature.dropLast()] {
            #expect(try !rsa.verifies(Array(signature), over: digest))
        }
    }

    @Test("A scheme of another kind of key is an error, not a no")
    func refusesTheWrongScheme() throws {
        let rsa = try PublicKey(subjectPublicKeyInfo: Vectors.rsa)
        let ed25519 = try PublicKey(subjectPublicKeyInfo: Vectors.ed25519)
        #expect(throws: OpenSSLError.self) { try rsa.verifies([], over: [], by: .ed25519) }
        #expect(throws: OpenSSLError.self) { try ed25519.verifies([], over: [], by: .rsaPKCS1(.sha256)) }
    }

    @Test("Bytes behind the key are refused")
    func refusesTrailingBytes() {
        #expect(throws: PublicKeyError.trailingBytes(1)) {
            try PublicKey(subjectPublicKeyInfo: Vectors.ed25519 + [0])
        }
    }

    @Test("A key on a curve is refused by name")
    func refusesOtherAlgorithms() {
        #expect(throws: PublicKeyError.unsupportedAlgorithm("EC")) {
            try PublicKey(subjectPublicKeyInfo: Vectors.p256)
        }
    }

    @Test("Every prefix is refused", arguments: [Vectors.rsa, Vectors.ed25519])
    func refusesEveryPrefix(key: [UInt8]) {
        for length in 0..<key.count {
            #expect(throws: PublicKeyError.self) { try PublicKey(subjectPublicKeyInfo: Array(key[..<length])) }
        }
    }
}

private enum Vectors {
    static let ed25519 = hex("302a300506032b65700321003d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    static let ed25519Signature = hex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    static let p256 = base64(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEazAjl5FVmVVo5T8IczX9deRPLMzi9pOBua5tmZwWgsDbcz/5xhBsk2QRqwhHg5CNfEGfTAso"
            + "00HsFYPLIVuQkA==")
    static let rsa = base64(
        """
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwiO32wkDZXO4OT7vtTyR62LtpVnCVMB89iKCZPUIoPx3ESiaHjamEJv95nWHsJ+i
        KTAC+qmISli0PoZwgoFZU84kfOS7/DabeyAutpKLz48sSWJQaycevm5OsRbTvYfZQ3czwb+bWw7x0MVdHfSrs9G7tqI2qOLBAVAIgTtTc0e5
        cfcZfWEgC1qau5bYY73tLbvV6IQYOrVIGrd3t/4GSPaeShFu4KOwd9SufgWXl7APrb59jHHEkzeaFUBMtaV0obsgg2rF9K0P4NjJ/LePsWw4
        PRh1jh86Bd8dcatOfoEeduRjJfni1UyWz0BTtFWgEorwSyVWJKzgdQJcQHOvlwIDAQAB
        """)
    static let rsaSignature = base64(
        """
        gL7Hq2p2lTNycFegITK+vfquYcXGlY9LgdNJYlqEhGIE+fQzatq5DNpLuH3iInm9G25VHtxHez/N/l1CtEBb2ntrlIeP+PFIDVDZax9xe3D8
        JVi9C2KXQsJihetMyKjLlWhel7iLIwJTrJvEcMOD3t0GnVdGVRmJgAMn8W+94XwpUrM8GWnFzcPKTwbqSn276YzO8ltUEhUZBzcC5mHtFcZv
        caIKJSblMzIJ+txrcO5Q5cPIZOUnf8/whAWx3Hu53JigpTR1ag/4LfC0+m0vlb5hfjA8YNYiaiy4pw72h03ermxd9Lhvhm7+uk+w9lr8K9ld
        AEhIor0jL6vpGgoBqw==
        """)

    private static func hex(_ text: String) -> [UInt8] { Hex.decode(text) ?? [] }
    private static func base64(_ text: String) -> [UInt8] { Base64.decode(text, ignoringWhitespace: true) ?? [] }
}
