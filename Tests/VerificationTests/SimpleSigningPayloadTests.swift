import Primitives
import Registry
import Testing
import Verification

@Suite("SimpleSigningPayload")
struct SimpleSigningPayloadTests {
    private static let hex = "817a12c32a39bbe394944ba49de563e085f1d3c5266eb8e9723256bc4448680e"
    private static let digest = "sha256:\(hex)"

    /// A payload in which one part is what a test is about.
    private static func payload(
        type: String = #""atomic container signature""#, digest: String = "\"\(digest)\"",
        reference: String = #""registry.example.com/team/tool:1.2""#, optional: String = "{}"
    ) -> String {
        #"{"critical":{"type":\#(type),"image":{"docker-manifest-digest":\#(digest)},"#
            + #""identity":{"docker-reference":\#(reference)}},"optional":\#(optional)}"#
    }

    private func parse(_ text: String) throws(PayloadError) -> SimpleSigningPayload {
        try SimpleSigningPayload(parsing: Array(text.utf8))
    }

    @Test("reads what skopeo writes")
    func readsSkopeo() throws {
        let text = """
            {"critical":{"identity":{"docker-reference":"localhost:5000/team/tool:1.2"},"image":\
            {"docker-manifest-digest":"\(Self.digest)"},"type":"atomic container signature"},"optional":\
            {"creator":"atomic 5.23.1","timestamp":1795283136}}
            """
        let payload = try parse(text)
        #expect(payload.digest.description == Self.digest)
        #expect(payload.reference.description == "localhost:5000/team/tool:1.2")
        #expect(payload.creator == "atomic 5.23.1")
        #expect(payload.timestamp?.description == "2026-11-21T17:45:36Z")
    }

