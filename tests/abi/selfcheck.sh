#!/usr/bin/env bash
# Shows that the checks can fail: each is given something that is wrong in one way and must say so, and something that is
# right and must pass. Ends with "N passed, N failed".
#
#   tests/abi/selfcheck.sh [HEADER]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
header=${1:-$root/include/freedompay.h}
work=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-selfcheck-XXXXXX")
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

# expect green|red PATTERN NAME COMMAND...: red must say PATTERN, so that it is red for the right reason.
expect() {
    local colour=$1 pattern=$2 name=$3 got=green
    shift 3
    "$@" >"$work/log" 2>&1 || got=red
    if [ "$got" = "$colour" ] && grep -qE -- "$pattern" "$work/log"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name: expected $colour with \"$pattern\", got $got:"
        sed 's/^/    /' "$work/log" | head -n 20
    fi
}

# ---- header.sh

# edited NAME SED-SCRIPT: a copy of the header with one fault; the header itself when the script does not fit it.
edited() {
    if sed -e "$2" "$header" >"$work/$1.h" && ! cmp -s "$header" "$work/$1.h"; then
        echo "$work/$1.h"
    else
        echo "$header"
    fi
}
first='/fp_version(void);/'
expect green '0 failed' "header as it is" "$here/header.sh" "$header"
expect red '-std=c89, alone' "a comment of C++" "$here/header.sh" "$(edited comment "$first a // not in C89")"
expect red '-std=c89, alone' "a syntax error" "$here/header.sh" "$(edited syntax "$first s/;//")"
expect red '-std=c99, alone' "a type from nowhere" "$here/header.sh" "$(edited type "$first a ssize_t fp_more(void);")"
expect red '-std=c\+\+17, alone' "a name that is a word of C++" "$here/header.sh" "$(edited word "$first a int fp_more(int new);")"
expect red '-std=c11, alone' "an enum with a type" "$here/header.sh" "$(edited enum "$first a typedef enum fp_e : int { FP_E } fp_e;")"
expect red '-std=c\+\+11, twice' "what must not stand there twice" "$here/header.sh" "$(edited twice "1 i struct fp_s { int a; };")"
expect red 'as a C function' "functions of C++" "$here/header.sh" "$(edited mangled 's/^extern "C" {/extern "C++" {/')"

# ---- symbols.sh

gcc -E -P -x c "$header" | grep -oE '\bfp_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u \
    | sed 's/.*/int &(void); int &(void) { return 0; }/' >"$work/stub.c"
cp "$header" "$work/header.h"

# library NAME SONAME SOURCE-TO-ADD [OPTION...]: a library with every function of the header.
library() {
    local name=$1 soname=$2 more=$3
    shift 3
    mkdir -p "$work/$name"
    { cat "$work/stub.c" && echo "$more"; } | gcc -shared -fPIC -x c - -Wl,-soname,"$soname" -o "$work/$name/libfreedompay.so" "$@"
    gcc -c "$work/stub.c" -o "$work/$name/stub.o"
    ar rcs "$work/$name/libfreedompay.a" "$work/$name/stub.o"
    ln -s libfreedompay.so "$work/$name/$soname" 2>/dev/null || true
    echo "$work/$name/libfreedompay.so"
}
soname=libfreedompay.so.1
good=$(library good "$soname" "")
expect green '0 failed' "a library with every function" "$here/symbols.sh" "$good" "$header"
expect red 'not in the library: fp_more$' "one prototype more" "$here/symbols.sh" "$good" "$(edited more "$first a int fp_more(void);")"
expect red 'not in the header: fp_version$' "one prototype less" "$here/symbols.sh" "$good" "$(edited less "$first d")"
expect red 'not in the header: fp_more$' "one symbol more" \
    "$here/symbols.sh" "$(library symbol "$soname" "int fp_more(void); int fp_more(void) { return 0; }")" "$header"
expect red 'not in the header: leaked$' "a foreign symbol" \
    "$here/symbols.sh" "$(library foreign "$soname" "void leaked(void); void leaked(void) { }")" "$header"
