#!/usr/bin/env bash
# Lays the whole tree out by .swift-format, .clang-format and, for the Python package, python/pyproject.toml; with --check
# it changes nothing and fails where that would change a line, or where ruff finds a mistake in the package. swift-format
# is the toolchain's own; the others are pinned, as their versions differ.
set -euo pipefail
cd "$(dirname "$0")/.."

tools=.build/format
for tool in clang-format==18.1.8 ruff==0.17.6; do
    name=${tool%==*} version=${tool#*==}
    if ! "$tools/bin/$name" --version 2> /dev/null | grep -qF "$version"; then
        python3 -m venv "$tools" && "$tools/bin/python" -m pip install --quiet "$tool" ||
            echo "$name $version could not be installed: what it looks at is left as it stands" >&2
    fi
done
c=$(git ls-files '*.c' '*.h')
[[ -x $tools/bin/clang-format ]] || c=
python=python
[[ -x $tools/bin/ruff ]] || python=

if [[ ${1:-} == --check ]]; then
    # shellcheck disable=SC2086
    [[ -z $c ]] || "$tools/bin/clang-format" --dry-run --Werror $c
    [[ -z $python ]] || "$tools/bin/ruff" check --no-cache "$python"
    [[ -z $python ]] || "$tools/bin/ruff" format --no-cache --check "$python"
    swift format lint --strict --parallel --recursive Package.swift Sources Tests
else
    # shellcheck disable=SC2086
    [[ -z $c ]] || "$tools/bin/clang-format" -i $c
    [[ -z $python ]] || "$tools/bin/ruff" format --no-cache "$python"
    swift format format --in-place --parallel --recursive Package.swift Sources Tests
fi
