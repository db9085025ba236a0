#!/usr/bin/env bash
# Damaged files by fresh seeds for one reader, until the time is over: Scripts/fuzz.sh DOOR SECONDS [FIRST_SEED].
# Without arguments, the doors. A case that traps, or takes more than 30 s or 4 GB, is printed with the command that repeats it.
set -euo pipefail
cd "$(dirname "$0")/.."
swift build -c release --product damage >&2
damage=.build/release/damage
if [ $# -lt 2 ]; then
  echo "usage: Scripts/fuzz.sh DOOR SECONDS [FIRST_SEED]; the doors:"
  exec $damage
fi
door=$1 end=$(($(date +%s) + $2)) seed=${3:-$(date +%s)} tried=0 failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT
while [ "$(date +%s)" -lt $end ]; do
  if SWIFT_BACKTRACE=enable=no $damage "$door" --seed "$seed" --count 200 > "$log" 2>&1; then
    tried=$((tried + 200)) seed=$((seed + 200))
    continue
  fi
  # The last case that was begun is the one that ended the process.
  last=$(awk -v door="$door" '$1 == door { seed = $2 } END { print seed }' "$log")
  [ -n "$last" ] || { cat "$log"; exit 2; }
  echo "$damage $door --seed $last --count 1 --show"
  tail -1 "$log"
  tried=$((tried + last - seed + 1)) failed=$((failed + 1)) seed=$((last + 1))
done
echo "$door: $tried cases, $failed that ended the process"
[ $failed -eq 0 ]