expect red 'not plain functions: .*fp_data' "data" "$here/symbols.sh" "$(library data "$soname" "int fp_data = 1;")" "$header"
expect red "the soname is 'libfreedompay.so'" "another soname" "$here/symbols.sh" "$(library soname libfreedompay.so "")" "$header"
expect red 'more than the C library: libresolv' "one library more" \
    "$here/symbols.sh" "$(library needed "$soname" "" -Wl,--no-as-needed -lresolv)" "$header"
expect red 'RPATH' "a path of the build machine" "$here/symbols.sh" "$(library rpath "$soname" "" -Wl,-rpath,/build)" "$header"
expect red 'bytes are more than' "too large" \
    "$here/symbols.sh" "$(library large "$soname" "static volatile const char fill[4 << 20] = { 1 }; int fp_version_2(void) { return fill[7]; }")" "$header"
# unsealed: a library as it is, and a static one with a name that another library may have, too.
unsealed() {
    local built
    built=$(library unsealed "$soname" "")
    echo 'int sqlite3_open(void); int sqlite3_open(void) { return 0; }' | gcc -c -x c - -o "$work/unsealed/more.o"
    ar rcs "$work/unsealed/libfreedompay.a" "$work/unsealed/more.o"
    echo "$built"
}
expect red 'the static library: sqlite3_open$' "a name more in the static library" "$here/symbols.sh" "$(unsealed)" "$header"
expect red 'no prototype was found' "an empty header" "$here/symbols.sh" "$good" /dev/null

# ---- record.py

# recorded COLOUR PATTERN NAME HEADER [EXIT-CODES]: against the record of this ABI.
recorded() { expect "$1" "$2" "$3" "$here/record.py" "$4" "$here/recorded.txt" "${5:-$root/src/bin/freedompay/exit.rs}"; }
sed 's/Unknown = 30/Unknown = 31/' "$root/src/bin/freedompay/exit.rs" >"$work/exit.rs"
recorded green ' 0 failed' "an ABI as it was recorded" "$header"
recorded green ' 0 failed' "another name of a parameter" "$(edited parameter 's/fp_config_free(fp_config \*config)/fp_config_free(fp_config *it)/')"
recorded red '^gone: function fp_version$' "a function less" "$(edited gone "$first d")"
recorded red '^gone: constant FP_ERR_UNKNOWN$' "a constant less" "$(edited constant '/^#define FP_ERR_UNKNOWN /d')"
recorded red '^changed: constant FP_ERR_UNKNOWN: .4. is now .5.$' "another number" "$(edited number 's/^\(#define FP_ERR_UNKNOWN\) 4/\1 5/')"
recorded red '^changed: function fp_config_free: ' "another parameter" "$(edited changed 's/fp_config_free(fp_config \*config)/fp_config_free(const fp_config *config)/')"
recorded red '^changed: type fp_log_fn: ' "another function type" "$(edited fn 's/(\*fp_log_fn)(void \*userdata, int32_t/(*fp_log_fn)(void *userdata, int64_t/')"
recorded red '^changed: exit unknown: ' "another exit code" "$header" "$work/exit.rs"
more=$(edited recorded "$first a int fp_more(int);")
recorded red '^new, and not recorded .*: function fp_more$' "a function more" "$more"
cp "$here/recorded.txt" "$work/recorded.txt"
expect green '^1 recorded under ' "a function more, recorded" "$here/record.py" --record "$more" "$work/recorded.txt"
expect green ' 0 failed' "a function more, once it is recorded" "$here/record.py" "$more" "$work/recorded.txt"
expect red '^gone: function fp_more$' "a function that was recorded, less" "$here/record.py" "$header" "$work/recorded.txt"
expect red '^gone: ' "a change is not recorded" "$here/record.py" --record "$(edited unrecorded "$first d")" "$work/recorded.txt"

# ---- deny.sh

