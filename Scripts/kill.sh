#!/usr/bin/env bash
# Trainings that are killed at random moments and gone on with must end in the bits of those that were not:
# Scripts/kill.sh KILLS [SEED]. Of each kind (one split, folds, streaming, with a report, a table) with 1 and 2 threads; most
# kills are SIGKILL, some SIGINT and SIGTERM, and a run may be killed several times. A run that ends otherwise stays, and
# its folder is printed.
set -euo pipefail
cd "$(dirname "$0")/.."
kills=${1:?"usage: Scripts/kill.sh KILLS [SEED]"}
RANDOM=${2:-1}
swift build -c release --product tern >&2
tern=$PWD/.build/release/tern table=$PWD/examples/mauna_loa_co2.csv
work=$(mktemp -d)
cd "$work"
# Pages tell when they were made.
export SOURCE_DATE_EPOCH=1700000000
cat > small.yaml <<'YAML'
name: small
data:
  made: sst-precipitation
  files: {fields: data/sst_precipitation.nc}
  sample: time
  inputs: [{variable: sst, scale: standard}]
  targets: [{variable: precipitation, scale: standard}]
split: {by: period, gap: 6}
model: {name: sst-cnn, filters: 4, kernel_size: [3, 2], ensemble: 2}
training:
  optimizer: adam
  learning_rate: 0.01
  batch_size: 128
  epochs: 3
  early_stopping: {patience: 1}
  reduce_on_plateau: {factor: 0.5, patience: 1}
output: {figures: false}
YAML
# How each kind begins.
declare -A kinds=(
  [split]="train small.yaml" [folds]="train small.yaml --folds 2"
  [streaming]="train small.yaml --set data.streaming=true --set data.chunk=700"
  [report]="train small.yaml --set output.figures=true"
  [table]="fit $table --target co2 --epochs 30" [network]="fit $table --target co2 --estimator mlp --epochs 400"
  [table-folds]="fit $table --target co2 --epochs 8 --cross-validate 3")
# Makes the data.
"$tern" train small.yaml -q -o first
done_kills=0 runs=0 failures=0
declare -A length
for kind in "${!kinds[@]}"; do
  begin=$(date +%s%N)
  "$tern" ${kinds[$kind]} -q -o "$kind-whole"
  length[$kind]=$((($(date +%s%N) - begin) / 1000000))
  echo "$kind: ${length[$kind]} ms"
done
names=("${!kinds[@]}")
while [ "$done_kills" -lt "$kills" ]; do
  kind=${names[$((RANDOM % ${#names[@]}))]} threads=$((1 + RANDOM % 2)) run="run-$runs" killed=0
  runs=$((runs + 1))
  while :; do
    command=${kinds[$kind]%% *}
    if [ -e "$run/training/run.json" ] || [ -e "$run.training/fit.json" ]; then
      arguments=("$command" --resume "$run")
    else
      # Killed before it was begun.
      rm -rf "$run" "$run.training"
      every=$([ "$command" = fit ] && echo "$((1 + RANDOM % 5))epochs" || echo "$((1 + RANDOM % 20))steps")
      arguments=(${kinds[$kind]} -o "$run" --checkpoint-every "$every")
    fi
    TERN_NUM_THREADS=$threads "$tern" "${arguments[@]}" -q 2>> log &
    process=$!
    if [ "$killed" -lt 4 ]; then
      sleep "$(printf '%d.%03d' $((RANDOM * length[$kind] / 32768 / 1000)) $((RANDOM * length[$kind] / 32768 % 1000)))"
      signal=KILL
      case $((RANDOM % 8)) in 0) signal=INT ;; 1) signal=TERM ;; esac
      if kill -s $signal $process 2> /dev/null; then killed=$((killed + 1)); fi
    else
      killed=9
    fi
    status=0
    wait $process 2> /dev/null || status=$?
    case $status in
      0) break ;;
      130 | 137 | 143) done_kills=$((done_kills + 1)) ;;
      *) echo "$run ($kind, $threads threads) failed: $(tail -n 1 log)"; failures=$((failures + 1)); break ;;
    esac
  done
  if diff -r "$kind-whole" "$run" > /dev/null && [ ! -e "$run.training" ]; then
    rm -rf "$run"
  else
    echo "$run ($kind, $threads threads) ended otherwise: $work/$run"
    failures=$((failures + 1))
  fi
  [ $((runs % 50)) = 0 ] && echo "$runs runs, $done_kills kills, $failures failures"
done
echo "$runs runs, $done_kills kills, $failures failures"
[ "$failures" = 0 ] && rm -rf "$work"
[ "$failures" = 0 ]
