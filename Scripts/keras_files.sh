#!/usr/bin/env bash
# Models go from Keras to Tern and back: Keras writes the fixtures, or COUNT random architectures of a SEED; Tern answers
# as Keras does, and writes each again; Keras reads that, answers the same, and trains on to the same numbers.
# PYTHON is one with the packages of Scripts/fixtures/requirements.txt.
#
#     PYTHON=venv/bin/python Scripts/keras_files.sh               # the fixtures
#     PYTHON=venv/bin/python Scripts/keras_files.sh 200 7         # 200 random architectures
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=Tests/Fixtures/keras_files
if (($# > 0)); then
    folder=$work/cases
    "$python" Scripts/fixtures/keras_files.py --random "$1" --seed "${2:-0}" --output "$folder"
fi
mkdir "$work/written"
TERN_FIXTURE_KERAS_FILES=$(realpath "$folder") TERN_KERAS_WRITES=$work/written \
    .build/release/ternPackageTests.xctest --testing-library swift-testing --filter KerasFileTests | tail -3
"$python" Scripts/fixtures/keras_files.py --output "$folder" --check "$work/written"
