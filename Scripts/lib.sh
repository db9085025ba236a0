#!/usr/bin/env bash
# libtern for C, Fortran and Python, with the Swift runtime within: Scripts/lib.sh makes build/tern, the tree that
# `make install` copies (lib, include, share). Nothing but what tern.h declares can be seen of the library.
set -euo pipefail
cd "$(dirname "$0")/.."
swift=${SWIFT:-swift}
name=libtern.so.0
"$swift" build -c release --product LibTern
mkdir -p build/tern/lib/pkgconfig build/tern/lib/cmake/Tern build/tern/include build/tern/share/tern
functions=$(sed -n '/^static/d; s/^[a-z].*[ *]\(tern_[a-z_]*\)(.*/\1;/p' Sources/CTern/include/tern.h | sort -u | tr '\n' ' ')
echo "{ global: $functions local: *; };" > build/libtern.map
# Never unmapped: its threads, and what they run as they end, may outlive a dlclose.
Scripts/link.sh LibTern "build/tern/lib/$name" -emit-library -Xlinker --version-script=build/libtern.map \
  -Xlinker "-soname=$name" -Xlinker -z -Xlinker nodelete
ln -sf "$name" build/tern/lib/libtern.so
version=$(sed -n 's/.*static let current = "\(.*\)"/\1/p' Sources/TernFiles/TernVersion.swift)
cp Sources/CTern/include/tern.h build/tern/include/
# One file with what it includes, so that a program compiles one.
awk -v quote="'" '
  /^ *include / { split($0, words, quote); file = "fortran/" words[2]
                  while ((getline line < file) > 0) print line; close(file); next }
  { print }' fortran/tern.f90 > build/tern/share/tern/tern.f90
sed "s/@VERSION@/$version/" Scripts/lib/tern.pc > build/tern/lib/pkgconfig/tern.pc
sed "s/@VERSION@/$version/" Scripts/lib/TernConfigVersion.cmake > build/tern/lib/cmake/Tern/TernConfigVersion.cmake
cp Scripts/lib/TernConfig.cmake build/tern/lib/cmake/Tern/
ls -l "build/tern/lib/$name"