# denied NAME SED-SCRIPT PATTERN: what is wanted of the packages, with one change.
denied() {
    sed -e "$2" "$root/deny.toml" >"$work/deny.toml"
    expect red "$3" "$1" "$root/tests/deny.sh" "$work/deny.toml"
}
denied "a licence that is not allowed" '/"ISC"/d' 'licenses FAILED'
denied "a package that is banned" 's/"aws-lc-rs"/"ring"/' 'bans FAILED'
denied "two versions of a package" '/"winnow@/d' 'bans FAILED'
denied "a source that is not known" 's/^unknown-registry.*/&\nallow-registry = []/' 'sources FAILED'

# ---- wrapper.sh

# wrapper NAME FILE SED-SCRIPT: a copy of the include folder with one fault in one of its files.
wrapper() {
    mkdir -p "$work/$1"
    cp -r "$root/include/." "$work/$1"
    cp "$header" "$work/$1/freedompay.h"
    sed -i -e "$3" "$work/$1/$2"
    echo "$work/$1"
}
printf 'fp_version\n' >"$work/bare.txt"
printf 'fp_invoice_request_set_amount_minor  a reason\nfp_version  a reason\n' >"$work/stale.txt"
printf 'fp_invoice_request_set_amount_minor  a reason\nfp_gone  a reason\n' >"$work/gone.txt"
expect green '0 failed' "the wrapper as it is" env FREEDOMPAY_CXX= "$here/wrapper.sh"
expect red 'not in freedompay.hpp: fp_more$' "one function more" \
    env FREEDOMPAY_CXX= "$here/wrapper.sh" "$(wrapper function freedompay.h "$first a int32_t fp_more(void);")"
expect red 'not in freedompay.hpp: FP_ERR_MORE$' "one constant more" \
    env FREEDOMPAY_CXX= "$here/wrapper.sh" "$(wrapper constant freedompay.h '/^#define FP_OK 0/ a #define FP_ERR_MORE 99')"
expect red 'not in freedompay.hpp: fp_abi_version$' "a function that only a comment names" \
    env FREEDOMPAY_CXX= "$here/wrapper.sh" "$(wrapper comment freedompay/codes.hpp 's|return fp_abi_version();|return 1; // fp_abi_version|')"
expect red 'std=c\+\+17 without exceptions' "an exception that is always thrown" \
    env FREEDOMPAY_CXX=g++ "$here/wrapper.sh" "$(wrapper throw freedompay/amount.hpp 's/std::string digits = /if (exponent > 9) throw 1; &/')"
expect red 'freedompay/amount.hpp alone' "a file that leans on another" \
    env FREEDOMPAY_CXX=g++ "$here/wrapper.sh" "$(wrapper alone freedompay/amount.hpp '/^#include <string>/ d; /^#include <string_view>/ d; s/"codes.hpp"/"..\/freedompay.h"/')"
expect red '1 lines of bare.txt have no reason' "no reason" env FREEDOMPAY_CXX= "$here/wrapper.sh" "$root/include" "$work/bare.txt"
expect red 'all the same: fp_version$' "a reason for what is used" env FREEDOMPAY_CXX= "$here/wrapper.sh" "$root/include" "$work/stale.txt"
expect red 'not in freedompay.h: fp_gone$' "a reason for what is gone" env FREEDOMPAY_CXX= "$here/wrapper.sh" "$root/include" "$work/gone.txt"

# ---- tests/behaviours/run.py

