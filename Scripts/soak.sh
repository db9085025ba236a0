#!/usr/bin/env bash
# Trains for long in one process, prints at intervals what the process holds, and fails where it grew:
# Scripts/soak.sh [EPOCHS [MODELS]], by default 10,000 epochs, and 1,000 models, cancelled and broken trainings and threads.
set -euo pipefail
cd "$(dirname "$0")/.."
epochs=${1:-10000} models=${2:-1000}
swift build -c release --product soak >&2
status=0
.build/release/soak epochs "$epochs" || status=1
for mode in models cancelled broken threads; do .build/release/soak "$mode" "$models" || status=1; done
exit $status
