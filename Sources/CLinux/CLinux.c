#define _GNU_SOURCE
#include "CLinux.h"

#include <link.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
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

static int forget_pages(struct dl_phdr_info *object, size_t size, void *unused) {
    (void)size, (void)unused;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        // What may be written is not the file's any more.
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t start = object->dlpi_addr + segment->p_vaddr, end = start + segment->p_memsz;
        start = (start + page - 1) / page * page, end = end / page * page;
        if (start < end) madvise((void *)start, end - start, MADV_DONTNEED);
    }
    return 0;
}

void ostiary_forget_code_pages(void) { dl_iterate_phdr(forget_pages, NULL); }
