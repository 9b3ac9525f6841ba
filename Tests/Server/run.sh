#!/usr/bin/env bash
# The server from outside, as an operator meets it: run.sh PATH_TO_PARLEY [unittest arguments]. Standard library Python only.
set -euo pipefail
PARLEY=$(realpath "${1:?path of the parley binary}")
export PARLEY_BINARY=$PARLEY PYTHONDONTWRITEBYTECODE=1
shift
cd "$(dirname "$0")"
if [ $# -eq 0 ]; then set -- discover --verbose --pattern 'test_*.py'; fi
exec python3 -m unittest "$@"
