"""What a getter costs through ctypes beside an empty C function: prints nanoseconds of both as JSON.

    getters.py LIBRARY EMPTY
"""

import ctypes
import json
import sys
import timeit


def function(path, name):
    library = ctypes.CDLL(path)
    found = getattr(library, name)
    found.argtypes, found.restype = [ctypes.c_void_p], ctypes.c_int32
    return library, found


library, code = function(sys.argv[1], "fp_result_code")
_, empty = function(sys.argv[2], "empty")
# A result without a gateway: of a client that is not complete.
for name, arguments in [("fp_config_new", []), ("fp_client_new", [ctypes.c_void_p]), ("fp_client_check", [ctypes.c_void_p])]:
    found = getattr(library, name)
    found.argtypes, found.restype = arguments, ctypes.c_void_p
result = library.fp_client_check(library.fp_client_new(library.fp_config_new()))
best = {name: min(timeit.repeat(lambda: called(result), number=100_000, repeat=9)) * 1e4
        for name, called in (("getter_ns", code), ("empty_ns", empty))}
print(json.dumps({name: round(ns) for name, ns in best.items()}))
