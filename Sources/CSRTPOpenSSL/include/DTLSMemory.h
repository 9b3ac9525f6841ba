// What a DTLS association holds on to after its handshake.
//
// OpenSSL keeps the buffers that handshake messages and records are put together in (22 KB, all of it written, and 17 KB) for as long as the
// association lives: it may have to repeat its last flight, for which it copies its messages into one of them once more. What those buffers
// hold between two calls is of no use to anybody, so here the kernel takes their pages back; the addresses stay good and read as zeros.
// (SSL_free_buffers is no way: DTLS writes into a buffer that it does not make again.)
#ifndef PARLEY_DTLS_MEMORY_H
#define PARLEY_DTLS_MEMORY_H

#include <stddef.h>

#define PARLEY_LARGE_BLOCKS 4

// The large blocks that OpenSSL holds for one association.
struct parley_large_blocks {
    void *start[PARLEY_LARGE_BLOCKS];
    size_t length[PARLEY_LARGE_BLOCKS];
    int count;
};

// Until the next call on this thread, blocks of 16 KiB and more that OpenSSL allocates begin and end with pages of their own and are noted in
// `blocks`, those that it frees are struck off; nothing is noted with NULL. Blocks that do not fit the list are ordinary ones.
void parley_dtls_note_memory(struct parley_large_blocks *blocks);

// Gives the pages of the noted blocks back and forgets the blocks. Only while OpenSSL has nothing in them that it has yet to read.
void parley_dtls_release_memory(struct parley_large_blocks *blocks);

#endif
