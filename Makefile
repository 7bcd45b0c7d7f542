# Two commands do everything on a fresh Debian or Ubuntu machine with the Swift toolchain:
#   make run    installs what is missing, builds, runs the quickstart
#   make test   the same set-up, and all tests

PREFIX ?= /usr/local
CONFIGURATION ?= release
PACKAGES = g++ pkg-config libdnnl-dev libopenblas0-openmp libreadline-dev libsqlite3-dev libpng-dev libjpeg-dev \
           libgif-dev libwebp-dev libtiff-dev libzip-dev zlib1g-dev libssl-dev libcairo2-dev libchafa-dev \
           libxbyak-dev fonts-dejavu-core
BUILD = swift build -c $(CONFIGURATION) --explicit-target-dependency-import-check error
GANSH = .build/$(CONFIGURATION)/gansh
SWIFT_SOURCES = Package.swift Sources Tests

.PHONY: run test bench fuzz build packages format lint install uninstall clean

run: build
	experiments/quickstart/run.sh $(GANSH)

# The second and third time as processors with fewer instructions do it.
test: packages
	swift test -c $(CONFIGURATION) --explicit-target-dependency-import-check error
	DNNL_MAX_CPU_ISA=AVX2 swift test -c $(CONFIGURATION) --skip-build --filter CPUBackendTests
	DNNL_MAX_CPU_ISA=SSE41 swift test -c $(CONFIGURATION) --skip-build --filter CPUBackendTests

build: packages
	$(BUILD) --product gansh

bench: packages
	$(BUILD) --product gansh-bench
	.build/$(CONFIGURATION)/gansh-bench

# A minute for each target; `Tests/Fuzzing/run.sh TARGET SECONDS` for one of them.
fuzz: packages
	Tests/Fuzzing/run.sh
	for target in $$(ls Tests/Fuzzing/Corpora); do \
	  GANSH_FUZZ_BUILD=no Tests/Fuzzing/run.sh $$target 60 || exit 1; \
	done

# Says what it installs; uses sudo only when it is not root.
packages:
	@missing=""; for package in $(PACKAGES); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q "install ok installed" \
	    || missing="$$missing $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	  echo "installing:$$missing"; \
	  sudo=""; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get update -qq && \
	  DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends \
	    $$missing >/dev/null; \
	fi

format:
	swift format --in-place --recursive $(SWIFT_SOURCES)

lint:
	swift format lint --strict --recursive $(SWIFT_SOURCES)

install: build
	install -D -m 755 $(GANSH) $(DESTDIR)$(PREFIX)/bin/gansh

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/gansh

clean:
	rm -rf .build
