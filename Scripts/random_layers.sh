#!/bin/sh
# Random cases of all layers beside Keras, with seeds of their own until the time is over:
#
#     Scripts/random_layers.sh SECONDS [FIRST_SEED] [KIND ...]
#
# PYTHON names a Python with Scripts/fixtures/requirements.txt, JOBS how many processes make cases, CASES how many of each
# kind a round has, CONFIGURATION another build than release. Prints the count of each round and the settings of each case that differs; ends with 1 if any does.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:?the seconds that it may take}
seed=${2:-$(date +%s)}
[ $# -gt 2 ] && shift 2 || set --
python=${PYTHON:-python3}
configuration=${CONFIGURATION:-release}
folder=$(mktemp -d)
# Not into a pipe, whose end would be taken for that of the build.
swift build -c "$configuration" --build-tests -Xswiftc -suppress-warnings > "$folder/build.txt" || {
  tail -20 "$folder/build.txt"
  exit 1
}
begin=$(date +%s)
total=0
failed=0
while [ $(($(date +%s) - begin)) -lt "$seconds" ]; do
  # shellcheck disable=SC2086
  "$python" Scripts/fixtures/keras_random_layers.py --seed "$seed" --cases "${CASES:-5}" --jobs "${JOBS:-2}" \
    --output "$folder/$seed" ${1:+--kinds "$@"} > "$folder/made.txt"
  count=$(awk '{ n += $2 } END { print n }' "$folder/made.txt")
  total=$((total + count))
  if TERN_FIXTURE_RANDOM_LAYERS="$folder/$seed" swift test -c "$configuration" --skip-build --filter RandomLayerTests > "$folder/log.txt" 2>&1; then
    rm -r "${folder:?}/$seed"
  else
    failed=$((failed + 1))
    grep -A 2 "recorded an issue" "$folder/log.txt" || { tail -5 "$folder/log.txt"; tail -n +1 "$folder/$seed"/running-*.txt; }
    echo "kept: $folder/$seed"
  fi
  echo "seed $seed: $count cases, $total in $(($(date +%s) - begin)) s, $failed rounds with differences"
  seed=$((seed + 1))
done
[ "$failed" -eq 0 ]
