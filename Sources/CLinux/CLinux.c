#define _GNU_SOURCE
#include "CLinux.h"

#include <sched.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int ostiary_accept_nonblocking(int listener, void *address, uint32_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int ostiary_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

int ostiary_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }

int ostiary_forbid_core_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

uint32_t ostiary_epoll_all_events(void) { return EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET; }

int ostiary_usable_processors(void) {
    cpu_set_t set;
    // More processors than a cpu_set_t can name are an error; then all that are online may be used.
    return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
}
