// What libFuzzer offers to a program that brings its own main (https://llvm.org/docs/LibFuzzer.html, "Using libFuzzer
// as a library"). The linker finds it when everything is built with -sanitize=fuzzer.

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(int *count, char ***arguments, int (*run)(const uint8_t *bytes, size_t count));