if [ -x "${FREEDOMPAY_TOOL:-$root/target/release/freedompay}" ]; then
    # plays TABLE ANSWER [EXIT-CODE]: a runner that answers so to everything.
    plays() {
        cat >"$work/runner.py" <<END
import sys
for line in sys.stdin:
    print('$2', flush=True)
sys.exit(${3:-0})
END
        echo "$1" >"$work/table.json"
        "$root/tests/behaviours/run.py" --table "$work/table.json" fake python3 "$work/runner.py"
    }
    table='[{"name": "a row", "steps": [{"do": "check", "expect": {"code": "FP_OK", "message": ""}}]}]'
    expect green '^1 passed, 0 failed$' "a runner that is right" plays "$table" '{"code": 0, "message": ""}'
    expect red 'code is 5, not FP_OK' "another code" plays "$table" '{"code": 5, "message": ""}'
    expect red 'message is "no", not ""' "another text" plays "$table" '{"code": 0, "message": "no"}'
    expect red 'message is null, not ""' "no text" plays "$table" '{"code": 0, "message": null}'
    expect red 'code is true, not FP_ERR_ARGUMENT' "a truth for a number" \
        plays '[{"name": "a row", "steps": [{"do": "check", "expect": {"code": "FP_ERR_ARGUMENT"}}]}]' '{"code": true}'
    expect red 'code was not told' "a fact that is not told" plays "$table" '{"message": ""}'
    expect red 'says unsupported: check' "what a language cannot do" plays "$table" '{"unsupported": "check"}'
    expect red 'the runner answered' "no JSON" plays "$table" 'hello'
    expect red 'the runner answered "more"' "a word too many" plays "$table" '{"code": 0, "message": ""}\nmore'
    expect red 'ended with exit code 3' "a runner that ends badly" plays "$table" '{"code": 0, "message": ""}' 3
    expect red 'has seen 0 of /, not 1' "a request that never came" \
        plays '[{"name": "a row", "steps": [{"seen": {"/": 1}}]}]' '{}'
    expect red 'nothing is expected' "a row that expects nothing" plays '[{"name": "a row", "steps": [{"do": "check"}]}]' '{}'
    expect red 'no such step' "a step that does not exist" plays '[{"name": "a row", "steps": [{"sen": {"/": 1}}, {"seen": {}}]}]' '{}'
    expect red 'no name of its own' "two rows of one name" \
        plays '[{"name": "a", "steps": [{"seen": {"/": 0}}]}, {"name": "a", "steps": [{"seen": {"/": 0}}]}]' '{}'
else
    failed=$((failed + 1))
    echo "the tool is missing, so tests/behaviours/run.py was not shown red: build first"
fi

# ---- tests/c/run.sh: a check that fails, a leak, a crash and a program that checks nothing

if [ -x "${FREEDOMPAY_TOOL:-$root/target/release/freedompay}" ]; then
    # program NAME BODY
    program() {
        printf '#include "support/check.h"\n#include <stdlib.h>\nint main(void)\n{\n%s\n}\n' "$2" >"$work/$1.c"
        echo "$work/$1.c"
    }
    runner() {
        FREEDOMPAY_OUT=$work/out FREEDOMPAY_LIB_DIR=$(dirname "$good") FREEDOMPAY_INCLUDE=$work/include "$root/tests/c/run.sh" "$1"
    }
    mkdir -p "$work/include"
    cp -r "$root/include/." "$work/include"
    cp "$header" "$work/include/freedompay.h"
    expect green '^3 passed, 0 failed$' "a program that is right" runner "$(program right 'CHECK(1); return check_end();')"
    expect red '^0 passed, 3 failed$' "a check that fails" runner "$(program wrong 'CHECK(0); return check_end();')"
    expect red '^3 passed, 1 failed$' "a leak" \
        runner "$(program leak 'void *volatile lost = malloc(100); CHECK(lost != NULL); lost = NULL; return check_end();')"
    expect red '^3 passed, 1 failed$' "reading behind the end" \
        runner "$(program beyond 'char *volatile text = malloc(100); volatile size_t at = 100; CHECK(text != NULL);
if (text[at] == 1) { text[0] = 2; }
free(text); return check_end();')"
    expect red '^0 passed, 3 failed$' "a crash" runner "$(program crash 'CHECK(1); abort();')"
    expect red '^0 passed, 3 failed$' "a program that checks nothing" runner "$(program nothing 'return 0;')"
    expect red '^0 passed, 2 failed$' "a program that does not build without a warning" runner "$(program warning 'int unused; CHECK(1); return check_end();')"
else
    failed=$((failed + 1))
    echo "the tool is missing, so tests/c/run.sh was not shown red: build first"
fi

# ---- promises.sh

