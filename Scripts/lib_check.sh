#!/usr/bin/env bash
# The examples of C and Fortran, built and run from the installed files alone: Scripts/lib_check.sh. Wants `make lib`,
# cmake, a C compiler and gfortran.
set -euo pipefail
cd "$(dirname "$0")/.."
examples=$PWD/examples checks=$PWD/Scripts/lib
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Away from the checkout, so that nothing of it is found by accident.
cp -a build/tern "$work/tern"
cp -a "$examples/c" "$examples/fortran" "$work"
cd "$work"
for language in c fortran; do
  cmake -S "$language" -B "$language/build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_PREFIX_PATH="$work/tern" >/dev/null
  cmake --build "$language/build" >/dev/null
done
expect() {
  grep -qE "$1" "$2" || {
    echo "$2 has no line like: $1" >&2
    cat "$2" >&2
    exit 1
  }
}
c/build/column > c.txt
expect '^tern [0-9.]+: loss .*, largest error 0\.0' c.txt
expect '^as expected: input 0 \(x\) has the shape \[400, 3\]; it must be \[400, 2\]' c.txt
fortran/build/train_in_loop > train.txt
expect '^step 400: error of the network 0\.0' train.txt
fortran/build/climate_loop > loop.txt
expect '^reads 4 x -1' loop.txt
expect '^error of the heating 0\.0' loop.txt
expect '^stat 1, predict: input 0 \(x\) has the shape \[4096, 3\]' loop.txt
# The way of those who use no CMake.
export PKG_CONFIG_PATH=$work/tern/lib/pkgconfig
cc -std=c99 -Wall -Wextra -Werror -pedantic c/column.c $(pkg-config --cflags --libs tern) -Wl,-rpath,"$work/tern/lib" -o column
./column > again.txt
cmp c.txt again.txt
# A host with settings of its own, and with settings that are wrong.
cc -std=c99 -Wall -Wextra -Werror "$checks/host.c" $(pkg-config --cflags --libs tern) -lm -Wl,-rpath,"$work/tern/lib" -o host
./host > host.txt
expect "^the host's floating-point environment is its own" host.txt
for setting in TERN_NUM_THREADS=abc TERN_ISA=foo; do
  status=0
  env $setting ./host > host.txt || status=$?
  ((status == 1)) || { echo "$setting: the host ended with $status" >&2; exit 1; }
  expect "^${setting%=*} is \"${setting#*=}\"; it is " host.txt
done
# Threads may still be on their way out of it when a host closes it.
readelf -d tern/lib/libtern.so | grep NODELETE >/dev/null || { echo "dlclose would take libtern.so out of memory" >&2; exit 1; }
# Nothing but tern.h is seen.
if nm -D --defined-only tern/lib/libtern.so | grep -v ' T tern_'; then
  echo "libtern.so shows the above, too" >&2
  exit 1
fi
echo "C and Fortran: the examples run"
