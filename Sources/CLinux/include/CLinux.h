// Linux calls that Swift's Glibc module does not offer.
#ifndef PARLEY_CLINUX_H
#define PARLEY_CLINUX_H
#include <sys/epoll.h>
#include <sys/eventfd.h>
#endif
