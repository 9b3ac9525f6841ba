// What the bench needs of Linux and Swift's Glibc module does not offer.
#ifndef PARLEY_CBENCH_H
#define PARLEY_CBENCH_H
#include <stdint.h>

// Moves the calling thread, and whatever it starts from now on, into a network namespace of its own. 0, or errno.
int bench_enter_network_namespace(void);

// Restricts the calling thread, and whatever it starts from now on, to one core. 0, or errno.
int bench_pin(int core);

// Sleeps until CLOCK_MONOTONIC shows this many nanoseconds.
void bench_sleep_until(int64_t nanoseconds);

// CPU time of the calling thread in nanoseconds.
int64_t bench_thread_cpu_ns(void);

// Starts a program with its output in the file `log`, and ends it when this process ends. The child is pinned to `core` unless that is
// negative. Returns its pid, or the negative errno of what failed before exec.
int bench_spawn(char *const arguments[], const char *log, int core);
#endif
