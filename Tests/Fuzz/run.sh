#!/usr/bin/env bash
# Fuzzes every parser: builds each Tests/Fuzz/<Name>Fuzzer.swift with libFuzzer and runs it RUNS times (1,000,000 unless told).
#
#   Tests/Fuzz/run.sh [Name…]        RUNS=10000000 Tests/Fuzz/run.sh VP8        SANITIZE=address Tests/Fuzz/run.sh
#   CORPORA=folder Tests/Fuzz/run.sh            takes folder/<Name> as seeds too: other projects' inputs, which are theirs and not in this tree
#
# Afterwards every input that was kept, because it reached something new, is run by itself, and none may take longer than 50 ms.
# The first lines of a fuzzer say what it is made from:
#   // sources: Sources/RTP Sources/SFU/Parameters    folders or files, in the order they depend on each other. The folder below Sources
#                                                      names the module, so that the code's own imports hold; what is listed is all it has.
#   // seeds: Tests/Fixtures/RTP/rtp                   folders of seeds beside Tests/Fuzz/Corpus/<Name>. *.hex is turned into bytes
#                                                      (# begins a comment), every other file is taken as it is.
#   // clang: Sources/CNice Sources/CLinux             C modules the sources import: module maps, and C files to compile
#   // packages: nice openssl                          pkg-config packages behind them
#   // defines: Simulation                             conditions to compile with (-D)
# An input that stops a target is kept as .build/fuzz/<Name>/crash-…; put it into Corpus/<Name> with the repair.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

runs=${RUNS:-1000000}
# Everything we build here goes below one folder, which `make clean` knows.
work=.build/fuzz
# `-assert-config Debug` keeps the bounds checks of unsafe buffers in optimised code: an over-read of one byte stops the run.
flags=(-O -swift-version 6 -parse-as-library -enable-testing -assert-config Debug -package-name parley -sanitize=fuzzer)
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=quarantine_size_mb=8:detect_leaks=0
[[ ${SANITIZE:-} == address ]] && flags+=(-sanitize=address)

# The words behind "// KEY:" in a fuzzer.
header() { sed -n "s|^// $1:||p" "$2"; }

# Folders and files to the Swift files in them.
swift_files() { find "$@" -name '*.swift' | sort; }

# Compiles the C modules a fuzzer names; fills `clang` with what importing them needs and `objects` with what
# linking does.
clang=() objects=() defines=()
use_clang_modules() {
    local source=$1 folder=$work/clang path name file
    local include
    clang=() objects=()
    mkdir -p "$folder"
    # shellcheck disable=SC2046
    [[ -z $(header packages "$source") ]] || {
        for include in $(pkg-config --cflags-only-I $(header packages "$source")); do clang+=(-Xcc "$include"); done
        for include in $(pkg-config --libs $(header packages "$source")); do [[ $include == -l* ]] && objects+=("$include"); done
    }
    for path in $(header clang "$source"); do
        name=$(basename "$path")
        if [[ -f $path/module.modulemap ]]; then
            clang+=(-Xcc "-fmodule-map-file=$path/module.modulemap")
            continue
        fi
        # As SwiftPM does for a C target: its header is its module.
        printf 'module %s { header "%s" export * }\n' "$name" "$PWD/$path/include/$name.h" >"$folder/$name.modulemap"
        clang+=(-Xcc "-fmodule-map-file=$folder/$name.modulemap")
        for file in "$path"/*.c; do
            clang -O2 -Wno-deprecated-declarations -I "$path/include" -c "$file" -o "$folder/$name-$(basename "$file").o" || return 1
            objects+=("$folder/$name-$(basename "$file").o")
        done
    done
}

# Builds the modules of one source list, once for each list, into a folder whose name it prints.
build_modules() {
    local list=("$@") folder name path modules=()
    folder=$work/modules/$(printf '%s ' "${list[@]}" "${defines[@]}" | cksum | cut -d' ' -f1)
    printf '%s\n' "$folder"
    [[ -e $folder/built-$$ ]] && return
    rm -rf "$folder" && mkdir -p "$folder"
    for path in "${list[@]}"; do
        name=$(cut -d/ -f2 <<<"$path")
        [[ " ${modules[*]-} " == *" $name "* ]] || modules+=("$name")
    done
    for name in "${modules[@]}"; do
        local parts=()
        for path in "${list[@]}"; do [[ $path == Sources/$name || $path == Sources/$name/* ]] && parts+=("$path"); done
        # shellcheck disable=SC2046  # our paths hold no spaces
        swiftc "${flags[@]}" "${defines[@]}" "${clang[@]}" -wmo -module-name "$name" -I "$folder" -emit-module -emit-module-path "$folder/$name.swiftmodule" \
            -c -o "$folder/$name.o" $(swift_files "${parts[@]}") >&2 || return 1
    done
    touch "$folder/built-$$"
}

# Copies seeds into $1, *.hex as bytes.
collect_seeds() {
    local target=$1 folder file
    shift
    rm -rf "$target" && mkdir -p "$target"
    for folder in "$@"; do
        [[ -d $folder ]] || continue
        for file in "$folder"/*; do
            case $file in
            # shellcheck disable=SC2059  # the format is the bytes
            *.hex) printf "$(sed 's/#.*//' "$file" | tr -d ' \n' | sed 's/../\\x&/g')" >"$target/$(basename "$file" .hex)" ;;
            *) [[ -f $file ]] && cp "$file" "$target/" ;;
            esac
        done
    done
}

