#!/usr/bin/env bash
# Tests the Python package against the library of `make lib` (or TERN_LIBRARY): its own tests, and scikit-learn's, which
# judge tern.sklearn; --judges runs the latter alone. Packages go to a virtual environment outside the checkout,
# TERN_PYTHON_TOOLS.
set -euo pipefail
cd "$(dirname "$0")/.."

export TERN_LIBRARY=${TERN_LIBRARY:-$PWD/build/tern/lib/libtern.so.0}
tools=${TERN_PYTHON_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/tern/python-tools}
if ! "$tools/bin/python" -c "import sklearn, pytest, pandas, xarray, netCDF4; assert sklearn.__version__ == '1.9.1'" 2> /dev/null
then
    packages=(scikit-learn==1.9.1 pytest pandas xarray netCDF4)
    if ! { python3 -m venv "$tools" && "$tools/bin/pip" install --quiet "${packages[@]}"; }
    then
        echo "${packages[*]} cannot be had here: the Python package is not tried" >&2
        exit 0
    fi
fi
[[ ${1:-} == --judges ]] || "$tools/bin/python" -m pytest -q -p no:cacheprovider python/tests
"$tools/bin/python" Scripts/judges.py
