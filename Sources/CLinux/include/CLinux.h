// Linux calls that Swift's Glibc module does not offer, and the walk over ancillary data, which is all macros.
#ifndef PARLEY_CLINUX_H
#define PARLEY_CLINUX_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef SO_RCVBUFFORCE
#define SO_RCVBUFFORCE 33
#endif
#ifndef SO_SNDBUFFORCE
#define SO_SNDBUFFORCE 32
#endif

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

// Room for pktinfo (v4 or v6), the overflow count and a time stamp.
enum { PARLEY_RECEIVE_CONTROL_BYTES = 128 };
// Room for pktinfo and a segment size.
enum { PARLEY_SEND_CONTROL_BYTES = 64 };

static inline void parley_read_control(struct msghdr *message, struct parley_received *out) {
    out->family = 0;
    out->interface_index = 0;
    out->has_dropped = false;
    out->timestamp_ns = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            out->destination6 = info.ipi6_addr;
            out->interface_index = (uint32_t)info.ipi6_ifindex;
            out->family = AF_INET6;
        } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            out->destination4 = info.ipi_addr;
            out->interface_index = (uint32_t)info.ipi_ifindex;
            out->family = AF_INET;
        } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL) {
            memcpy(&out->dropped, CMSG_DATA(c), sizeof out->dropped);
            out->has_dropped = true;
        } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec stamp;
            memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
            out->timestamp_ns = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
        }
    }
}

static inline void *parley_next_control(struct msghdr *message, int level, int type, size_t bytes) {
    struct cmsghdr *c = (struct cmsghdr *)((char *)message->msg_control + message->msg_controllen);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(bytes);
    message->msg_controllen += CMSG_SPACE(bytes);
    return CMSG_DATA(c);
}

// The three below append to a control buffer of PARLEY_SEND_CONTROL_BYTES; msg_controllen starts at 0.
static inline void parley_add_source4(struct msghdr *message, struct in_addr source) {
    struct in_pktinfo info = {.ipi_spec_dst = source};
    memcpy(parley_next_control(message, IPPROTO_IP, IP_PKTINFO, sizeof info), &info, sizeof info);
}
static inline void parley_add_source6(struct msghdr *message, struct in6_addr source, uint32_t interface_index) {
    struct in6_pktinfo info = {.ipi6_addr = source, .ipi6_ifindex = interface_index};
    memcpy(parley_next_control(message, IPPROTO_IPV6, IPV6_PKTINFO, sizeof info), &info, sizeof info);
}
static inline void parley_add_segment_size(struct msghdr *message, uint16_t bytes) {
    memcpy(parley_next_control(message, SOL_UDP, UDP_SEGMENT, sizeof bytes), &bytes, sizeof bytes);
}

static inline int parley_recvmmsg(int fd, struct mmsghdr *messages, unsigned int count) {
    return recvmmsg(fd, messages, count, MSG_DONTWAIT, NULL);
}
static inline int parley_sendmmsg(int fd, struct mmsghdr *messages, unsigned int count) {
    return sendmmsg(fd, messages, count, MSG_DONTWAIT);
}
static inline int64_t parley_clock_ns(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
#endif
