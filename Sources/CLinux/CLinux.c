#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>

int ostiary_accept_nonblocking(int listener, void *address, uint32_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int ostiary_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int ostiary_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int ostiary_forbid_core_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

uint32_t ostiary_epoll_all_events(void) { return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET; }
