// OpenSSL's AES and SHA-1 behind libsrtp's cipher and authentication interfaces.
//
// Debian builds libsrtp on NSS, which sets keys up anew for every packet. Through libsrtp's public srtp_replace_cipher_type and
// srtp_replace_auth_type the same session code runs on OpenSSL's AES with the key schedule kept: less than half the time for AES-GCM, a fifth for
// AES-CM with HMAC-SHA1. The bytes are the same; Tests/SFUTests compares them.
#ifndef PARLEY_CSRTP_OPENSSL_H
#define PARLEY_CSRTP_OPENSSL_H

#include "DTLSMemory.h"
#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <stddef.h>
#include <stdint.h>

#define PARLEY_SRTP_OPENSSL_ICM 1
#define PARLEY_SRTP_OPENSSL_GCM 2
#define PARLEY_SRTP_OPENSSL_HMAC 4

// Replaces libsrtp's AES-ICM-128, AES-GCM-128 and HMAC-SHA1. Call once, after srtp_init and before the first srtp_create.
// Returns 0, or the sum of the parts that libsrtp refused (their self-test failed); those stay with the built-in.
int parley_srtp_openssl_install(void);

// What is put in place of libsrtp's own.
extern const srtp_cipher_type_t parley_aes_icm_128;
extern const srtp_cipher_type_t parley_aes_gcm_128;
extern const srtp_auth_type_t parley_hmac_sha1;

// How many ciphers and authentication functions of ours libsrtp has made so far: the proof that it uses them.
uint64_t parley_srtp_openssl_instances(void);

// What one session encrypts and authenticates RTP with: memory that libsrtp refers to from deep inside. Only to be asked for, never read.
struct parley_srtp_parts {
    const void *cipher;
    const void *context;  // OpenSSL's AES
    const void *mode;     // OpenSSL's GCM
    const void *authenticator;
    size_t cipher_bytes, context_bytes, mode_bytes, authenticator_bytes;
};

// Until the next call on this thread, the first cipher and the first authenticator that libsrtp makes are noted in `parts`: in a session they are
// those for RTP. Nothing is noted with NULL.
void parley_srtp_note_parts(struct parley_srtp_parts *parts);

#endif
