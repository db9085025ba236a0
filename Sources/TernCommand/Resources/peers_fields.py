"""Times what xarray takes for the work on fields of `tern benchmark --case fields`, one JSON line for each piece of it.

    python peers_fields.py --data folder --threads 2 --repeats 5

The folder holds one field in several formats, written by the benchmark. A read is opening the file and loading the
field. `seconds` are the times of each repeat after one that is not counted; a failure gives a line with `error`.
"""

import argparse
import json
import os
import time


def main():
    parser = argparse.ArgumentParser(description="Times xarray's work on fields.")
    parser.add_argument("--data", metavar="FOLDER", required=True)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    # Libraries read the number of threads when they are loaded.
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "BLOSC_NTHREADS", "NUMEXPR_NUM_THREADS"]:
        os.environ[name] = str(arguments.threads)
    try:
        import numpy as np
        import xarray as xr
    except ImportError as error:
        print(json.dumps({"peer": "xarray", "error": str(error)}))
        return

    def read(name):
        path = os.path.join(arguments.data, name)
        with xr.open_dataset(path, engine="zarr" if name.endswith(".zarr") else None, chunks=None) as data:
            return data["sst"].load()

    def detrended(field):
        line = xr.polyval(field["time"], field.polyfit("time", 1).polyfit_coefficients)
        return (field - line).load()

    files = ["plain.nc", "deflated.nc", "classic.nc", "packed.nc", "zlib.zarr", "zstd.zarr", "packed.zarr"]
    work = {f"read {name}": lambda _, name=name: read(name) for name in files}
    work |= {
        "mean over time": lambda field: field.mean("time"),
        "weighted mean": lambda field: field.weighted(np.cos(np.deg2rad(field.lat))).mean(["lat", "lon"]),
        "standard deviation": lambda field: field.std("time"),
        "means of months": lambda field: field.groupby("time.month").mean(),
        "anomaly": lambda field: field.groupby("time.month") - field.groupby("time.month").mean(),
        "rolling mean": lambda field: field.rolling(time=12).mean(),
        "detrended": detrended,
    }
    field = read("plain.nc").load()
    for what, act in work.items():
        line = {"peer": "xarray", "version": xr.__version__, "what": what}
        try:
            seconds = []
            for _ in range(arguments.repeats + 1):
                start = time.perf_counter()
                act(field)
                seconds.append(time.perf_counter() - start)
            line["seconds"] = seconds[1:]
        except Exception as error:
            line["error"] = f"{type(error).__name__}: {error}"
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