# Milliseconds of the slowest input of $2… in the target $1. The least of three tries, for a machine may be busy.
slowest() {
    local target=$1 try least=
    shift
    for _ in 1 2 3; do
        try=$(printf '%s\0' "$@" | xargs -0 "$target" -runs=1 2>&1 | sed -n 's/^Executed .* in \([0-9]*\) ms$/\1/p' | sort -n | tail -1)
        [[ -n $try ]] || { echo none; return; }
        [[ -z $least || $try -lt $least ]] && least=$try
        ((least <= 50)) && break
    done
    echo "$least"
}

# Builds and runs one target; prints its line. Fails when it stops on an input.
fuzz() {
    local source=$1 name dir modules log line
    name=$(basename "$source" Fuzzer.swift)
    dir=$work/$name
    mkdir -p "$dir"
    # shellcheck disable=SC2046,SC2207
    local list=($(header sources "$source"))
    # shellcheck disable=SC2046,SC2207
    defines=($(header defines "$source" | sed 's/[^ ][^ ]*/-D&/g'))
    rm -f "$dir/fuzzer"
    use_clang_modules "$source" || { echo "$name  FAILED: its C modules do not build"; return 1; }
    # No `set -e` here: bash ignores it in a function whose status is asked for.
    modules=$(build_modules "${list[@]}") || { echo "$name  FAILED: ${list[*]} does not build"; return 1; }
    swiftc "${flags[@]}" "${clang[@]}" -use-ld=lld -module-name "${name}Fuzzer" -I "$modules" -o "$dir/fuzzer" \
        "$source" $(swift_files Tests/Fuzz/Support) "$modules"/*.o "${objects[@]}" || { echo "$name  FAILED: it does not build"; return 1; }
    # shellcheck disable=SC2046
    collect_seeds "$dir/seeds" "Tests/Fuzz/Corpus/$name" ${CORPORA:+"$CORPORA/$name"} $(header seeds "$source")
    log=$dir/log
    local started=$SECONDS status=0
    mkdir -p "$dir/found"
    "$dir/fuzzer" -max_len=1500 -runs="$runs" -timeout=10 -rss_limit_mb=256 -seed="${SEED:-1}" -print_final_stats=1 \
        -artifact_prefix="$dir/" "$dir/found" "$dir/seeds" >"$log" 2>&1 || status=$?
    local executed rate rss coverage
    executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    rss=$(sed -n 's/^stat::peak_rss_mb: *//p' "$log")
    coverage=$(grep -oE 'cov: [0-9]+' "$log" | tail -1 | cut -d' ' -f2)
    line=$(printf '%-20s %9s runs %8s/s %4s s %4s MB  %5s edges' \
        "$name" "${executed:-?}" "${rate:-?}" $((SECONDS - started)) "${rss:-?}" "${coverage:-?}")
    local kept=("$dir"/found/* "$dir"/seeds/*) longest=none
    # Of a folder that is empty the pattern is left.
    for path in "${!kept[@]}"; do [[ -f ${kept[path]} ]] || unset "kept[path]"; done
    ((status != 0 || ${#kept[@]} == 0)) || longest=$(slowest "$dir/fuzzer" "${kept[@]}")
    if ((status == 0 && ${executed:-0} >= runs)) && { ((${#kept[@]} == 0)) || [[ $longest != none ]] && ((longest <= 50)); }; then
        echo "$line  slowest of ${#kept[@]} kept: $longest ms  passed"
    else
        echo "$line  FAILED"
        grep -E 'ERROR|Fatal error|Test unit written|SUMMARY' "$log" | sed 's/^/    /' | head -5
        return 1
    fi
}

passed=0 failed=0
for source in Tests/Fuzz/*Fuzzer.swift; do
    name=$(basename "$source" Fuzzer.swift)
    [[ $# == 0 || " $* " == *" $name "* ]] || continue
    if fuzz "$source"; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done
echo "$passed passed, $failed failed"
((failed == 0 && passed > 0))
