#!/usr/bin/env bash
# The tests under a sanitizer: Scripts/sanitize.sh address|undefined|thread|kernels [FILTER].
#
# address: memory out of bounds and after its end; undefined: what C leaves open, in the kernels; thread: data that two threads
# reach at once. Each has a build of its own in .build. kernels: address in the portable kernels alone, which are linked with
# the Swift of the ordinary build (`make test`); its tests are those of the values of kernels where no filter is given: all of them
# take ten minutes. A Mutex that two threads want at once is taken within Swift's runtime, which is not instrumented: `thread` tells
# what it guards, though nothing is wrong there.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:?"usage: Scripts/sanitize.sh address|undefined|thread|kernels [FILTER]"}
filter=${2:-}
tests=.build/$kind/release/ternPackageTests.xctest
case $kind in
  address) flags=(-Xswiftc -sanitize=address -Xcc -fsanitize=address) ;;
  undefined) flags=(-Xcc -fsanitize=undefined -Xcc -fsanitize-trap=all) ;;
  thread) flags=(-Xswiftc -sanitize=thread -Xcc -fsanitize=thread) ;;
  kernels)
    kernels='Convolution|Winograd|WinogradKernel|LongShortTermMemory|Compile|Einsum|ExtremeValues|NumPyCases|NumPy|Plan'
    filter=${filter:-"^TernCoreTests\.($kernels|Rewriting|SmallNetwork)Tests"}
    # Other tests start programs, which have the ordinary kernels.
    export TERN_ISA=portable
    ;;
  *) echo "no sanitizer is named $kind" >&2; exit 2 ;;
esac
if [[ $kind == kernels ]]; then
  mkdir -p "$(dirname "$tests")"
  swift=$(dirname "$(realpath "$(command -v "${SWIFT:-swift}")")")
  cp .build/release/ternPackageTests.product/Objects.LinkFileList .build/kernels/objects
  # What counts allocations gives way to the sanitizer's own.
  for file in Sources/CTernKernels/Portable.c Tests/AllocationCounter/AllocationCounter.c; do
    name=$(basename "$file")
    "$swift/clang" -O1 -fPIC -fno-omit-frame-pointer -fsanitize=address -I "$(dirname "$file")/include" \
      -c "$file" -o ".build/kernels/$name.o"
    sed -i "s|.*/$name\.o$|$PWD/.build/kernels/$name.o|" .build/kernels/objects
    grep -qF "kernels/$name.o" .build/kernels/objects || { echo "$name is not in the build; run \`make test\`" >&2; exit 1; }
  done
  # shellcheck disable=SC2046 # the libraries are separate words
  "$swift/swiftc" -sanitize=address -use-ld=lld -emit-executable @.build/kernels/objects -o "$tests" \
    $(Scripts/libraries.sh) -lm -lmvec
else
  # gold fails on what is instrumented. Swift keeps some memory to the end.
  swift build -c release --build-tests --scratch-path ".build/$kind" -Xswiftc -use-ld=lld "${flags[@]}" >&2
fi
export ASAN_OPTIONS=detect_leaks=0 TSAN_OPTIONS="suppressions=Scripts/thread_sanitizer.txt" SWIFT_BACKTRACE=enable=no TERN_SANITIZER=$kind
"$tests" --testing-library swift-testing ${filter:+--filter "$filter"}
