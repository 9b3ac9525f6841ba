#!/usr/bin/env bash
# `make bench`: allocations and delay of this build's media server; then, as root and with at least two cores, the servers side by side, and the
# page. `bench/run.sh quick` measures each load once. Peers that are not installed are left out.
set -euo pipefail
cd "$(dirname "$0")/.."
tool=.build/simulation/release/parley-bench
counter=.build/simulation/allocations.so
clang -O2 -shared -fPIC -o "$counter" bench/shims/allocations.c
LD_PRELOAD=$PWD/$counter "$tool" allocations
"$tool" delay

if [ "$(id -u)" != 0 ] || [ "$(nproc)" -lt 2 ]; then
    echo "servers side by side need root (a network namespace of their own) and two cores: left out"
    exit 0
fi
once=(--repeats 1 --seconds 3)
effort=(--repeats 3 --seconds 3)
[ "${1:-}" != quick ] || effort=("${once[@]}")
janus= defaults= pion=
if command -v janus > /dev/null; then janus=,janus-1 defaults=,janus; fi
if command -v go > /dev/null && [ -d /usr/share/gocode/src/github.com/pion/webrtc ]; then
    bench/peers/pion/build.sh .build/bench/pion-sfu
    pion=,pion
fi
take() {
    local output=$1
    shift
    echo "== $output: $*"
    "$tool" "$@" --output "bench/results/$output.json"
}
measure() { take "$@" "${effort[@]}"; }
# The highest load of each. One ramp is many loads, so it is climbed once.
climb() { take "$@" --ramp "${once[@]}"; }
# All three know GCM. A run of 48 packets of 1,200 bytes is nearly the longest that fits into a message.
measure forwarding-cm media --profile cm --viewers 10,30,50,100,200,500 --warm-up 3 --runs 1,4,16,48 --peers "parley$janus$pion,limit"
measure forwarding-gcm media --profile gcm --runs 1,4,16,48 --peers "parley$janus$pion,limit"
measure forwarding-default media --profile default --peers "parley$defaults$janus$pion"
measure forwarding-even media --profile cm --pattern even --viewers 50 --runs 1 --peers "parley$janus$pion,limit"
measure loss-cm media --profile cm --loss 2 --viewers 50 --peers "parley$janus$pion"
measure loss-uplink media --profile cm --uplink-loss 2 --viewers 50 --peers "parley$janus$pion"
measure audience media --profile cm --viewers 1000 --workers 1,2 --warm-up 6 --peers parley
measure conference-cm rooms --profile cm --people 10 --warm-up 4 --peers "parley$janus"
# So small a load varies more from round to round than the others.
take audio-all rooms --profile cm --layer none --people 20 --warm-up 3 --peers "parley$janus" --repeats 5 --seconds 3
measure audio-rooms rooms --profile cm --layer none --people 5 --rooms 100 --speaking 2 --warm-up 5 --peers parley
measure audio-loudest-2 rooms --profile cm --layer none --people 200 --rooms 2 --loudest 3 --speaking 5 --warm-up 12 --peers parley
measure audio-loudest-5 rooms --profile cm --layer none --people 200 --rooms 5 --loudest 3 --speaking 5 --warm-up 12 --peers parley
measure audio-loudest-6 rooms --profile cm --layer none --people 200 --rooms 6 --loudest 3 --speaking 5 --warm-up 12 --peers parley
climb capacity-cm media --profile cm --load-share 0.7 --viewers 50 --outgoing 5000 --peers "parley$janus$pion"
climb capacity-even media --profile cm --pattern even --load-share 0.7 --viewers 50 --outgoing 10000 --peers "parley$janus$pion"
climb capacity-few media --profile cm --pattern even --load-share 0.7 --viewers 10 --outgoing 20000 --peers "parley$janus$pion"
# One packet to 500 viewers takes the others more than 10 ms by itself.
climb capacity-many media --profile cm --pattern even --p99 50 --viewers 500 --warm-up 3 --outgoing 20000 --peers "parley$janus$pion"
climb capacity-default media --profile default --pattern even --viewers 10 --outgoing 20000 --peers "parley$defaults$janus$pion"
climb capacity-gcm media --profile gcm --pattern even --viewers 10,50 --outgoing 20000 --peers "parley$janus$pion"
climb capacity-conference rooms --profile cm --people 10 --rooms 4 --warm-up 4 --peers "parley$janus"
"$tool" control --output bench/results/control.json
# How it grows, who comes and goes, and how long it lasts.
joins=200000 minutes=10 point=3
[ "${1:-}" != quick ] || joins=10000 minutes=2 point=1
"$tool" scale --seconds $point --output bench/results
"$tool" churn --joins $joins --output bench/results/churn.json
"$tool" storm --output bench/results/storm.json
"$tool" soak --minutes $minutes --output bench/results/soak.json
"$tool" report bench/results docs
