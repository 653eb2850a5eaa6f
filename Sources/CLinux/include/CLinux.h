// Linux calls that glibc hides from Swift's importer behind _GNU_SOURCE.
#ifndef OSTIARY_CLINUX_H
#define OSTIARY_CLINUX_H

#include <sys/socket.h>

/// accept4(2) with SOCK_NONBLOCK | SOCK_CLOEXEC.
int ostiary_accept_nonblocking(int listener, struct sockaddr *address, socklen_t *length);

#endif
