#!/usr/bin/env bash
# Delay inside the server beside a bare reflector, and heap allocations of the media thread. `make bench` builds what this runs.
set -euo pipefail
cd "$(dirname "$0")/.."
counter=.build/simulation/allocations.so
clang -O2 -shared -fPIC -o "$counter" bench/shims/allocations.c
LD_PRELOAD=$PWD/$counter .build/simulation/release/parley-bench allocations
.build/simulation/release/parley-bench delay
