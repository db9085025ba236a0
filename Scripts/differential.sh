#!/usr/bin/env bash
# Random programs at once, compiled and by a plain interpreter, for so many seconds and on each instruction set that the
# processor has: Scripts/differential.sh 3600 [FIRST_SEED]. What fails is printed, made small, as Swift.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:?"usage: Scripts/differential.sh SECONDS [FIRST_SEED]"}
seed=${2:-$(date +%s)000000}
swift build -c release --product differential >&2
sets="avx2 portable"
grep -qw avx512vl /proc/cpuinfo 2>/dev/null && sets="avx512 $sets"
grep -qw avx2 /proc/cpuinfo 2>/dev/null || sets="portable"
status=0
for isa in $sets; do
  echo "$isa, from seed $seed:"
  TERN_ISA=$isa .build/release/differential --seed "$seed" --seconds $((seconds / $(wc -w <<<"$sets"))) || status=1
done
exit $status
