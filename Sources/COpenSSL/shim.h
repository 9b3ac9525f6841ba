// OpenSSL: DTLS 1.2 and the ciphers that libsrtp is given. Function-like macros do not import into Swift, so they are functions here.
#ifndef PARLEY_COPENSSL_SHIM_H
#define PARLEY_COPENSSL_SHIM_H
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#endif
