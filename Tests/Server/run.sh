#!/usr/bin/env bash
# The server from outside, as an operator and a client meet it: run.sh PATH_TO_PARLEY [unittest arguments].
# Media and sockets need the Python packages of the browser tests, in the same folder.
set -euo pipefail
PARLEY=$(realpath "${1:?path of the parley binary}")
export PARLEY_BINARY=$PARLEY PYTHONDONTWRITEBYTECODE=1
shift
cd "$(dirname "$0")"
requirements=../Browser/requirements.txt
venv=../../.build/browser-venv
if ! cmp -s "$requirements" "$venv/requirements.txt"; then
    echo "Preparing Python packages from PyPI in .build/browser-venv" >&2
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
    cp "$requirements" "$venv/requirements.txt"
fi
if [ $# -eq 0 ]; then set -- discover --verbose --pattern 'test_*.py'; fi
exec "$venv/bin/python" -m unittest "$@"
