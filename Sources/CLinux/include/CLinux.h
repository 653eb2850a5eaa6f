// Linux calls that Swift's importer does not see: glibc hides accept4 behind _GNU_SOURCE, and its module map leaves
// epoll and eventfd out. A variadic function, as prctl is, cannot be imported at all.
#ifndef OSTIARY_CLINUX_H
#define OSTIARY_CLINUX_H

#include <stdint.h>
#include <sys/epoll.h>

/// accept4(2) with SOCK_NONBLOCK | SOCK_CLOEXEC. `address` is a struct sockaddr of at most `*length` bytes.
int ostiary_accept_nonblocking(int listener, void *address, uint32_t *length);

/// epoll_create1(2) with EPOLL_CLOEXEC.
int ostiary_epoll_create(void);

/// eventfd(2) with EFD_CLOEXEC | EFD_NONBLOCK, at 0.
int ostiary_eventfd(void);

/// The events that the reactor asks for, edge-triggered.
uint32_t ostiary_epoll_all_events(void);

/// prctl(2) with PR_SET_DUMPABLE, 0: no core is written of this process, and no other of its user may read its memory.
int ostiary_forbid_core_dumps(void);

/// madvise(2) with MADV_DONTNEED for all that is mapped from the files of the program and its libraries and cannot be
/// written.
void ostiary_forget_code_pages(void);

/// How many processors this process may run on: sched_getaffinity(2).
int ostiary_usable_processors(void);

#endif
