#!/usr/bin/env bash
# Damaged files for one reader, or odd texts for one encoder, led by the code that they reach (libFuzzer), until the time is
# over: Scripts/fuzz.sh DOOR SECONDS. Without arguments, the doors. Cases that reach new code are kept in .build/fuzz/cases/DOOR,
# where a later run goes on from; what traps, or takes more than 30 s or 4 GB, in .build/fuzz/found/DOOR: it is printed with the
# command that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."
# Memory out of bounds is told too (address); gold fails on what is instrumented.
swift build -c release --product damage --scratch-path .build/fuzz -Xswiftc -use-ld=lld \
  -Xswiftc -DFUZZING -Xswiftc -sanitize=address,fuzzer -Xcc -fsanitize=address,fuzzer-no-link >&2
damage=.build/fuzz/release/damage
if [ $# -lt 2 ]; then
  echo "usage: Scripts/fuzz.sh DOOR SECONDS; the doors:"
  exec $damage
fi
# Swift keeps some memory to the end.
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
door=$1 end=$(($(date +%s) + $2)) tried=0 failed=0
cases=.build/fuzz/cases/$door found=.build/fuzz/found/$door log=.build/fuzz/$door.log
mkdir -p "$cases" "$found"
$damage "$door" --examples "$cases"
while left=$((end - $(date +%s))) && [ $left -gt 0 ]; do
  status=0
  $damage "$door" --fuzz -max_total_time=$left -timeout=30 -rss_limit_mb=4096 -print_final_stats=1 \
    -artifact_prefix="$found/" "$cases" > "$log" 2>&1 || status=$?
  tried=$((tried + $(awk '/number_of_executed_units/ { n = $2 } END { print n + 0 }' "$log")))
  [ $status -eq 0 ] && continue
  failed=$((failed + 1))
  file=$(awk '/Test unit written to/ { print $NF }' "$log")
  [ -n "$file" ] || { tail -20 "$log"; exit 2; }
  grep -m 1 -aE "Fatal error|ERROR: libFuzzer" "$log" | cut -c1-300
  echo "  $damage $door $file"
done
echo "$door: $tried cases, $failed that ended the process, $(find "$cases" -type f | wc -l) kept that reach different code"
[ $failed -eq 0 ]
