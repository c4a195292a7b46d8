# Two commands for a newcomer: `make demo` and `make test`. Both install what the system lacks.

SWIFT ?= swift
PREFIX ?= /usr/local
TOOL := .build/release/aepca
DEMO := demo
FUZZ_SECONDS ?= 60

# What Debian 12 must have beside a Swift toolchain: libcsv reads CSV, OpenBLAS and LAPACKE do the
# linear algebra, libyaml reads --config, libstdc++ and libfmt convert numbers, zlib and Zstandard
# compress, xxHash finds damaged files, libpng reads pictures, Chart.js draws in reports and gnuplot
# elsewhere.
PACKAGES := libcsv-dev liblapacke-dev libopenblas-pthread-dev libyaml-dev libstdc++-12-dev \
  libjs-chart.js gnuplot-nox libfmt-dev zlib1g-dev libzstd-dev libxxhash-dev libpng-dev

.PHONY: help demo test check notebooks faults fuzz fuzzers corpus sanitize sanitize-address sanitize-thread arm64 build install setup lint format clean

help:
	@echo "make demo     install what is missing, build, fit a nonlinear PCA on real data"
	@echo "make test     install what is missing, run every test"
	@echo "make check    open the reports of all data sets in a browser, replay what fuzzing found,"
	@echo "              run the walk-throughs, shortened"
	@echo "make faults   try bad input, full disks, small limits, signals and kills on the tool"
	@echo "make fuzz     fuzz each target for FUZZ_SECONDS ($(FUZZ_SECONDS))"
	@echo "make sanitize run every test under the address and the thread sanitizer"
	@echo "make notebooks  run every walk-through in Notebooks-text"
	@echo "make arm64    compile the C kernels for arm64 and compare them with their twins there"
	@echo "make build    the release tool at $(TOOL)"
	@echo "make install  copy tool and data sets to PREFIX ($(PREFIX))"
	@echo "make lint     check the format of the sources"

# Asks dpkg first, so that a machine that has everything needs neither root nor network.
setup:
	@command -v $(SWIFT) >/dev/null || { echo "make: no '$(SWIFT)' on the PATH; install Swift 6.3 from swift.org" >&2; exit 1; }
	@missing=; for package in $(PACKAGES); do \
	  dpkg-query --show --showformat='$${db:Status-Status}\n' $$package 2>/dev/null | grep -qx installed \
	    || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then run=; else run=sudo; fi; \
	  echo "installing:$$missing"; \
	  $$run apt-get update -q && $$run env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -q -y --no-install-recommends $$missing; \
	fi

# The linker warns of mktemp inside the static Foundation, which this tool never calls.
build: setup
	@$(SWIFT) build -c release --static-swift-stdlib --product aepca

# Tests run in release: the same code that ships, and the numeric ones end in seconds. They have a
# build folder of their own because the tool is linked statically and test runners cannot be.
test: build
	$(SWIFT) test -c release --scratch-path .build-tests

# Debian's Python, because that is whom Debian's Selenium is installed for. With PICTURES=FOLDER the
# pages are left there as pictures to look at.
check: PACKAGES += chromium chromium-driver python3-selenium
check: build corpus
	@/usr/bin/python3 Tests/Browser/check_pages.py $(TOOL) $(PICTURES)
	@python3 Notebooks-text/refresh.py --tool $(TOOL) --short

# Some need root (a small file system to fill) and say so when they are skipped.
faults: build
	@/usr/bin/python3 -B Tests/Faults/battery.py $(TOOL) $(FAULTS)

# libFuzzer and the address sanitizer come with the toolchain. What a target finds is left beside
# the build as crash-…: its input goes to the corpus with the repair.
FUZZ := Tests/Fuzz
FUZZERS := csv number model checkpoint transform compressed
FUZZ_TOOLS := .build-fuzz/release
# What is made once and kept for good is no leak, but is taken for one.
FUZZ_RUN := SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0

# The compiler heeds the last -sanitize alone, so both have to stand in it: else no Swift reports
# what an input reaches, and the fuzzer gropes in the dark.
fuzzers: setup
	@$(SWIFT) build -c release --package-path $(FUZZ) --scratch-path .build-fuzz \
	  --sanitize=fuzzer --sanitize=address -Xswiftc -sanitize=fuzzer,address

