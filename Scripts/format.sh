#!/usr/bin/env bash
# Lays the whole tree out by .swift-format and .clang-format; with --check it changes nothing and fails where that
# would change a line. swift-format is the toolchain's own; clang-format is pinned, as its versions differ.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=.build/format
if ! "$tools/bin/clang-format" --version 2> /dev/null | grep -q '18\.1\.8'; then
    python3 -m venv "$tools" && "$tools/bin/pip" install --quiet clang-format==18.1.8 ||
        echo "clang-format 18.1.8 could not be installed: C is left as it stands" >&2
fi
c=$(git ls-files '*.c' '*.h')
[[ -x $tools/bin/clang-format ]] || c=

if [[ ${1:-} == --check ]]; then
    # shellcheck disable=SC2086
    [[ -z $c ]] || "$tools/bin/clang-format" --dry-run --Werror $c
    swift format lint --strict --parallel --recursive Package.swift Sources Tests
else
    # shellcheck disable=SC2086
    [[ -z $c ]] || "$tools/bin/clang-format" -i $c
    swift format format --in-place --parallel --recursive Package.swift Sources Tests
fi
