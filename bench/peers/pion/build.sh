#!/usr/bin/env bash
# build.sh OUTPUT: builds the Pion SFU from Debian's packages (golang-go, golang-github-pion-webrtc.v3-dev) without a network.
set -euo pipefail
output=$(realpath -m "$1")
source=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
package=$work/src/parley-bench-pion
mkdir -p "$package" "$(dirname "$output")"
cp "$source/sfu.go" "$package/"
# In GOPATH mode it takes a go.mod beside the source for import paths that end in /v3 to be found.
printf 'module parley-bench-pion\n\ngo 1.19\n' > "$package/go.mod"
cd "$package"
GO111MODULE=off GOPATH="$work:/usr/share/gocode" GOCACHE="$work/cache" GOFLAGS='' go build -o "$output" .
