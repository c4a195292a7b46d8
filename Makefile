# Two commands for a newcomer: `make demo` and `make test`. Both install what the system lacks.

SWIFT ?= swift
PREFIX ?= /usr/local
TOOL := .build/release/aepca
DEMO := demo

# What Debian 12 must have beside a Swift toolchain: libcsv reads CSV, OpenBLAS and LAPACKE do the
# linear algebra, libyaml reads --config, libpng pictures, libstdc++ converts numbers, Chart.js draws
# in reports and gnuplot elsewhere.
PACKAGES := libcsv-dev liblapacke-dev libopenblas-pthread-dev libyaml-dev libstdc++-12-dev \
  libpng-dev libjs-chart.js gnuplot-nox

.PHONY: help demo test check arm64 build install setup lint format clean

help:
	@echo "make demo     install what is missing, build, fit a nonlinear PCA on real data"
	@echo "make test     install what is missing, run every test"
	@echo "make check    open the reports of all data sets in a browser"
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
check: build
	@/usr/bin/python3 Tests/Browser/check_pages.py $(TOOL) $(PICTURES)

# The toolchain's own clang compiles for any processor; Debian has the C library and an emulator.
CLANG ?= clang
ARM64 := .build-arm64/portable-kernels

arm64: PACKAGES += libc6-dev-arm64-cross libgcc-12-dev-arm64-cross qemu-user
arm64: setup
	@mkdir -p $(dir $(ARM64))
	@$(CLANG) --target=aarch64-linux-gnu -fuse-ld=lld -static -O2 -Wall -D_GNU_SOURCE -ISources/Kernels/include \
	  -o $(ARM64) Tests/Arm64/portable_kernels.c Sources/Kernels/*.c -lm -lpthread
	@qemu-aarch64 $(ARM64)

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
	rm -rf .build .build-tests .build-arm64 $(DEMO)
