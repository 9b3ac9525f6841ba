// OpenSSL: DTLS 1.2 and the ciphers that libsrtp is given. Function-like macros do not import into Swift, so they are functions here.
#ifndef PARLEY_COPENSSL_SHIM_H
#define PARLEY_COPENSSL_SHIM_H
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

static const int parley_MBSTRING_ASC = MBSTRING_ASC;

static inline EVP_PKEY *parley_generate_p256(void) { return EVP_EC_gen("P-256"); }

// DTLS 1.2 and nothing else; no MTU questions to the BIO (SSL_set_mtu answers them), no tickets, no renegotiation.
static inline int parley_dtls_configure(SSL_CTX *ctx) {
    SSL_CTX_set_options(
        ctx, SSL_OP_NO_QUERY_MTU | SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    // Handshakes are cut to the MTU anyway; without this each association keeps 16 KB to write them into. (SSL_free_buffers is no way: DTLS
    // writes into a buffer that it does not make again.)
    SSL_CTX_set_max_send_fragment(ctx, 1200);
    return SSL_CTX_set_min_proto_version(ctx, DTLS1_2_VERSION) && SSL_CTX_set_max_proto_version(ctx, DTLS1_2_VERSION);
}
static inline int parley_dtls_set_groups(SSL_CTX *ctx, const char *groups) { return (int)SSL_CTX_set1_groups_list(ctx, groups); }
static inline void parley_dtls_set_max_certificate_bytes(SSL_CTX *ctx, long bytes) { SSL_CTX_set_max_cert_list(ctx, bytes); }
static inline void parley_dtls_set_mtu(SSL *ssl, long mtu) { SSL_set_mtu(ssl, mtu); }

// Nanoseconds until the retransmission timer fires, -1 if it does not run.
static inline int64_t parley_dtls_timeout_ns(SSL *ssl) {
    struct timeval left;
    if (!DTLSv1_get_timeout(ssl, &left)) return -1;
    return (int64_t)left.tv_sec * 1000000000 + (int64_t)left.tv_usec * 1000;
}
// 0: not due, 1: retransmitted, -1: gave up.
static inline int parley_dtls_handle_timeout(SSL *ssl) { return (int)DTLSv1_handle_timeout(ssl); }

static inline long parley_bio_memory(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
static inline void parley_bio_reset(BIO *bio) { (void)BIO_reset(bio); }
// An empty memory BIO says "try again", not "end of file".
static inline void parley_bio_never_ends(BIO *bio) { BIO_set_mem_eof_return(bio, -1); }
#endif
