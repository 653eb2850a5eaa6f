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
        #expect(try key.verifies(Vectors.ed25519Signature, over: [0x72], by: .edwards))
        #expect(try !key.verifies(Vectors.ed25519Signature, over: [0x73], by: .edwards))
        #expect(try !key.verifies(Vectors.ed25519Signature, over: [], by: .edwards))
    }

    @Test("A signature with any byte changed, cut or added is no signature")
    func refusesChangedSignatures() throws {
        let rsa = try PublicKey(subjectPublicKeyInfo: Vectors.rsa)
        let ed25519 = try PublicKey(subjectPublicKeyInfo: Vectors.ed25519)
        for index in Vectors.ed25519Signature.indices {
            var changed = Vectors.ed25519Signature
            changed[index] ^= 1
            #expect(try !ed25519.verifies(changed, over: [0x72], by: .edwards))
            #expect(try !ed25519.verifies(Array(changed[..<index]), over: [0x72], by: .edwards))
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
        #expect(throws: OpenSSLError.self) { try rsa.verifies([], over: [], by: .edwards) }
        #expect(throws: OpenSSLError.self) { try rsa.verifies([], over: [], by: .dsa(.sha256)) }
        #expect(throws: OpenSSLError.self) { try ed25519.verifies([], over: [], by: .rsaPKCS1(.sha256)) }
    }

    @Test("Bytes behind the key are refused")
    func refusesTrailingBytes() {
        #expect(throws: PublicKeyError.trailingBytes(1)) {
            try PublicKey(subjectPublicKeyInfo: Vectors.ed25519 + [0])
        }
    }

    @Test("A key on a curve is read with the curve")
    func readsCurves() throws {
        #expect(try PublicKey(subjectPublicKeyInfo: Vectors.p256).algorithm == .ecdsa(.p256))
    }

    @Test("An ECDSA signature verifies over its message only (RFC 6979 §A.2.5, SHA-256, \"sample\")")
    func verifiesECDSA() throws {
        let key = try PublicKey(subjectPublicKeyInfo: Vectors.p256OfRFC6979)
        let message = Array("sample".utf8)
        #expect(try key.verifies(Vectors.p256Signature, over: message, by: .dsa(.sha256)))
        #expect(try !key.verifies(Vectors.p256Signature, over: message + [0], by: .dsa(.sha256)))
        #expect(try !key.verifies(Vectors.p256Signature, over: message, by: .dsa(.sha512)))
        for length in Vectors.p256Signature.indices {
            #expect(try !key.verifies(Array(Vectors.p256Signature[..<length]), over: message, by: .dsa(.sha256)))
        }
    }

    @Test("An Ed448 signature verifies over its message only (RFC 8032 §7.4, 1 octet)")
    func verifiesEd448() throws {
        let key = try PublicKey(subjectPublicKeyInfo: Vectors.ed448)
        #expect(key.algorithm == .ed448)
        #expect(try key.verifies(Vectors.ed448Signature, over: [0x03], by: .edwards))
        #expect(try !key.verifies(Vectors.ed448Signature, over: [0x04], by: .edwards))
    }

    @Test("A key that encrypts, and one on a curve that is not known, are refused by name")
    func refusesOtherAlgorithms() {
        #expect(throws: PublicKeyError.unsupportedAlgorithm("X25519")) {
            try PublicKey(subjectPublicKeyInfo: Vectors.x25519)
        }
        #expect(throws: PublicKeyError.unsupportedAlgorithm("EC")) {
            try PublicKey(subjectPublicKeyInfo: Vectors.p224)
        }
    }

    @Test("A key that writes out its curve is refused: who makes the curve makes the key (CVE-2020-0601)")
    func refusesExplicitCurves() {
        #expect(throws: PublicKeyError.self) { try PublicKey(subjectPublicKeyInfo: Vectors.explicitCurve) }
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

    static let x25519 = hex("302a300506032b656e0321000a93ebd51dc012cf72d688b71c272f6c0324326d3d8cf83009338ab274cff736")
    static let p224 = hex(
        "304e301006072a8648ce3d020106052b81040021033a0004d7dfd5a998a9c74b90e791e0a42d4ce86f9ee28cdf183f30"
            + "8c4d54abdc542721d4e119f104fc5f82b0ed85a39792a5f5dcf455c7d23fb919")
    static let explicitCurve = hex(
        "3082014b3082010306072a8648ce3d02013081f7020101302c06072a8648ce3d0101022100ffffffff00000001000000"
            + "000000000000000000ffffffffffffffffffffffff305b0420ffffffff00000001000000000000000000000000ffffff"
            + "fffffffffffffffffc04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b031500c49d"
            + "360886e704936a6678e1139d26b7819f7e900441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a139"
            + "45d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5022100ffffffff00000000"
            + "ffffffffffffffffbce6faada7179e84f3b9cac2fc63255102010103420004a44957954bf4b597ccadea2fd08eb11eb6"
            + "aac5032ed476e4047c2b9d77052735fd2fd8e85ea9caf1769d5023f332b6c54443c88d995fda4afee48e719e6483ce")
    static let p256OfRFC6979 = hex(
        "3059301306072a8648ce3d020106082a8648ce3d0301070342000460fed4ba255a9d31c961eb74c6356d68c049b8923b"
            + "61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299")
    static let p256Signature = hex(
        "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716022100f7cb1c942d657c41"
            + "d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")
    static let ed448 = hex(
        "3043300506032b6571033a0043ba28f430cdff456ae531545f7ecd0ac834a55d9358c0372bfa0c6c6798c0866aea01eb"
            + "00742802b8438ea4cb82169c235160627b4c3a9480")
    static let ed448Signature = hex(
        "26b8f91727bd62897af15e41eb43c377efb9c610d48f2335cb0bd0087810f4352541b143c4b981b7e18f62de8ccdf633"
            + "fc1bf037ab7cd779805e0dbcc0aae1cbcee1afb2e027df36bc04dcecbf154336c19f0af7e0a6472905e799f1953d2a0f"
            + "f3348ab21aa4adafd1d234441cf807c03a00")

    private static func hex(_ text: String) -> [UInt8] { Hex.decode(text) ?? [] }
    private static func base64(_ text: String) -> [UInt8] { Base64.decode(text, ignoringWhitespace: true) ?? [] }
}
