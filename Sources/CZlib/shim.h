// `inflateInit2` is a macro that passes the version and size of the structure it was compiled with.
#ifndef OSTIARY_CZLIB_SHIM_H
#define OSTIARY_CZLIB_SHIM_H

#include <zlib.h>

static inline int ostiary_inflate_init(z_streamp stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

#endif