corpus: fuzzers
	@for name in $(FUZZERS); do \
	  $(FUZZ_RUN) $(FUZZ_TOOLS)/fuzz-$$name -runs=0 $(FUZZ)/Corpus/$$name 2>$(FUZZ_TOOLS)/$$name.log \
	    || { cat $(FUZZ_TOOLS)/$$name.log; exit 1; }; \
	done; echo "the corpus was replayed"

fuzz: fuzzers
	@for name in $(FUZZERS); do \
	  mkdir -p .build-fuzz/corpus/$$name; echo "fuzz-$$name, $(FUZZ_SECONDS) s"; \
	  $(FUZZ_RUN) $(FUZZ_TOOLS)/fuzz-$$name -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=4096 \
	    -dict=$(FUZZ)/Dictionaries/$$name.txt -artifact_prefix=.build-fuzz/$$name- \
	    .build-fuzz/corpus/$$name $(FUZZ)/Corpus/$$name 2>$(FUZZ_TOOLS)/$$name.log \
	    || { tail -60 $(FUZZ_TOOLS)/$$name.log; exit 1; }; \
	  tail -2 $(FUZZ_TOOLS)/$$name.log; \
	done

# Every test, then bad input and damaged files on a tool that is watched too. Room that cannot be had
# is asked for by tests, and the sanitizer itself needs far more addresses than they allow, so what
# sets limits or kills is left to `make faults`. Under the thread sanitizer, twenty times slower, the
# tests run the tool as it ships: its fits alone would take hours.
SANITIZED := -- ulimit limits disk kill signal changing
ASAN := ASAN_OPTIONS=allocator_may_return_null=1:detect_leaks=0
TSAN := TSAN_OPTIONS=allocator_may_return_null=1:suppressions=$(CURDIR)/Tests/thread-sanitizer.txt

sanitize: sanitize-address sanitize-thread

sanitize-address: setup
	SWIFT_BACKTRACE=enable=no $(ASAN) AEPCA_TOOL=$(CURDIR)/.build-address/release/aepca \
	  $(SWIFT) test -c release --sanitize=address --scratch-path .build-address
	$(ASAN) /usr/bin/python3 -B Tests/Faults/battery.py .build-address/release/aepca $(SANITIZED)

sanitize-thread: build
	SWIFT_BACKTRACE=enable=no $(TSAN) \
	  $(SWIFT) test -c release --sanitize=thread --scratch-path .build-thread
	$(TSAN) /usr/bin/python3 -B Tests/Faults/battery.py .build-thread/release/aepca $(SANITIZED)

# The toolchain's own clang compiles for any processor; Debian has the C library and an emulator.
CLANG ?= clang
ARM64 := .build-arm64/portable-kernels

arm64: PACKAGES += libc6-dev-arm64-cross libgcc-12-dev-arm64-cross qemu-user
arm64: setup
	@mkdir -p $(dir $(ARM64))
	@$(CLANG) --target=aarch64-linux-gnu -fuse-ld=lld -static -O2 -Wall -D_GNU_SOURCE -ISources/Kernels/include \
	  -o $(ARM64) Tests/Arm64/portable_kernels.c Sources/Kernels/*.c -lm -lpthread
	@qemu-aarch64 $(ARM64)

# Runs every cell of every walk-through and writes nothing: training ends in other digits on another
# kind of processor, so what is printed there is not compared.
notebooks: build
	@python3 Notebooks-text/refresh.py --tool $(TOOL) --run

demo: build
	@sh Notebooks-text/demo.sh $(TOOL) $(DEMO)

install: build
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/aepca
	install -m 755 $(TOOL) $(DESTDIR)$(PREFIX)/bin/aepca
	install -m 644 Datasets/*.csv Datasets/README.md $(DESTDIR)$(PREFIX)/share/aepca

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift

format:
	$(SWIFT) format format --in-place --recursive Sources Tests Package.swift

clean:
	rm -rf .build .build-tests .build-arm64 .build-fuzz .build-address .build-thread $(DEMO)
