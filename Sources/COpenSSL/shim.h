// What Swift cannot import from OpenSSL by itself: macros that stand for calls.
#ifndef OSTIARY_COPENSSL_SHIM_H
#define OSTIARY_COPENSSL_SHIM_H

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

static inline long ostiary_bio_pending(BIO *bio) { return BIO_pending(bio); }
static inline void ostiary_bio_clear_retry(BIO *bio) { BIO_clear_retry_flags(bio); }
static inline void ostiary_bio_set_retry_read(BIO *bio) { BIO_set_retry_read(bio); }
static inline void ostiary_bio_set_retry_write(BIO *bio) { BIO_set_retry_write(bio); }
static inline long ostiary_bio_set_ssl(BIO *filter, SSL *ssl) { return BIO_set_ssl(filter, ssl, BIO_NOCLOSE); }
static inline long ostiary_ssl_ctx_set_min_tls12(SSL_CTX *context) {
    return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
}
static inline long ostiary_ssl_ctx_set_mode(SSL_CTX *context, long mode) { return SSL_CTX_set_mode(context, mode); }
static inline long ostiary_ssl_ctx_set_session_cache_off(SSL_CTX *context) {
    return SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}
static inline void ostiary_ssl_ctx_restrict(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
}
static inline void ostiary_ssl_ctx_serve_without_tickets(SSL_CTX *context) {
    SSL_CTX_set_num_tickets(context, 0);
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_CIPHER_SERVER_PREFERENCE);
}
static inline long ostiary_ssl_set_sni(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
static inline long ostiary_ssl_ctx_add_chain_certificate(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add1_chain_cert(context, certificate);
}
static inline long ostiary_ssl_add_chain_certificate(SSL *ssl, X509 *certificate) {
    return SSL_add1_chain_cert(ssl, certificate);
}
static inline int ostiary_x509_name_print_line(BIO *bio, const X509_NAME *name) {
    return X509_NAME_print_ex(bio, name, 0, XN_FLAG_ONELINE & ~(ASN1_STRFLGS_ESC_MSB | XN_FLAG_SPC_EQ));
}
static inline int ostiary_err_reason(unsigned long code) { return ERR_GET_REASON(code); }
static inline int ostiary_err_library(unsigned long code) { return ERR_GET_LIB(code); }

#endif