# shellcheck disable=SC2016
sed 's/`an_answer_cut_anywhere[a-z_]*`/`a_test_that_nobody_wrote`/' "$root/README.md" >"$work/broken.md"
expect green '0 failed' "promises as they are" "$here/../promises.sh"
# promised NAME: a copy that promises by another function of src/callback/forgeries.rs.
promised() {
    sed "s/\`a_result_forged_out_of_another_is_not_believed\`/\`$1\`/" "$root/README.md" >"$work/promised.md"
    echo "$work/promised.md"
}
expect red 'there is no a_test_that_nobody_wrote$' "a promise without a test" "$here/../promises.sh" "$work/broken.md"
expect red 'there is no a_result_forged$' "a promise by the beginning of a name" "$here/../promises.sh" "$(promised a_result_forged)"
expect red 'there is no meaning$' "a promise by a function that tests nothing" "$here/../promises.sh" "$(promised meaning)"

# logs NAME SED-SCRIPT: what the parts of tests/run.sh print when all is well, with one change.
logs() {
    local file name
    rm -rf "$work/logs"
    mkdir "$work/logs"
    # shellcheck disable=SC2016
    sed -n 's/^| .* | `\([^`]*\)`: `\([^`]*\)` |$/\1 \2/p' "$root/README.md" | while read -r file name; do
        case $file in
        *.rs) echo "test a::tests::$name ... ok" >>"$work/logs/rust" ;;
        tests/soak/*) ;;
        tests/fork/*.py) echo "${file#tests/}::${name}[1] PASSED [ 50%]" >>"$work/logs/bindings" ;;
        *.py) echo "$file::${name}[1] PASSED [ 50%]" >>"$work/logs/$(basename "$(dirname "$file")")" ;;
        esac
    done
    for part in behaviours_c behaviours_php wheel symbols record soak; do
        echo "3 passed, 0 failed" >"$work/logs/$part"
    done
    sed -i -e "$2" "$work/logs/$1"
    echo "$work/logs"
}
passes() { "$here/../promises.sh" README.md "$1"; }
expect green '0 failed' "promises whose tests have passed" passes "$(logs rust '')"
expect red 'journal/file.rs: nothing_secret_is_in_the_file has not passed' "one that was left out" \
    passes "$(logs rust 's/\(nothing_secret.*\) ok$/\1 ignored/')"
expect red 'journal/file.rs: nothing_secret_is_in_the_file has not passed' "one that did not run" passes "$(logs rust '/nothing_secret/d')"
expect red 'test_svg_at_any_scale has not passed' "one that passed with some values only" \
    passes "$(logs qr 's/.*::test_svg_at_any_scale.*/&\n&/; s/PASSED/SKIPPED/')"
expect red 'behaviours.json: .* has not passed' "a part that failed" passes "$(logs behaviours_php 's/0 failed/1 failed/')"
expect red 'symbols.sh: .* has not passed' "a part that did not run" passes "$(logs symbols d)"

# ---- rooms.sh

# core SED-SCRIPT FILE: a copy of the source with one fault in a file.
core() {
    rm -rf "$work/src"
    cp -r "$root/src" "$work/src"
    sed -i -e "$1" "$work/src/$2"
    echo "$work/src"
}
expect green '0 failed' "rooms as they are" "$here/../rooms.sh"
expect red 'rooms use each other: .*loop' "an error that knows the client" \
    "$here/../rooms.sh" "$(core '4i use crate::client::Client;' outcome/words.rs)"
expect red 'not looked at: outcome/words.rs: crate::\{' "the same in brackets" \
    "$here/../rooms.sh" "$(core '4i use crate::{client::Client, log::Log};' outcome/words.rs)"
expect red 'not looked at: outcome/words.rs: super::super::client' "the same by way of super" \
    "$here/../rooms.sh" "$(core '4i use super::super::client::Client;' outcome/words.rs)"
expect red 'uses it: .*money::Amount' "a sandbox that uses the library" \
    "$here/../rooms.sh" "$(core '4i use crate::money::Amount;' sandbox/clock.rs)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
