#!/usr/bin/env bash
# What a call from Fortran costs beside the same network by hand: Scripts/fortran_cost.sh. Wants `make lib` and gfortran.
set -euo pipefail
cd "$(dirname "$0")/.."
tern=$PWD/build/tern source=$PWD/Scripts/lib/fortran_cost.f90
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
gfortran -O3 -march=native "$tern/share/tern/tern.f90" "$source" -o cost -L"$tern/lib" -ltern -Wl,-rpath,"$tern/lib"
./cost
