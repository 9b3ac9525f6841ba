// OpenSSL's AES and SHA-1 behind libsrtp's cipher and authentication interfaces.
#ifndef PARLEY_CSRTP_OPENSSL_H
#define PARLEY_CSRTP_OPENSSL_H
int parley_srtp_openssl_install(void);
#endif
