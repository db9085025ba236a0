"""xarray's work on fields, from the files that the benchmark has written."""

from __future__ import annotations

import os

import numpy as np
import xarray as xr

from peers import Setting


def detrended(field: xr.DataArray) -> xr.DataArray:
    line = xr.polyval(field["time"], field.polyfit("time", 1).polyfit_coefficients)
    return (field - line).load()


OPERATIONS = {
    "mean over time": lambda field: field.mean("time"),
    "weighted mean": lambda field: field.weighted(np.cos(np.deg2rad(field.lat))).mean(["lat", "lon"]),
    "standard deviation": lambda field: field.std("time"),
    "means of months": lambda field: field.groupby("time.month").mean(),
    "anomaly": lambda field: field.groupby("time.month") - field.groupby("time.month").mean(),
    "rolling mean": lambda field: field.rolling(time=12).mean(),
    "detrended": detrended,
}


def read(folder: str, name: str) -> xr.DataArray:
    """Opens a file and loads its field."""
    engine = "zarr" if name.endswith(".zarr") else None
    with xr.open_dataset(os.path.join(folder, name), engine=engine, chunks=None) as data:
        return data["sst"].load()


def piece(part: str, setting: Setting):
    if part.startswith("read "):
        return lambda: read(setting.folder, part.removeprefix("read "))
    field = read(setting.folder, "plain.nc")
    return lambda: OPERATIONS[part](field)


WORK = {("fields", "xarray"): piece}
