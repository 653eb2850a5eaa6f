internal import COpenSSL

/// Bytes in memory, as OpenSSL's readers and writers take them.
@safe struct MemoryBIO: ~Copyable {
    let handle: OpaquePointer

    /// A BIO that holds `bytes` and then ends.
    init(_ bytes: [UInt8]) throws(OpenSSLError) {
        guard let handle = unsafe BIO_new(BIO_s_mem()) else { throw OpenSSLError(draining: "BIO_new") }
        unsafe self.handle = handle
        unsafe BIO_write(handle, bytes, Int32(clamping: bytes.count))
    }

    deinit {
        unsafe BIO_free(handle)
    }

    /// Takes out all that is in it.
    func readAll() -> [UInt8] {
        let count = unsafe Int(ostiary_bio_pending(handle))
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = unsafe max(0, Int(BIO_read(handle, buffer.baseAddress, Int32(clamping: count))))
        }
    }
}
