// What the compiler offers C and not Swift: asking for memory before it is needed.
#ifndef PARLEY_CPREFETCH_SHIM_H
#define PARLEY_CPREFETCH_SHIM_H
static inline void parley_prefetch(const void *start, long bytes) {
    for (long offset = 0; offset < bytes; offset += 64) __builtin_prefetch((const char *)start + offset, 1, 3);
}
#endif
