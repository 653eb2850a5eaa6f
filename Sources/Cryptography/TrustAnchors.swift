internal import COpenSSL

/// The roots that a client believes: the system's and those an operator added.
@safe package final class TrustAnchors: @unchecked Sendable {
    // An X509_STORE locks itself; nothing is added after `init`.
    package let handle: OpaquePointer

    /// - Parameter certificates: roots beside the system's (`SSL_CERT_FILE`, `SSL_CERT_DIR` or OpenSSL's default
    ///   folders). An intermediate among them is an anchor too: whoever names a certificate trusts it.
    package init(adding certificates: [Certificate], includingSystemRoots: Bool = true) throws(OpenSSLError) {
        OpenSSLError.clearQueue()
        guard let store = unsafe X509_STORE_new() else { throw OpenSSLError(draining: "X509_STORE_new") }
        unsafe handle = store
        unsafe X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        if includingSystemRoots, unsafe X509_STORE_set_default_paths(store) != 1 {
            throw OpenSSLError(draining: "X509_STORE_set_default_paths")
        }
        for certificate in certificates where unsafe X509_STORE_add_cert(store, certificate.handle) != 1 {
            throw OpenSSLError(draining: "X509_STORE_add_cert")
        }
        OpenSSLError.clearQueue()
    }

    deinit {
        unsafe X509_STORE_free(handle)
    }
}
