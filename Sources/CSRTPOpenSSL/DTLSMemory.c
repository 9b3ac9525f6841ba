#define _GNU_SOURCE
#include "DTLSMemory.h"
#include <openssl/crypto.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { large = 16 * 1024 };

static size_t page = 4096;
static _Thread_local struct parley_large_blocks *noted;

static void forget(void *block) {
    for (int index = 0; index < noted->count; index++) {
        if (noted->start[index] != block) continue;
        noted->count--;
        noted->start[index] = noted->start[noted->count];
        noted->length[index] = noted->length[noted->count];
        return;
    }
}

static void *allocate(size_t count, const char *file, int line) {
    (void)file, (void)line;
    if (noted == NULL || count < large || noted->count == PARLEY_LARGE_BLOCKS) return malloc(count);
    void *block = NULL;
    size_t whole = (count + page - 1) & ~(page - 1);
    if (posix_memalign(&block, page, whole) != 0) return NULL;
    noted->start[noted->count] = block;
    noted->length[noted->count] = whole;
    noted->count++;
    return block;
}

static void release(void *block, const char *file, int line) {
    (void)file, (void)line;
    if (noted != NULL) forget(block);
    free(block);
}

// What grows moves to where nothing is noted: only a certificate chain of more than 22 KB does.
static void *reallocate(void *block, size_t count, const char *file, int line) {
    if (block == NULL) return allocate(count, file, line);
    if (count == 0) {
        release(block, file, line);
        return NULL;
    }
    if (noted != NULL) forget(block);
    return realloc(block, count);
}

// OpenSSL takes an allocator before it has allocated anything, and never after.
__attribute__((constructor)) static void install(void) {
    page = (size_t)sysconf(_SC_PAGESIZE);
    CRYPTO_set_mem_functions(allocate, reallocate, release);
}

void parley_dtls_note_memory(struct parley_large_blocks *blocks) { noted = blocks; }

void parley_dtls_release_memory(struct parley_large_blocks *blocks) {
    for (int index = 0; index < blocks->count; index++) madvise(blocks->start[index], blocks->length[index], MADV_DONTNEED);
    blocks->count = 0;
}
