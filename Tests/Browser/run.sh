#!/bin/sh
# Real browsers against the built server: Tests/Browser/run.sh PATH_TO_PARLEY [--only NAME]…
# Prints a line for each check and at last "N passed, M failed"; exits non-zero if anything failed. Logs and screenshots are in artifacts/.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
python=$("$root/scripts/test-python")
# The scenario of the bad line makes network namespaces, which takes root. Anybody else is root in a user namespace of the run's own;
# where the kernel refuses those too, run.py says that it leaves the scenario out.
as_root='mount -t tmpfs -o mode=755 tmpfs /run && exec "$@"'
if [ "$(id -u)" -ne 0 ] && unshare --user --map-root-user --mount sh -c "$as_root" sh true 2>/dev/null; then
    exec unshare --user --map-root-user --mount sh -c "$as_root" sh "$python" "$here/run.py" "$@"
fi
exec "$python" "$here/run.py" "$@"
