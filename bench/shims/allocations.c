// Counts heap allocations of each thread. LD_PRELOAD it; a program asks with parley_allocations_of(tid), found by dlsym, how many a thread has made.
// clang -O2 -shared -fPIC -o allocations.so allocations.c
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

// glibc's own entry points: dlsym(RTLD_NEXT) would allocate before we are ready.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

enum { SLOTS = 1024 };
static struct { atomic_int tid; atomic_ulong count; } slots[SLOTS];
static atomic_int used;
static __thread int mine __attribute__((tls_model("initial-exec"))) = -1;

static void count(void) {
    if (mine < 0) {
        int slot = atomic_fetch_add(&used, 1);
        if (slot >= SLOTS) slot = SLOTS - 1;
        mine = slot;
        atomic_store(&slots[slot].tid, (int)syscall(SYS_gettid));
    }
    atomic_fetch_add_explicit(&slots[mine].count, 1, memory_order_relaxed);
}

/// Allocations of a thread so far; 0 for one that has made none.
unsigned long parley_allocations_of(int tid) {
    for (int i = 0; i < SLOTS; i++) {
        if (atomic_load(&slots[i].tid) == tid) return atomic_load(&slots[i].count);
    }
    return 0;
}

void *malloc(size_t size) { count(); return __libc_malloc(size); }
void *calloc(size_t n, size_t size) { count(); return __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { count(); return __libc_realloc(old, size); }
void *memalign(size_t alignment, size_t size) { count(); return __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { count(); return __libc_memalign(alignment, size); }
int posix_memalign(void **out, size_t alignment, size_t size) {
    count();
    *out = __libc_memalign(alignment, size);
    return *out ? 0 : ENOMEM;
}
