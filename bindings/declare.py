"""Writes the declarations of the C ABI for other languages, so that they cannot say anything else than the header.

    declare.py            writes the files below
    declare.py --check    says which of them are not as they would be written; ends with "N passed, N failed"
"""

import sys
from typing import Callable, Dict, List, Tuple

from declarations import ROOT, Function, constants, functions, handles

MADE = "Made by bindings/declare.py from include/freedompay.h; not to be edited."


# ---- Pascal

PASCAL_TYPES = {
    "const char *": "PAnsiChar",
    "const uint8_t *": "PByte",
    "int32_t": "LongInt",
    "uint32_t": "LongWord",
    "int64_t": "Int64",
    "size_t": "Tfp_size",
    "size_t *": "Pfp_size",
    "void *": "Pointer",
}

# Every function of Pascal has a variable of this name.
PASCAL_NAMES = {"result": "of_result"}

PASCAL_SIZE = [
    "type",
    "{$IFDEF FPC}",
    "  Tfp_size = PtrUInt;",
    "{$ELSE}",
    "  Tfp_size = {$IFDEF CPUX64}UInt64{$ELSE}LongWord{$ENDIF};",
    "{$ENDIF}",
    "  Pfp_size = ^Tfp_size;",
]

PASCAL_OPENING = f"""\
{{ libfreedompay for Delphi (7 and newer) and Free Pascal. {MADE}

  Texts end with a zero and are UTF-8, unless fp_config_set_text_encoding says otherwise: PAnsiChar(UTF8Encode(...)) gives
  one. What each function does, and who frees what, stands in freedompay.h. }}
unit freedompay;

{{$IFDEF FPC}}{{$MODE DELPHI}}{{$ENDIF}}

interface

const
{{$IFDEF MSWINDOWS}}
  FREEDOMPAY_LIBRARY = 'freedompay.dll';
{{$ELSE}}
  FREEDOMPAY_LIBRARY = 'freedompay';
{{$ENDIF}}
"""


def pascal() -> List[str]:
    lines = [PASCAL_OPENING, *(f"  {name} = {number};" for name, number in constants()), "", *PASCAL_SIZE]
    for handle in handles():
        lines += [f"  T{handle} = record end;", f"  P{handle} = ^T{handle};"]
    lines += [
        "",
        "  Tfp_log_fn = procedure(userdata: Pointer; level: LongInt; message: PAnsiChar); cdecl;",
        "  Tfp_progress_fn = function(userdata: Pointer; latest: Pfp_result): LongInt; cdecl;",
        "",
    ]
    return [*lines, *(_pascal_function(function) for function in functions()), "", "implementation", "", "end."]


def _pascal_function(function: Function) -> str:
    takes = "; ".join(f"{PASCAL_NAMES.get(name, name)}: {_pascal_type(type_)}" for type_, name in function.takes)
    head = f"{function.name}({takes})" if takes else function.name
    if function.gives == "void":
        head = f"procedure {head}"
    else:
        head = f"function {head}: {_pascal_type(function.gives)}"
    return f"{head}; cdecl; external FREEDOMPAY_LIBRARY;"


def _pascal_type(type_: str) -> str:
    if type_ in ("fp_log_fn", "fp_progress_fn"):
        return f"T{type_}"
    return PASCAL_TYPES.get(type_) or f"P{_handle(type_)}"


# ---- C#

CSHARP_TYPES = {
    "int32_t": "int",
    "uint32_t": "uint",
    "int64_t": "long",
    "size_t": "UIntPtr",
    "size_t *": "out UIntPtr",
}

CSHARP_OPENING = f"""\
// libfreedompay for .NET: Framework 4 and newer, .NET, Mono. {MADE}
//
// Texts go in as the zero-terminated UTF-8 that Text.In makes and come out as what Text.Out reads; handles are IntPtr. What each
// function does, and who frees what, stands in freedompay.h. A log or progress function must be kept alive by the program for as
// long as the library may call it.

using System;
using System.Runtime.InteropServices;
using System.Text;

namespace FreedomPay
{{
    /// <summary>Texts as the library takes and gives them.</summary>
    public static class Text
    {{
        // Half a character is refused, and not made a question mark of.
        private static readonly Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>A text for the library; null stays null. An ArgumentException for one with a zero in it, which would be
        /// cut there, and for one that is no text.</summary>
        public static byte[] In(string text)
        {{
            if (text == null)
                return null;
            if (text.IndexOf('\\0') >= 0)
                throw new ArgumentException("the text has a zero in it, at " + text.IndexOf('\\0'));
            return Strict.GetBytes(text + "\\0");
        }}

        /// <summary>A text of the library, copied; null where there is none.</summary>
        public static string Out(IntPtr text)
        {{
            if (text == IntPtr.Zero)
                return null;
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
                length++;
            byte[] bytes = new byte[length];
            Marshal.Copy(text, bytes, 0, length);
            return Encoding.UTF8.GetString(bytes);
        }}
    }}

    /// <summary>The functions and numbers of freedompay.h, under their names.</summary>
    public static class Native
    {{
        private const string Library = "freedompay";

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        public delegate void fp_log_fn(IntPtr userdata, int level, IntPtr message);
        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        public delegate int fp_progress_fn(IntPtr userdata, IntPtr latest);
"""


