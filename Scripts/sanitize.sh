#!/usr/bin/env bash
# The tests under a sanitizer: Scripts/sanitize.sh address|undefined|thread [FILTER]. Each has a build of its own in .build.
#
# address: memory out of bounds and after its end; undefined: what C leaves open, in the kernels; thread: data that two threads
# reach at once.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:?"usage: Scripts/sanitize.sh address|undefined|thread [FILTER]"}
filter=${2:-}
case $kind in
  address) flags=(-Xswiftc -sanitize=address -Xcc -fsanitize=address) ;;
  undefined) flags=(-Xcc -fsanitize=undefined -Xcc -fsanitize-trap=all) ;;
  thread) flags=(-Xswiftc -sanitize=thread -Xcc -fsanitize=thread) ;;
  *) echo "no sanitizer is named $kind" >&2; exit 2 ;;
esac
# gold fails on what is instrumented. Swift keeps some memory to the end.
swift build -c release --build-tests --scratch-path ".build/$kind" -Xswiftc -use-ld=lld "${flags[@]}" >&2
export ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS=halt_on_error=1 SWIFT_BACKTRACE=enable=no TERN_SANITIZER=$kind
".build/$kind/release/ternPackageTests.xctest" --testing-library swift-testing ${filter:+--filter "$filter"}
