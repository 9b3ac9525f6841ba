#!/usr/bin/env bash
# The server from outside, as an operator meets it: run.sh PATH_TO_PARLEY [unittest arguments].
set -euo pipefail
PARLEY=$(realpath "${1:?path of the parley binary}")
export PARLEY_BINARY=$PARLEY PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
shift
cd "$(dirname "$0")"
python=$(../../scripts/test-python)
if [ $# -eq 0 ]; then set -- discover --verbose --pattern 'test_*.py'; fi
build=../../.build
mkdir -p "$build"
status=0
"$python" -m unittest "$@" 2>&1 | tee "$build/server-tests.log" || status=$?
# scripts/stage repeats at the end of `make test` what was skipped and why.
sed -nE "s/^(test_\w+) .*\.\.\. skipped ['\"](.*)['\"]$/server tests: \1 (\2)/p" "$build/server-tests.log" >>"$build/left-out"
exit "$status"
