/* A function that does nothing, for the cost of calling one through ctypes and FFI. */
#include <stdint.h>

int32_t empty(const void *handle)
{
    return handle == 0;
}
