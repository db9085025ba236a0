#!/usr/bin/env bash
# An environment of the libraries that `tern benchmark` compares with: Scripts/peers.sh FOLDER makes it, some 7 GB, and
# says how it is used. The Python package is taken from this checkout, with the library of `make lib`.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:?usage: Scripts/peers.sh FOLDER}

python3 -m venv "$folder"
# PyTorch's package holds the code for graphics cards too; on processors it computes what its smaller builds do.
"$folder/bin/pip" install --quiet \
    numpy==2.4.6 scipy==1.17.1 scikit-learn==1.9.1 pandas==3.1.1 \
    torch==2.15.0 jax==0.10.2 jaxlib==0.10.2 'mlx[cpu]==0.32.4' \
    keras==3.15.1 tensorflow-cpu==2.21.0 \
    onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 \
    xarray==2026.9.0 netCDF4==1.7.5.1.post1 zarr==3.1.6
site=$("$folder/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
{
    echo "$PWD/python/src"
    echo "import os; os.environ.setdefault('TERN_LIBRARY', '$PWD/build/tern/lib/libtern.so.0')"
} > "$site/tern.pth"
echo "tern benchmark --python $folder/bin/python"
