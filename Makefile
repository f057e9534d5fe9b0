# The commands of the project. Each installs what it needs first (tests/setup.sh) and does only what is missing.

RELEASE = target/release

.PHONY: help build test check demo bench pictures

help:
	@echo "make demo    take a payment from C, Python and PHP against the sandbox gateway"
	@echo "make test    every test; the last line is the count"
	@echo "make build   $(RELEASE)/libfreedompay.so, libfreedompay.a and the tool $(RELEASE)/freedompay"
	@echo "make check   formatting, lints, header and ABI, and that these checks can fail"
	@echo "make bench   one invoice compared with libcurl and with a bare socket"
	@echo "make pictures  the pictures of the README"

# One library type at a time: an rlib or a second type beside the cdylib silently drops link-time optimization. The tool
# has a folder of its own, because the two builds of the library would undo each other.
build:
	@tests/setup.sh build
	cargo rustc --locked --release --lib --crate-type cdylib
	cargo rustc --locked --release --lib --crate-type staticlib
	cargo build --locked --release --features cli,sandbox --bin freedompay --target-dir target/tool
	@ln -sf libfreedompay.so $(RELEASE)/libfreedompay.so.1
	@ln -sf ../tool/release/freedompay $(RELEASE)/freedompay

test: build
	@tests/setup.sh test
	@tests/run.sh

check: build
	@tests/setup.sh check
	@tests/check.sh

demo: build
	@tests/setup.sh demo
	@tests/demo.sh

bench: build
	@tests/bench/run.sh

pictures: build
	@tests/setup.sh pictures
	@tests/pictures.sh
