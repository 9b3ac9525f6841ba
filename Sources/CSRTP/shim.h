// libsrtp 2: SRTP and SRTCP.
#ifndef PARLEY_CSRTP_SHIM_H
#define PARLEY_CSRTP_SHIM_H
#include <stddef.h>
#include <srtp2/auth.h>
#include <srtp2/cipher.h>
#include <srtp2/crypto_types.h>
#include <srtp2/srtp.h>

// libsrtp exports this, though its headers leave it out: where a session keeps the stream of this SSRC (network order), NULL without one.
void *srtp_get_stream(srtp_t session, uint32_t ssrc) __attribute__((weak));

// An address to ask for in advance, and for nothing else. NULL where the library does not export the call.
static inline const void *parley_srtp_stream(srtp_t session, uint32_t ssrc) {
    return srtp_get_stream ? srtp_get_stream(session, ssrc) : NULL;
}
#endif
