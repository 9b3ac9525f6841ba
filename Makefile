# Parley. `make run` builds and starts the server, `make test` proves it. Both install what is missing (Debian 12 with Swift and make).
#
#   make run        install, build a release, serve http://127.0.0.1:8080 with data in ./data   (ARGS="--http 0.0.0.0:8080" adds options)
#   make build      the release alone: .build/release/parley
#   make test       everything: packages, format, warnings, unit tests, release, simulation, browsers; seconds per stage
#   make check      what to run before a commit: format, warnings as errors, unit tests, house rules, fixed simulation seeds
#   make sim        simulated rooms; SEED=n replays one seed, SCENARIO=name one scenario
#   make fuzz       libFuzzer over every parser, RUNS=1000000 each
#   make bench      heap allocations and delay of the packet path; as root Parley, Janus and Pion side by side, and docs/performance.md
#   make bench-check   parts of the packet path and of signalling beside their accepted prices; fails when one is worse by more than 15 %
#   make bench-accept  takes the prices of now as the accepted ones (bench/results/micro.json)
#   make clean

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := build

JOBS ?= $(shell nproc)
RELEASE := swift build -c release --static-swift-stdlib --product parley -j $(JOBS)
SIMULATION := swift build -c release --traits Simulation --scratch-path .build/simulation -j $(JOBS) --product
SOURCES := $(shell find Sources -type f) Package.swift
STAGE := scripts/stage
# The toolchain's clang too, where only `swift` is linked into the PATH.
SWIFT := $(shell command -v swift)
export PATH := $(PATH)$(if $(SWIFT),:$(dir $(realpath $(SWIFT))))

# Steps follow each other even under `make -j`: apt has one lock, and each build uses every core by itself.
.NOTPARALLEL:
.PHONY: run build test check format lint sim fuzz bench clean packages test-packages swift unit browser guards bench-check bench-accept

run: .build/release/parley
	@exec .build/release/parley serve --data ./data $(ARGS)

build: .build/release/parley

# A file target, so that a second `make run` asks only the clock and starts at once.
.build/release/parley: $(SOURCES) | packages swift
	@echo "Building Parley. The first build compiles its libraries too and takes about a quarter of an hour on two cores; later ones are quick."
	@$(RELEASE)
	@touch $@

packages:
	@scripts/packages build

test-packages:
	@scripts/packages test

# After the packages, without which a toolchain may not start.
swift: packages
	@scripts/swift-version

test: test-packages swift
	@$(STAGE) --begin
	@$(STAGE) "format"           $(MAKE) --no-print-directory lint
	@$(STAGE) "debug build"      swift build --build-tests -j $(JOBS)
	@$(STAGE) "unit tests"       $(MAKE) --no-print-directory unit
	@$(STAGE) "release build"    $(RELEASE)
	@touch .build/release/parley
	@$(STAGE) "simulation build" $(SHELL) -c '$(SIMULATION) parley-sim && $(SIMULATION) parley-bench'
	@$(STAGE) "simulation"       .build/simulation/release/parley-sim
	@$(STAGE) "server tests"     $(MAKE) --no-print-directory guards
	@$(STAGE) "browser tests"    $(MAKE) --no-print-directory browser
	@$(STAGE) --summary

check: test-packages swift lint
	@swift build --build-tests -j $(JOBS)
	@$(MAKE) --no-print-directory unit
	@$(SIMULATION) parley-sim
	@.build/simulation/release/parley-sim

# One at a time: among them are minutes of computing, and tests on real sockets with real deadlines would starve beside those.
unit:
	@swift test --skip-build --no-parallel

browser:
	@Tests/Browser/run.sh .build/release/parley

guards:
	@Tests/Server/run.sh .build/release/parley

lint:
	@swift format lint --strict --recursive --configuration .swift-format Package.swift Sources Tests bench

format:
	@swift format --in-place --recursive --configuration .swift-format Package.swift Sources Tests bench

sim: packages swift
	@$(SIMULATION) parley-sim
	@.build/simulation/release/parley-sim $(if $(SEED),--seed $(SEED)) $(if $(SCENARIO),--scenario $(SCENARIO)) $(ARGS)

fuzz: packages swift
	@Tests/Fuzz/run.sh

bench: .build/release/parley
	@$(SIMULATION) parley-bench
	@bench/run.sh

bench-check bench-accept: packages swift
	@swift build -c release --static-swift-stdlib --product parley-microbench -j $(JOBS)
	@.build/release/parley-microbench $(@:bench-%=%)

clean:
	rm -rf .build artifacts