def csharp() -> List[str]:
    lines = [CSHARP_OPENING, *(f"        public const int {name} = {number};" for name, number in constants()), ""]
    return [*lines, *(_csharp_function(function) for function in functions()), "    }", "}"]


def _csharp_function(function: Function) -> str:
    gives = "void" if function.gives == "void" else CSHARP_TYPES.get(function.gives, "IntPtr")
    takes = ", ".join(f"{_csharp_type(type_)} {name}" for type_, name in function.takes)
    return (
        "        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]\n"
        f"        public static extern {gives} {function.name}({takes});"
    )


def _csharp_type(type_: str) -> str:
    if type_ in ("const char *", "const uint8_t *"):
        return "byte[]"
    if type_ in ("fp_log_fn", "fp_progress_fn"):
        return type_
    return CSHARP_TYPES.get(type_, "IntPtr")


# ---- Visual Basic 6

VB6_TYPES = {
    "const char *": "ByVal {} As String",
    "const uint8_t *": "ByRef {} As Byte",
    "int64_t": "ByVal {} As Currency",
    "size_t *": "ByRef {} As Long",
}

VB6_OPENING = f"""\
Attribute VB_Name = "FreedomPayDeclarations"
' libfreedompay for Visual Basic 6 and 32-bit VBA. {MADE}
'
' The functions fps_... of freedompay.dll are those of freedompay.h in the convention that Declare wants. Handles are Long. An
' id or a time of 64 bits is a Currency: 123456 is CCur(123456) / 10000, see FreedomPay.bas, which also reads texts.
Option Explicit
"""

# What VB6 keeps for itself, of the names that a parameter may come to have; it tells them apart without regard to case.
VB6_KEPT = set(
    """abs and any array as boolean byref byte byval call case circle close const currency date debug declare dim do double
    each else elseif end enum erase event exit fix for friend function get global gosub goto if imp implements in input int
    integer is lbound len let like lock long loop me mod new next not nothing null on open option optional or preserve print
    private public put redim resume return scale seek select set sgn shared single static stop string sub tab then to true
    type ubound unlock until variant wend while with write xor""".split()
)

# The DLL has them in the convention of C only.
VB6_WITHOUT = {"fp_config_set_log"}


def vb6() -> List[str]:
    lines = [VB6_OPENING, *(f"Public Const {name} As Long = {number}" for name, number in constants()), ""]
    return [*lines, *(_vb6_function(one) for one in functions() if one.name not in VB6_WITHOUT)]


def _vb6_function(function: Function) -> str:
    takes = ", ".join(VB6_TYPES.get(type_, "ByVal {} As Long").format(_vb6_name(name)) for type_, name in function.takes)
    name = function.name.replace("fp_", "fps_", 1)
    gives = {"void": "", "int64_t": " As Currency"}.get(function.gives, " As Long")
    kind = "Function" if gives else "Sub"
    return f'Public Declare {kind} {name} Lib "freedompay.dll" ({takes}){gives}'


def _vb6_name(name: str) -> str:
    return f"of_{name}" if name.lower() in VB6_KEPT else name


# ---- all of them

FILES: Dict[str, Tuple[Callable[[], List[str]], str]] = {
    "bindings/pascal/freedompay.pas": (pascal, "\n"),
    "bindings/csharp/FreedomPay.cs": (csharp, "\n"),
    # Its editor reads no other ends of lines.
    "bindings/vb6/FreedomPayDeclarations.bas": (vb6, "\r\n"),
}


def _handle(type_: str) -> str:
    name = type_.replace("const ", "").replace(" *", "")
    if name not in handles():
        raise SystemExit(f"what is {type_} in Pascal?")
    return name


def main() -> int:
    wrong = []
    for path, (declare, newline) in FILES.items():
        content = ("\n".join(declare()) + "\n").replace("\n", newline).encode("utf-8")
        file = ROOT / path
        if sys.argv[1:] != ["--check"]:
            file.write_bytes(content)
        elif not file.exists() or file.read_bytes() != content:
            wrong.append(path)
    for path in wrong:
        print(f"{path} does not declare what the header does: python3 bindings/declare.py writes it")
    print(f"{len(FILES) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
