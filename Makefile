# make demo   write data and compute on it: the first thing to try
# make test   all tests
#
# Both install what is missing (a C compiler and libhdf5 with its headers) where apt is there, and say what to install
# elsewhere. Without libhdf5, plain `go build ./...` and `go test ./...` work too: all but the reading of HDF5 files.
#
# make soak   the checks that take long: some hours
# make bench  all benchmarks, and the ratios to peers: an hour

GO   ?= go
TAGS ?= libhdf5
DATA ?= data
# DEMO is options of `magpie demo`: --small, or --size 4GB.
DEMO ?=
FUZZTIME ?= 10s
# A package that hangs is stopped with all its stacks. The slowest, sched under the race detector, takes one minute on
# two idle cores; Go's own ten minutes are too near to that on a machine that is busy and slow.
TEST_TIMEOUT ?= 25m

# TOOLCHAIN is fetched where Go is older than go.mod asks for and is not allowed to fetch what it asks for: distributions
# and container images set GOTOOLCHAIN=local. A GOTOOLCHAIN that names a version stays as it is.
TOOLCHAIN := go1.27.3
ifneq ($(filter local,$(or $(GOTOOLCHAIN),local)),)
export GOTOOLCHAIN := $(shell $(GO) list -m >/dev/null 2>&1 && echo $(GOTOOLCHAIN) || echo $(TOOLCHAIN))
endif

# SOAK_FUZZTIME is for each fuzz target of make soak, SOAK_BUDGET what its memory limit is tried with.
SOAK_FUZZTIME ?= 5m
SOAK_BUDGET   ?= -data 20GB -limit 512MB

.DEFAULT_GOAL := build
.PHONY: build test demo race fuzz soak bench vet deps toolchain clean

build: deps
	$(GO) build -tags $(TAGS) -o bin/ ./cmd/magpie

test: deps
	$(GO) test -tags $(TAGS) -timeout $(TEST_TIMEOUT) ./...
	cd examples/plots && $(GO) test -timeout $(TEST_TIMEOUT) ./...

demo: build
	$(GO) build -tags $(TAGS) -o bin/ ./examples/alice ./examples/hdf5sum
	bin/magpie demo -v $(DEMO) $(DATA)
	@echo
	@echo "1. The mean of Alice's transactions in $(DATA)/accounts.*.json.gz"
	bin/alice '$(DATA)/accounts.*.json.gz'
	bin/magpie mean -v -f transactions.amount --where name=Alice '$(DATA)/accounts.*.json.gz'
	@echo
	@echo "2. The sum and mean of $(DATA)/random.hdf5::/x: read from the file, then from memory"
	bin/hdf5sum $(DATA)/random.hdf5 /x
	bin/magpie sum -v $(DATA)/random.hdf5::/x
	bin/magpie mean -v $(DATA)/random.hdf5::/x

race: deps
	$(GO) test -tags $(TAGS) -race -timeout $(TEST_TIMEOUT) ./...

# Every fuzz target for $(FUZZTIME): go test takes one at a time. Four processes at most, however many the cores: each has
# the memory of the target, and under load each has its ten seconds an input. An input that fails is written to the
# package's testdata; without one, the time was up at a bad moment, which go test may call a failure (go.dev/issue/75804).
fuzz: deps
	@failed=; for file in $$(grep -rl --include='*_test.go' '^func Fuzz' . | sort); do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file"); do \
			echo "$$(dirname "$$file") $$target"; \
			$(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) \
				-fuzzminimizetime 100x -parallel 4 -timeout $(TEST_TIMEOUT) "$$(dirname "$$file")" || failed="$$failed $$target"; \
		done; \
	done; \
	if [ -n "$$failed" ]; then echo "failed:$$failed" >&2; exit 1; fi

bench: deps
	$(GO) test -tags $(TAGS) -run '^$$' -bench . -benchmem -timeout 0 ./benchmarks/...
	benchmarks/peers.sh

# What takes too long for every change: the protocols of sched through every interleaving, data much larger than memory,
# and every fuzz target for $(SOAK_FUZZTIME).
soak: deps
	sched/model/check.sh
	MAGPIE_SOAK=1 $(GO) test -tags $(TAGS) -timeout 0 -run 'Deep' ./array ./bag ./futures
	MAGPIE_SOAK=1 $(GO) test -tags $(TAGS) -timeout 0 ./benchmarks/limits
	$(GO) run ./benchmarks/budget $(SOAK_BUDGET)
	$(MAKE) fuzz FUZZTIME=$(SOAK_FUZZTIME)

vet: deps
	$(GO) vet ./...
	$(GO) vet -tags $(TAGS) ./...
	cd examples/plots && $(GO) vet ./...

# A test program tells better than a list of paths whether the compiler, the headers and the library are there.
HDF5_CHECK = echo 'int H5open(void); int main(void) { return H5open(); }' | \
	cc -x c - -o /dev/null -L/usr/local/lib -L/usr/lib/$$(cc -print-multiarch 2>/dev/null)/hdf5/serial -lhdf5 2>/dev/null

deps:
	@$(GO) list -m >/dev/null || { \
		echo "magpie needs Go 1.27 or newer, or a network to fetch it with: https://go.dev/dl" >&2; exit 1; }
	@if ! { $(HDF5_CHECK); }; then \
		if ! command -v apt-get >/dev/null; then \
			echo "magpie needs a C compiler and the HDF5 library. Install them, as in:" >&2; \
			echo "  Fedora: dnf install gcc hdf5-devel    Arch: pacman -S gcc hdf5    macOS: brew install hdf5" >&2; \
			echo "and, where they lie elsewhere than in /usr or /usr/local, set CGO_CFLAGS and CGO_LDFLAGS." >&2; \
			echo "Without them: make test TAGS=   runs all but what reads HDF5 files." >&2; \
			exit 1; \
		fi; \
		if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
		packages="gcc libc6-dev libhdf5-dev"; \
		echo "installing $$packages" >&2; \
		apt="$$sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3"; \
		$$apt install -y --no-install-recommends $$packages >/dev/null 2>&1 || \
		{ $$apt update && $$apt install -y --no-install-recommends $$packages >/dev/null; } || \
		{ echo "apt-get failed: install $$packages by hand" >&2; exit 1; }; \
	fi

# toolchain prints what GOTOOLCHAIN has to be, for scripts; nothing where it may stay unset.
toolchain:
	@echo $(GOTOOLCHAIN)

clean:
	rm -rf bin
