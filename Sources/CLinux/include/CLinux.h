// Linux calls that Swift's Glibc module does not offer, and the walk over ancillary data, which is all macros.
//
// This header must not define _GNU_SOURCE: the C library's types would then differ from those in Swift's own Glibc module, and the compiler
// refuses to mix them. What needs it is in CLinux.c.
#ifndef PARLEY_CLINUX_H
#define PARLEY_CLINUX_H
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>

// struct mmsghdr under a name that is there without _GNU_SOURCE; CLinux.c checks that they are alike.
struct parley_message {
    struct msghdr header;
    unsigned int length;
};

// Ancillary data of one received datagram.
struct parley_received {
    struct in6_addr destination6;  // valid if family is AF_INET6; v4-mapped for IPv4 on an IPv6 socket
    struct in_addr destination4;   // valid if family is AF_INET
    int family;                    // 0: the kernel did not say
    uint32_t interface_index;
    uint32_t dropped;              // SO_RXQ_OVFL: datagrams lost on this socket so far, modulo 2^32
    bool has_dropped;
    int64_t timestamp_ns;          // CLOCK_REALTIME at reception, 0 without SO_TIMESTAMPNS
};

enum {
    // Room for pktinfo (v4 and v6), the overflow count and a time stamp.
    PARLEY_RECEIVE_CONTROL_BYTES = 160,
    // Room for pktinfo and a segment size.
    PARLEY_SEND_CONTROL_BYTES = 64
};

void parley_read_control(struct msghdr *message, struct parley_received *out);

// These append to a control buffer of PARLEY_SEND_CONTROL_BYTES; msg_controllen starts at 0.
void parley_add_source4(struct msghdr *message, struct in_addr source);
void parley_add_source6(struct msghdr *message, struct in6_addr source, uint32_t interface_index);
void parley_add_segment_size(struct msghdr *message, uint16_t bytes);

// recvmmsg and sendmmsg that do not block.
int parley_recvmmsg(int fd, struct parley_message *messages, unsigned int count);
int parley_sendmmsg(int fd, struct parley_message *messages, unsigned int count);

// epoll_wait with a timeout in nanoseconds (negative: none). Kernels before 5.11 have milliseconds only; there it is rounded up.
int parley_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t timeout_ns);

void parley_name_thread(pthread_t thread, const char *name);

// How much later than asked the kernel may wake the calling thread (50 µs by default), so that it can serve several timers at once.
void parley_set_timer_slack(uint64_t nanoseconds);

static inline int64_t parley_clock_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
#endif
