#ifndef PARLEY_CWEB_H
#define PARLEY_CWEB_H

#include <stddef.h>

/// One file of the web client, embedded in the binary.
typedef struct parley_asset {
    /// The path it is served at, with a leading slash. "/index.html" is also the answer to "/" and "/invite/CODE".
    const char *path;
    /// The Content-Type header's value.
    const char *content_type;
    const unsigned char *bytes;
    size_t length;
    /// A strong validator with its quotes: a hash of the bytes, so it is the same for the same file in every build.
    const char *etag;
} parley_asset;

/// Every file of the web client. The table lives as long as the process; any thread may call this at any time.
const parley_asset *parley_assets(size_t *count);

#endif