    @Test(
        "accepts the same payload in another spelling",
        arguments: [
            payload(), "\n" + payload() + " \r\n\t", payload().replacing(":{", with: " : {\n  "),
            payload(type: #""\u0061tomic container s\u0069gnature""#),
            payload().replacing("critical", with: #"cr\u0069tical"#),
            payload(digest: #""sha256\u003a\#(hex)""#), payload(reference: #""registry.example.com\/team\/tool:1.2""#),
        ])
    func acceptsSpellings(_ text: String) throws {
        let payload = try parse(text)
        #expect(payload.digest.description == Self.digest)
        #expect(payload.reference.description == "registry.example.com/team/tool:1.2")
        #expect(payload.creator == nil)
        #expect(payload.timestamp == nil)
    }

    @Test(
        "refuses content that is not one JSON value to every reader",
        arguments: [
            "", "\u{FEFF}" + payload(), payload() + "{}", payload() + payload(), payload() + "\0", payload() + "x",
            "// c\n" + payload(), payload().replacing("\"optional\"", with: "/**/\"optional\""),
            String(payload().dropLast()) + ",}", payload().replacing("\"", with: "'"),
            payload(type: "\"atomic container\nsignature\""), payload(optional: #"{"x":NaN}"#),
            payload(optional: #"{"x":01}"#),
            payload(optional: #"{"timestamp":01}"#), String(payload().dropLast()),
            "-----BEGIN PGP SIGNED MESSAGE-----\n\n" + payload(),
        ])
    func refusesOtherText(_ text: String) {
        let error = #expect(throws: PayloadError.self) { try parse(text) }
        guard case .notJSON = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "refuses a member that stands twice, wherever",
        arguments: [
            #"{"critical":{},"# + payload().dropFirst(), #"{"cr\u0069tical":{},"# + payload().dropFirst(),
            String(payload().dropLast()) + #","optional":{}}"#, String(payload().dropLast()) + #","critical":{}}"#,
            payload().replacing(#""image""#, with: #""type":"atomic container signature","image""#),
            payload().replacing(
                #""docker-manifest-digest""#, with: #""docker-manifest-digest":"","docker-manifest-digest""#),
            payload().replacing(#""docker-reference""#, with: #""docker-reference":"a","docker\u002dreference""#),
            payload(optional: #"{"creator":"a","creator":"a"}"#), payload(optional: #"{"x":1,"x":1}"#),
        ])
    func refusesDuplicates(_ text: String) {
        let error = #expect(throws: PayloadError.self) { try parse(text) }
        guard case .notJSON(let json)? = error, case .duplicateKey = json.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "refuses what is not exactly the format's shape",
        arguments: [
            ("[]", .notAnObject("the payload")), ("null", .notAnObject("the payload")),
            ("\"x\"", .notAnObject("the payload")),
            ("{}", .missingMember("critical", of: "the payload")),
            (payload().replacing("\"critical\"", with: "\"Critical\""), .unknownMember("Critical", of: "the payload")),
            (String(payload().dropLast()) + #","extra":1}"#, .unknownMember("extra", of: "the payload")),
            (payload().replacing(#""image""#, with: #""extra":1,"image""#), .unknownMember("extra", of: "critical")),
            (payload().replacing(#""image""#, with: #""Image""#), .unknownMember("Image", of: "critical")),
            (
                payload().replacing(#""docker-manifest"#, with: #""":1,"docker-manifest"#),
                .unknownMember("", of: "image")
            ),
            (
                payload().replacing("docker-reference", with: "Docker-Reference"),
                .unknownMember("Docker-Reference", of: "identity")
            ),
            (#"{"critical":{},"optional":{}}"#, .missingMember("type", of: "critical")),
            (#"{"critical":[],"optional":{}}"#, .notAnObject("critical")),
            (#"{"critical":null,"optional":{}}"#, .notAnObject("critical")),
            (payload().replacing(#","optional":{}"#, with: ""), .missingMember("optional", of: "the payload")),
            (payload(optional: "null"), .notAnObject("optional")), (payload(optional: "[]"), .notAnObject("optional")),
            (payload(optional: "\"\""), .notAnObject("optional")),
            (
                payload().replacing(#"{"docker-reference""#, with: #"[],"x":{"docker-reference""#),
                .unknownMember("x", of: "critical")
            ),
            (payload(type: "null"), .notAString("type")), (payload(type: "1"), .notAString("type")),
            (payload(type: "\"\""), .wrongType("")),
            (payload(type: "\"Atomic container signature\""), .wrongType("Atomic container signature")),
            (payload(type: "\"cosign container image signature\""), .wrongType("cosign container image signature")),
            (payload(type: "\"atomic container signature \""), .wrongType("atomic container signature ")),
            (payload(digest: "null"), .notAString("docker-manifest-digest")),
            (payload(digest: "{}"), .notAString("docker-manifest-digest")),
            (payload(reference: "null"), .notAString("docker-reference")),
            (payload(reference: "[]"), .notAString("docker-reference")),
        ] as [(String, PayloadError)])
    func refusesOtherShapes(_ text: String, error: PayloadError) {
        #expect(throws: error) { try parse(text) }
    }

    @Test(
        "refuses digests that are written in another way",
        arguments: [
            "", "sha256:", hex, "sha256:\(hex.uppercased())", "SHA256:\(hex)", "\(digest) ", " \(digest)",
            "sha256:\(hex.dropLast())",
            "sha256:\(hex)0", "md5:d41d8cd98f00b204e9800998ecf8427e", "sha512:\(hex)", "sha256-\(hex)", "\(digest)\\n",
            "\(digest)\\u0000",
            "sha256:../../../../../../../../../../../../../../../../../../etc/x",
        ])
    func refusesDigests(_ text: String) {
        let error = #expect(throws: PayloadError.self) { try parse(Self.payload(digest: "\"\(text)\"")) }
        guard case .invalidDigest = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("keeps a digest of another algorithm apart from the manifest's, which is SHA-256")
    func keepsOtherAlgorithms() throws {
        let text = "sha512:\(Self.hex)\(Self.hex)"
        let payload = try parse(Self.payload(digest: "\"\(text)\""))
        #expect(payload.digest.description == text)
        #expect(payload.digest != ImageDigest.sha256(of: []))
    }

    @Test("normalises the reference, with or without a tag")
    func normalisesReferences() throws {
        for (text, normal) in [
            ("nginx", "docker.io/library/nginx"), ("index.docker.io/nginx:1", "docker.io/library/nginx:1"),
            ("e.com:5000/a/b", "e.com:5000/a/b"), ("a/b@\(Self.digest)", "docker.io/a/b@\(Self.digest)"),
        ] {
            #expect(try parse(Self.payload(reference: "\"\(text)\"")).reference.description == normal)
        }
    }

    @Test(
        "refuses references that name no image",
        arguments: [
            "", " ", "e.com/A", "e_x.com/a", "a:b:c", "https://e.com/a:1", "e.com/a:1 ", "e.com/a:1\\n",
            "e.com/\\u00e9:1",
        ])
    func refusesReferences(_ text: String) {
        let error = #expect(throws: PayloadError.self) { try parse(Self.payload(reference: "\"\(text)\"")) }
        guard case .invalidReference = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test(
        "reads the optional members, null and unknown ones included",
        arguments: [
            ("{}", nil, nil), (#"{"creator":null,"timestamp":null}"#, nil, nil), (#"{"creator":""}"#, "", nil),
            (#"{"creator":"atomic 5.23.1"}"#, "atomic 5.23.1", nil),
            (#"{"unknown":{"a":[1.5,null]},"Creator":7}"#, nil, nil),
            (#"{"timestamp":0}"#, nil, 0), (#"{"timestamp":-1}"#, nil, -1), (#"{"timestamp":1.0}"#, nil, 1),
            (#"{"timestamp":1e9}"#, nil, 1_000_000_000), (#"{"timestamp":99999999999999}"#, nil, 99_999_999_999_999),
            (#"{"timestamp":9223372036854775807}"#, nil, .max), (#"{"unknown":1e400}"#, nil, nil),
        ] as [(String, String?, Int64?)])
    func readsOptional(_ optional: String, creator: String?, timestamp: Int64?) throws {
        let payload = try parse(Self.payload(optional: optional))
        #expect(payload.creator == creator)
        #expect(payload.timestamp == timestamp.map { Timestamp(secondsSince1970: $0) })
    }

    @Test(
        "refuses optional members of another kind",
        arguments: [
            (#"{"creator":1}"#, .notAString("creator")), (#"{"creator":["a"]}"#, .notAString("creator")),
            (#"{"timestamp":1.5}"#, .notAWholeNumber("timestamp")),
            (#"{"timestamp":"1"}"#, .notAWholeNumber("timestamp")),
            (#"{"timestamp":1e300}"#, .notAWholeNumber("timestamp")),
            (#"{"timestamp":1e400}"#, .notAWholeNumber("timestamp")),
            (#"{"timestamp":9223372036854775808}"#, .notAWholeNumber("timestamp")),
            (#"{"timestamp":true}"#, .notAWholeNumber("timestamp")),
            (#"{"timestamp":{}}"#, .notAWholeNumber("timestamp")),
        ] as [(String, PayloadError)])
    func refusesOptional(_ optional: String, error: PayloadError) {
        #expect(throws: error) { try parse(Self.payload(optional: optional)) }
    }

    /// Each of these passes containers/image 5.23. None is written by a known signer, and each is a text that two
    /// readers can take for two things.
    @Test(
        "is stricter than containers/image about text that can be read in two ways",
        arguments: [
            payload(optional: #"{"creator":"\uD800"}"#), payload(optional: #"{"creator":"\uDC00\uD800"}"#),
            payload(optional: #"{"x":{"a":1,"a":2}}"#), payload(optional: #"{"x":[{"a":1,"\u0061":2}]}"#),
            payload(optional: #"{"x":\#(String(repeating: "[", count: 9000) + String(repeating: "]", count: 9000))}"#),
        ])
    func departsFromContainersImage(_ text: String) {
        #expect(throws: PayloadError.self) { try parse(text) }
    }

    @Test(
        "is stricter than containers/image about bytes that are not UTF-8",
        arguments: [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80]])
    func refusesInvalidUTF8(_ bytes: [UInt8]) {
        for parts in [Self.payload(optional: #"{"creator":"|"}"#), Self.payload(reference: "\"e.com/a|:1\"")] {
            let halves = parts.utf8.split(separator: UInt8(ascii: "|"))
            #expect(throws: PayloadError.self) {
                try SimpleSigningPayload(parsing: Array(halves[0]) + bytes + Array(halves[1]))
            }
        }
    }

    @Test("counts a timestamp's digits where containers/image rounds")
    func neverRounds() throws {
        let exact = try parse(Self.payload(optional: #"{"timestamp":9007199254740993}"#))
        #expect(exact.timestamp?.secondsSince1970 == 9_007_199_254_740_993)
        #expect(throws: PayloadError.notAWholeNumber("timestamp")) {
            try parse(Self.payload(optional: #"{"timestamp":1.00000000000000000000001}"#))
        }
    }

    @Test("is no longer than an inflated message may be")
    func isBounded() {
        let padding = String(repeating: " ", count: Limits.inflatedMessageBytes)
        #expect(
            throws: PayloadError.notJSON(
                JSONError(.tooLarge(limit: Limits.inflatedMessageBytes), at: Limits.inflatedMessageBytes))
        ) {
            try parse(Self.payload() + padding)
        }
    }

    @Test("refuses every prefix of a payload")
    func refusesTruncation() {
        let text = Array(Self.payload(optional: #"{"creator":"a","timestamp":1e9}"#).utf8)
        for length in 0..<text.count {
            #expect(throws: PayloadError.self) { try SimpleSigningPayload(parsing: Array(text.prefix(length))) }
        }
        #expect(throws: Never.self) { try SimpleSigningPayload(parsing: text) }
    }

    @Test("says what is wrong in one short line, whatever the payload holds")
    func printsErrors() throws {
        let evil = String(repeating: #"\u001b[2J\n"#, count: 1000)
        for text in [
            Self.payload(type: "\"\(evil)\""), Self.payload(digest: "\"\(evil)\""),
            Self.payload(reference: "\"\(evil)\""),
            "{\"\(evil)\":1}", "{\"\(evil)\":1,\"\(evil)\":1}",
        ] {
            let error = #expect(throws: PayloadError.self) { try parse(text) }
            let message = error?.description ?? ""
            #expect(message.hasPrefix("Signature with an unusable payload: ") && message.utf8.count < 900)
            #expect(message.unicodeScalars.allSatisfy { $0.value >= 0x20 })
        }
        #expect(
            PayloadError.missingMember("type", of: "critical").description.hasSuffix(#"critical has no member "type""#))
    }
}
