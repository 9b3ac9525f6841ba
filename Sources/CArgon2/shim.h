// libargon2: password hashes.
#ifndef PARLEY_CARGON2_SHIM_H
#define PARLEY_CARGON2_SHIM_H
#include <argon2.h>
#include <malloc.h>

// Allocations from 4 MiB on are mapped by themselves and unmapped when they are freed. By default glibc learns from the first free of 19 MiB that such
// blocks come often, and from then on keeps up to 38 MiB of them at the top of each hashing thread's arena for ever. Setting a threshold also ends
// that learning; 8 MiB at the top of an arena stay, so that what is smaller does not go back and forth. Returns 1 if both were taken.
static inline int parley_map_large_blocks(void) {
    return mallopt(M_MMAP_THRESHOLD, 4 << 20) && mallopt(M_TRIM_THRESHOLD, 8 << 20);
}
#endif
