#!/bin/sh
# Real browsers against the built server: Tests/Browser/run.sh PATH_TO_PARLEY [--only NAME]…
# Prints a line for each check and at last "N passed, M failed"; exits non-zero if anything failed. Logs and screenshots are in artifacts/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv="$root/.build/browser-venv"
if ! cmp -s "$here/requirements.txt" "$venv/requirements.txt"; then
    echo "preparing $venv" >&2
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/requirements.txt"
fi
exec "$venv/bin/python" "$here/run.py" "$@"
