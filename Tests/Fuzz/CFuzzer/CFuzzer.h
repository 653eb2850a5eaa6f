// What libFuzzer offers to a program that brings its own main (https://llvm.org/docs/LibFuzzer.html, "Using libFuzzer
// as a library"), and what AddressSanitizer's allocator tells of memory. The linker finds both when everything is built with
// -sanitize=fuzzer,address.

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*run)(const uint8_t *bytes, size_t count));

int __sanitizer_install_malloc_and_free_hooks(
    void (*allocated)(const volatile void *block, size_t size), void (*freed)(const volatile void *block));
size_t __sanitizer_get_allocated_size(const volatile void *block);
