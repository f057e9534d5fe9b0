"""Writes what Windows' linkers and the programs of other conventions need, from the declarations of the ABI.

    exports.py def            the names of the DLL, for the import libraries of mingw and MSVC
    exports.py stdcall        C: each function once more as fps_..., in the convention of Visual Basic 6
    exports.py stdcall-def    their names without decoration, for the linker of the DLL

A 64-bit Windows has one convention only; fps_... are for 32 bits.
"""

import sys
from pathlib import Path
from typing import List

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from declarations import Function, functions

DLL = "freedompay.dll"

# A log function lives as long as its client, and is called in the convention of C: it has no second form.
C_ONLY = {"fp_config_set_log"}

STDCALL_OPENING = """\
/* Made by exports.py: the functions of freedompay.h in the convention stdcall, under names without decoration. */
#include "freedompay.h"

typedef int32_t (__stdcall *progress_in_stdcall)(void *userdata, const fp_result *latest);

struct watcher {
    progress_in_stdcall progress;
    void *userdata;
};

/* The wait calls it, as C calls; it calls the program's own, as that wants to be called. */
static int32_t watch(void *watcher, const fp_result *latest)
{
    const struct watcher *who = watcher;
    return who->progress(who->userdata, latest);
}
"""


def definition() -> List[str]:
    return [f"LIBRARY {DLL}", "EXPORTS", *sorted(function.name for function in functions())]


def stdcall() -> List[str]:
    return [STDCALL_OPENING, *(_thunk(function) for function in _both())]


def stdcall_definition() -> List[str]:
    return ["EXPORTS", *sorted(_second_name(function) for function in _both())]


def _both() -> List[Function]:
    return [function for function in functions() if function.name not in C_ONLY]


def _second_name(function: Function) -> str:
    return function.name.replace("fp_", "fps_", 1)


def _thunk(function: Function) -> str:
    """A function that calls its namesake; a progress function is wrapped on the way."""
    name = _second_name(function)
    takes = [(type_.replace("fp_progress_fn", "progress_in_stdcall"), argument) for type_, argument in function.takes]
    given = [argument for _, argument in takes]
    before = ""
    if "progress" in given:
        before = "    struct watcher watcher;\n    watcher.progress = progress;\n    watcher.userdata = userdata;\n"
        swap = {"progress": "progress ? watch : NULL", "userdata": "&watcher"}
        given = [swap.get(argument, argument) for argument in given]
    gives = "" if function.gives == "void" else "return "
    arguments = ", ".join(f"{type_} {argument}" for type_, argument in takes) or "void"
    head = f"{function.gives} __stdcall {name}({arguments})"
    return (
        f'{head} __asm__("_{name}");\n'
        f"{head}\n{{\n{before}    {gives}{function.name}({', '.join(given)});\n}}\n"
    )


if __name__ == "__main__":
    forms = {"def": definition, "stdcall": stdcall, "stdcall-def": stdcall_definition}
    if len(sys.argv) != 2 or sys.argv[1] not in forms:
        raise SystemExit(__doc__)
    print("\n".join(forms[sys.argv[1]]()))
