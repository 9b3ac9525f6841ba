#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/prctl.h>

#include <errno.h>
#include <netinet/udp.h>
#include <stddef.h>
#include <string.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

_Static_assert(sizeof(struct parley_message) == sizeof(struct mmsghdr), "parley_message is mmsghdr");
_Static_assert(offsetof(struct parley_message, length) == offsetof(struct mmsghdr, msg_len), "parley_message is mmsghdr");
_Static_assert(
    CMSG_SPACE(sizeof(struct in_pktinfo)) + CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint32_t)) +
            CMSG_SPACE(sizeof(struct timespec)) <=
        PARLEY_RECEIVE_CONTROL_BYTES,
    "room for what we ask the kernel to tell");
_Static_assert(
    CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(uint16_t)) <= PARLEY_SEND_CONTROL_BYTES, "room for what we tell the kernel");

void parley_read_control(struct msghdr *message, struct parley_received *out) {
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

static void add_control(struct msghdr *message, int level, int type, const void *value, size_t bytes) {
    struct cmsghdr *c = (struct cmsghdr *)((char *)message->msg_control + message->msg_controllen);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(bytes);
    memcpy(CMSG_DATA(c), value, bytes);
    message->msg_controllen += CMSG_SPACE(bytes);
}

void parley_add_source4(struct msghdr *message, struct in_addr source) {
    struct in_pktinfo info = {.ipi_spec_dst = source};
    add_control(message, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
}

void parley_add_source6(struct msghdr *message, struct in6_addr source, uint32_t interface_index) {
    struct in6_pktinfo info = {.ipi6_addr = source, .ipi6_ifindex = interface_index};
    add_control(message, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
}

void parley_add_segment_size(struct msghdr *message, uint16_t bytes) {
    add_control(message, SOL_UDP, UDP_SEGMENT, &bytes, sizeof bytes);
}

int parley_recvmmsg(int fd, struct parley_message *messages, unsigned int count) {
    return recvmmsg(fd, (struct mmsghdr *)messages, count, MSG_DONTWAIT, NULL);
}

int parley_sendmmsg(int fd, struct parley_message *messages, unsigned int count) {
    return sendmmsg(fd, (struct mmsghdr *)messages, count, MSG_DONTWAIT);
}

int parley_epoll_wait(int epoll, struct epoll_event *events, int count, int64_t timeout_ns) {
    struct timespec timeout = {.tv_sec = timeout_ns / 1000000000, .tv_nsec = timeout_ns % 1000000000};
    int ready = epoll_pwait2(epoll, events, count, timeout_ns < 0 ? NULL : &timeout, NULL);
    if (ready >= 0 || errno != ENOSYS) return ready;
    int64_t milliseconds = (timeout_ns + 999999) / 1000000;
    return epoll_wait(epoll, events, count, timeout_ns < 0 ? -1 : milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds);
}

void parley_name_thread(pthread_t thread, const char *name) { pthread_setname_np(thread, name); }

void parley_set_timer_slack(uint64_t nanoseconds) { prctl(PR_SET_TIMERSLACK, nanoseconds); }
