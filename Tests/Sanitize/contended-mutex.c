// Tells ThreadSanitizer what Swift's Mutex does when two threads meet.
//
// Taking a free mutex is compiled into the code that is watched. Waiting for a taken one, and waking who waits, happens in
// the standard library, which is not: the kernel hands the lock over, and whatever the mutex protects would be reported
// as a race. These two functions stand before the library's (LD_PRELOAD), call them, and add what was not seen.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context))

typedef void SWIFT lock_function(uint32_t thread, SELF void *mutex);
typedef void SWIFT unlock_function(SELF void *mutex);

static void tell(const char *what, void *mutex) {
    void (*function)(void *) = (void (*)(void *))dlsym(RTLD_DEFAULT, what);
    if (function) function(mutex);
}

// Synchronization._MutexHandle._lockSlow(UInt32)
SWIFT void lock_slow(uint32_t thread, SELF void *mutex) __asm__("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
SWIFT void lock_slow(uint32_t thread, SELF void *mutex) {
    lock_function *real = (lock_function *)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF");
    real(thread, mutex);
    tell("__tsan_acquire", mutex);
}

// Synchronization._MutexHandle._unlockSlow()
SWIFT void unlock_slow(SELF void *mutex) __asm__("$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
SWIFT void unlock_slow(SELF void *mutex) {
    unlock_function *real = (unlock_function *)dlsym(RTLD_NEXT, "$s15Synchronization12_MutexHandleV11_unlockSlowyyF");
    tell("__tsan_release", mutex);
    real(mutex);
}
