# The commands of the project. Each installs what it needs first (tests/setup.sh) and does only what is missing.

RELEASE = target/release
PREFIX = /usr/local
LIBDIR = $(PREFIX)/lib
INCLUDEDIR = $(PREFIX)/include
MANDIR = $(PREFIX)/share/man
DESTDIR =
BUILT = $(addprefix $(RELEASE)/,libfreedompay.so libfreedompay.a freedompay native-static-libs)

.PHONY: help build test check abi-record deny vendor sanitize fuzz soak demo bench pictures wheel install uninstall cross test-cross

help:
	@echo "make demo    take a payment from C, Python and PHP against the sandbox gateway"
	@echo "make test    every test; the last line is the count"
	@echo "make build   $(RELEASE)/libfreedompay.so, libfreedompay.a and the tool $(RELEASE)/freedompay"
	@echo "make install PREFIX=$(PREFIX) DESTDIR=   library, headers, pkg-config, CMake, tool, manual pages; make uninstall"
	@echo "make wheel   the Python package with the library and the tool inside, in target/wheel"
	@echo "make check   formatting, lints, header and ABI, and that these checks can fail"
	@echo "make bench   one invoice beside libcurl, bare reqwest, a bare socket, PHP's curl, Python's requests and httpx"
	@echo "make abi-record  write down what is new in the ABI, to be kept from then on"
	@echo "make sanitize  the C programs under AddressSanitizer, LeakSanitizer and ThreadSanitizer"
	@echo "make fuzz    everything that comes from outside, mutated: 60 seconds for each kind (FREEDOMPAY_FUZZ_S)"
	@echo "make soak    tills and gateway killed, answers lost, payers paying, for ten minutes (FREEDOMPAY_SOAK_S), and then the books"
	@echo "make vendor  a copy of all packages in target/vendor, and a build from it without a network"
	@echo "make deny    licences, sources and versions of the packages; a part of make check"
	@echo "make pictures  the pictures of the README"
	@echo "make cross   archives for Windows, older and other Linux, in target/dist; TARGET=... for one (bindings/c/cross)"
	@echo "make test-cross  runs what make cross has built, under wine and qemu, and the Rust tests on 32 bits"

# One library type at a time: an rlib or a second type beside the cdylib silently drops link-time optimization. The tool
# has a folder of its own, because the two builds of the library would undo each other.
build:
	@tests/setup.sh build
	cargo rustc --locked --release --lib --crate-type cdylib
	cargo rustc --locked --release --lib --crate-type staticlib -- --print native-static-libs=$(RELEASE)/native-static-libs
	@bindings/c/install/seal.sh $(RELEASE)/libfreedompay.a
	cargo build --locked --release --features cli,sandbox --bin freedompay --target-dir target/tool
	@ln -sf libfreedompay.so $(RELEASE)/libfreedompay.so.1
	@ln -sf ../tool/release/freedompay $(RELEASE)/freedompay

# What is built is never built by root: `make build && sudo make install`. Where nothing is built, it is.
install:
	@if [ "$$(id -u)" != 0 ] || ! ls $(BUILT) >/dev/null 2>&1; then $(MAKE) build; fi
	@PREFIX='$(PREFIX)' LIBDIR='$(LIBDIR)' INCLUDEDIR='$(INCLUDEDIR)' MANDIR='$(MANDIR)' DESTDIR='$(DESTDIR)' \
		bindings/c/install/install.sh install

uninstall:
	@PREFIX='$(PREFIX)' LIBDIR='$(LIBDIR)' INCLUDEDIR='$(INCLUDEDIR)' MANDIR='$(MANDIR)' DESTDIR='$(DESTDIR)' \
		bindings/c/install/install.sh uninstall

test: build
	@tests/setup.sh test
	@tests/run.sh

wheel: build
	@tests/setup.sh wheel
	@mkdir -p target/wheel
	@bindings/python/wheel.sh target/wheel

abi-record: build
	@tests/abi/record.py --record

vendor:
	@tests/setup.sh build
	@tests/vendor.sh

cross:
	@tests/setup.sh cross
	@bindings/c/cross/build.sh $(TARGET)

test-cross: build
	@tests/setup.sh cross test-cross
	@tests/cross/wine32.sh
	@tests/cross/run.sh $(TARGET)

sanitize: build
	@tests/setup.sh test
	@tests/sanitize.sh

# The same as in `make test`, for ten minutes.
soak: build
	@tests/setup.sh test
	@FREEDOMPAY_SOAK_S=$${FREEDOMPAY_SOAK_S:-600} FREEDOMPAY_TOOL=$(CURDIR)/$(RELEASE)/freedompay \
	    FREEDOMPAY_LIBRARY=$(CURDIR)/$(RELEASE)/libfreedompay.so PYTHONPATH=bindings/python tests/soak/soak.py

fuzz:
	@tests/setup.sh fuzz
	@tests/fuzz/run.sh

deny:
	@tests/setup.sh deny
	@tests/deny.sh

check: build
	@tests/setup.sh check
	@tests/check.sh

demo: build
	@tests/setup.sh demo
	@tests/demo.sh

bench: build
	@tests/setup.sh bench || echo "(a peer whose packages are missing is left out)"
	@python3 tests/bench/run.py --pictures target/bench

pictures: build
	@tests/setup.sh pictures
	@tests/pictures.sh
