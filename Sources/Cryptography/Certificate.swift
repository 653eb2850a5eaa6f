internal import COpenSSL
package import Primitives

/// One X.509 certificate.
@safe package final class Certificate: @unchecked Sendable {
    // An X509 is not changed after it was parsed, and its reference count is atomic.
    package let handle: OpaquePointer

    /// Takes over one reference to an `X509`.
    package init(adopting handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit {
        unsafe X509_free(handle)
    }

    /// The subject as one line: `CN=registry, O=Example`.
    package var subject: String { unsafe Self.oneLine(X509_get_subject_name(handle)) }

    /// The issuer as one line.
    package var issuer: String { unsafe Self.oneLine(X509_get_issuer_name(handle)) }

    /// The DNS names and IP addresses that the certificate speaks for (RFC 5280 §4.2.1.6), as text.
    package var subjectAlternativeNames: [String] {
        OpenSSLError.clearQueue()
        guard let names = unsafe X509_get_ext_d2i(handle, NID_subject_alt_name, nil, nil) else { return [] }
        let stack = OpaquePointer(names)
        defer { unsafe GENERAL_NAMES_free(stack) }
        return (unsafe 0..<OPENSSL_sk_num(stack)).compactMap { index in
            guard let name = unsafe OPENSSL_sk_value(stack, index) else { return nil }
            return unsafe Self.text(of: name.assumingMemoryBound(to: GENERAL_NAME.self))
        }
    }

    /// First moment of validity.
    package var notBefore: Timestamp? { unsafe Self.timestamp(X509_get0_notBefore(handle)) }

    /// Last moment of validity.
    package var notAfter: Timestamp? { unsafe Self.timestamp(X509_get0_notAfter(handle)) }

    /// Every certificate of a PEM text, in its order; text between them is skipped.
    ///
    /// - Throws: `OpenSSLError` when a block is labelled as a certificate and is none.
    package static func parse(pem: [UInt8]) throws(OpenSSLError) -> [Certificate] {
        OpenSSLError.clearQueue()
        let memory = try MemoryBIO(pem)
        var certificates: [Certificate] = []
        while let handle = unsafe PEM_read_bio_X509(memory.handle, nil, nil, nil) {
            certificates.append(unsafe Certificate(adopting: handle))
        }
        let end = ERR_peek_last_error()
        let isCleanEnd = ostiary_err_library(end) == ERR_LIB_PEM && ostiary_err_reason(end) == PEM_R_NO_START_LINE
        guard isCleanEnd else { throw OpenSSLError(draining: "PEM_read_bio_X509") }
        OpenSSLError.clearQueue()
        return certificates
    }

    private static func oneLine(_ name: OpaquePointer?) -> String {
        guard let memory = try? MemoryBIO([]) else { return "?" }
        unsafe ostiary_x509_name_print_line(memory.handle, name)
        return String(decoding: memory.readAll(), as: UTF8.self)
    }

    private static func text(of name: UnsafeMutablePointer<GENERAL_NAME>) -> String? {
        switch unsafe name.pointee.type {
        case GEN_DNS:
            return unsafe String(decoding: bytes(of: name.pointee.d.dNSName), as: UTF8.self)
        case GEN_IPADD:
            return unsafe IPAddress(bytes: bytes(of: name.pointee.d.iPAddress))?.description
        default:
            return nil
        }
    }

    private static func bytes(of string: UnsafePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string = unsafe string, let start = unsafe ASN1_STRING_get0_data(string) else { return [] }
        return unsafe Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
    }

    private static func timestamp(_ time: UnsafePointer<ASN1_TIME>?) -> Timestamp? {
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard let epoch = unsafe ASN1_TIME_set(nil, 0) else { return nil }
        defer { unsafe ASN1_TIME_free(epoch) }
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Timestamp(secondsSince1970: Int64(days) * 86_400 + Int64(seconds))
    }
}
