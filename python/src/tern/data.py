"""Gridded data: NetCDF files and Zarr stores, read and written by the engine, as xarray objects.

Nothing but xarray is needed (no netCDF4, h5netcdf or zarr): `open` reads headers, and values are read as they are
asked for.

>>> import numpy as np, xarray, tern.data
>>> sst = xarray.DataArray([[20.5, 21.0]], dims=("time", "lon"), name="sst",
...                        coords={"time": np.array(["2015-12-16"], "datetime64[ns]"), "lon": [0.0, 90.0]})
>>> tern.data.write(sst, "sst.nc")
>>> data = tern.data.open("sst.nc")
>>> list(data), data.dimensions
(['sst'], {'time': 1, 'lon': 2})
>>> data["sst"].sel(time="2015-12").values
array([[20.5, 21. ]])
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ._checks import integer, texts
from ._fields import attributes, data_array, decoded, described, plain_type, writable
from ._handle import call


class Variable(NamedTuple):
    """What a file says of a variable.

    Attributes
    ----------
    name : str
        With the path of its group, such as ``"model/sst"``.
    type : str
        Of the elements as they are stored, named as ``ncdump`` names them.
    dimensions : tuple of str
    shape : tuple of int
    attributes : dict
        Texts, numbers, and arrays of several numbers.
    note : str or None
        What somebody should know who reads it.
    complaint : str or None
        Why its values cannot be read.
    """

    name: str
    type: str
    dimensions: tuple[str, ...]
    shape: tuple[int, ...]
    attributes: dict[str, Any]
    note: str | None
    complaint: str | None


class Dataset(Mapping[str, Any]):
    """The variables of a file, or of several joined; made by `tern.data.open`.

    A mapping of the names of its data variables to `xarray.DataArray`, which are read when they are taken.

    Attributes
    ----------
    format : str
        Such as ``"netCDF-4"``, ``"classic"``, ``"Zarr 3"``.
    dimensions : dict of str to int
    variables : dict of str to Variable
        All, coordinates and bounds too.
    attributes : dict
        What the file says of itself.
    """

    def __init__(self, paths: Sequence[str], along: str | None):
        self._files = {"paths": list(paths), "along": along}
        found = call("dataset_describe", self._files).value
        self.path: str = found["path"]
        self.format: str = found["format"]
        self.attributes = attributes(found["attributes"])
        self.dimensions = {dimension["name"]: dimension["length"] for dimension in found["dimensions"]}
        self.variables = _variables(found)
        # One number for each entry of a dimension labels it, but is a variable all the same.
        helpers = {described["name"] for described in found["variables"] if described["is_helper"]}
        self._data = [
            name for name, v in self.variables.items()
            if name in found["data_variables"]
            or (len(v.dimensions) == 1 and v.name != v.dimensions[0] and name not in helpers and not v.complaint)
        ]  # fmt: skip

    @cached_property
    def _types(self) -> dict[str, Any]:
        """Of each variable the type in which its values come; each of several files is opened for it."""
        along = self._files["along"]
        files = [] if along is None else [
            _variables(call("dataset_describe", {"paths": [path], "along": None}).value)
            for path in self._files["paths"]
        ]  # fmt: skip
        # What does not go along the dimension is the first file's.
        return {
            name: plain_type([file[name] for file in files] if along in v.dimensions else [v])
            for name, v in self.variables.items()
        }

    def read(self, name: str, ranges: Mapping[str, slice | range | Sequence[int]] | None = None) -> Any:
        """Reads a variable with its coordinates; missing values are NaN.

        Parameters
        ----------
        name : str
            Of any variable.
        ranges : mapping of str to slice, range or pair, optional
            What is to be read, by dimension; the rest is read whole.

        Returns
        -------
        xarray.DataArray
            Values are unpacked (``scale_factor`` and the like), dates of coordinates decoded: as ``datetime64`` where
            that can be, else as ``cftime`` objects. Other variables become dates, durations and truths where xarray
            makes them such.

        Raises
        ------
        KeyError
            Where there is no such variable.
        OSError
            Where it cannot be read.
        """
        import xarray

        if name not in self.variables:
            raise KeyError(f"{self.path} has no variable {name!r}; there are {', '.join(self.variables)}")
        variable = self.variables[name]
        limits = {}
        for dimension, wanted in (ranges or {}).items():
            if dimension not in variable.dimensions:
                raise ValueError(f"{name} has no dimension {dimension!r}; it has {', '.join(variable.dimensions)}")
            limits[dimension] = _limits(wanted, dimension, self.dimensions[dimension])
        if variable.note:
            warnings.warn(f"{self.path}: {name}: {variable.note}", stacklevel=2)
        answer = call("dataset_read", {**self._files, "variable": name, "ranges": limits})
        if "texts" in answer.value:
            return self._texts(variable, answer.value["texts"], limits)
        for note in answer.value["notes"]:
            warnings.warn(f"{self.path}: {name}: {note}", stacklevel=2)
        array = data_array(answer.value, answer.arrays, "", self.variables, self._types)
        for complaint in answer.value["time_complaints"]:
            if not any(f'"{key}"' in complaint for key in array.coords):
                continue
            warnings.warn(f"{self.path}: times stay numbers: {complaint}", stacklevel=2)
        if name in array.coords:
            return array.coords[name]
        made = array.variable
        parent = self._parent(name)
        if parent and "units" not in made.attrs:
            # Bounds are in the units of what they bound.
            made.attrs |= {key: parent.attributes[key] for key in ("units", "calendar") if key in parent.attributes}
        array = xarray.DataArray(decoded(name, made), array.coords, name=name)
        return self._with_coordinates(array, limits)

    def _parent(self, name: str) -> Variable | None:
        """The variable of times whose bounds another one is."""
        return next(
            (
                v for v in self.variables.values()
                if v.attributes.get("bounds") == name and " since " in str(v.attributes.get("units", ""))
            ), None,
        )  # fmt: skip

    def _with_coordinates(self, array: Any, limits: Mapping[str, list[int]]) -> Any:
        """With what labels its dimensions, and what it names as coordinates, such as places on a curved grid."""
        named = str(self.variables[array.name].attributes.get("coordinates", "")).split()
        for key in [*array.dims, *named]:
            other = self.variables.get(key)
            if key == array.name or key in array.coords or other is None or other.complaint:
                continue
            dimensions = other.dimensions[:-1] if other.type == "char" else other.dimensions
            if set(dimensions) <= set(array.dims) and (key in named or dimensions == (key,)):
                own = {dimension: limits[dimension] for dimension in dimensions if dimension in limits}
                array = array.assign_coords({key: self.read(key, own).variable})
        if array.name in array.dims and array.ndim == 1:
            array = array.assign_coords({array.name: array.variable})
        if named and set(named) <= set(array.coords):
            array.attrs.pop("coordinates", None)
        return array

    def _texts(self, variable: Variable, found: list[str], limits: Mapping[str, list[int]]) -> Any:
        import xarray

        dimensions = variable.dimensions[:-1] if variable.type == "char" else variable.dimensions
        shape = variable.shape[: len(dimensions)]
        values = np.array(found, dtype=object).reshape(shape)
        values = values[tuple(slice(*limits.get(dimension, (None, None))) for dimension in dimensions)]
        own = {key: value for key, value in variable.attributes.items() if key != "_Encoding"}
        return self._with_coordinates(xarray.DataArray(values, dims=dimensions, name=variable.name, attrs=own), limits)

    def to_xarray(self, names: Sequence[str] | None = None) -> Any:
        """All variables, or those that are named with their coordinates, as an `xarray.Dataset`.

        Returns
        -------
        xarray.Dataset
            Variables that cannot be read are left out with a warning that says why.
        """
        import xarray

        for variable in self.variables.values():
            if names is None and variable.complaint:
                warnings.warn(f"{self.path}: {variable.name} is left out: {variable.complaint}", stacklevel=2)
        wanted = (
            [name for name, v in self.variables.items() if not v.complaint] if names is None else texts(names, "names")
        )
        own = dict(self.attributes)
        # Coordinates of no variable are named by the file itself.
        coordinates = set(str(own.pop("coordinates", "")).split()) if names is None else set()
        variables: dict[str, Any] = {}
        # Those with a dimension of their own name come with others.
        for name in sorted(wanted, key=lambda name: name in self.variables[name].dimensions if name in self else 0):
            if name in variables:
                continue
            array = self.read(name)
            variables |= {key: coordinate.variable for key, coordinate in array.coords.items() if key not in variables}
            coordinates |= set(array.coords)
            variables[name] = array.variable
        found = xarray.Dataset({name: variables[name] for name in [*self.variables, *variables] if name in variables})
        return found.set_coords([key for key in coordinates if key in found]).assign_attrs(own)

    def __getitem__(self, name: str) -> Any:
        return self.read(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __contains__(self, name: object) -> bool:
        return name in self.variables

    def __repr__(self) -> str:
        lines = [f"<tern.data.Dataset {self.path}: {self.format}>"]
        lines += [f"    {v.type} {v.name}({', '.join(f'{d}: {n}' for d, n in zip(v.dimensions, v.shape))})"
                  for v in self.variables.values()]  # fmt: skip
        return "\n".join(lines)


def open(paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], *, along: str | None = None) -> Dataset:  # noqa: A001
    """Opens a NetCDF file (3 or 4) or a Zarr store (a folder or ``.zip``, version 2 or 3), or several as one.

    Parameters
    ----------
    paths : path-like, or sequence of them
    along : str, optional
        The dimension along which several files are joined, in the order of its labels.

    Raises
    ------
    OSError
        Where a file cannot be opened, or does not fit the others; the message says why.
    """
    several = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    if along is None and len(several) != 1:
        raise ValueError(f"{len(several)} files are given; name the dimension to join them by: along='time'")
    return Dataset([os.fspath(path) for path in several], along)


def write(
    data: Any,
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002
    compression: int = 1,
    packed: Sequence[str] = (),
) -> None:
    """Writes an `xarray.Dataset` or `xarray.DataArray` to a file, whole or not at all.

    Parameters
    ----------
    data : xarray.Dataset or xarray.DataArray
        Of numbers, truths, dates and durations, as they are meant and not as they were packed; integers become 64-bit
        fractions, since missing values are NaN. Dates are counted in their own units, where these say them exactly.
    path : path-like
        A file that has the name is replaced.
    format : {"netcdf4", "netcdf3", "zarr", "zarr.zip", "zarr2"}, optional
        By default Zarr where the path ends in ``.zarr`` or ``.zarr.zip``, else NetCDF-4.
    compression : int, default=1
        From 0 (none) to 9.
    packed : sequence of str
        Variables to be stored in 16 bits a value.

    Raises
    ------
    ValueError
        For values that are texts, coordinates of several dimensions or of no variable, and what a file would not give
        back: integers beyond 2**53, parts of microseconds, attributes that are neither texts nor numbers.
    OSError
        Where the file cannot be written.
    """
    from xarray import DataArray, Dataset

    if not isinstance(data, (DataArray, Dataset)):
        raise TypeError(f"{type(data).__name__} is given; an xarray.Dataset or xarray.DataArray is written")
    if isinstance(data, DataArray):
        data = data.to_dataset(name=data.name or "data", promote_attrs=False)
    used = {key for array in data.data_vars.values() for key in array.coords}
    lost = [str(key) for key in data.coords if key not in used]
    if lost:
        raise ValueError(f"no variable has the coordinates {', '.join(lost)}; drop them: data.drop_vars({lost})")
    is_classic = format is not None and format.lower() == "netcdf3"
    empty = [str(name) for name, length in data.sizes.items() if length == 0]
    if is_classic and empty:
        raise ValueError(f"NetCDF 3 has no dimensions of length 0, as {', '.join(empty)} is; write netcdf4 or zarr")
    fields: list[dict[str, Any]] = []
    arrays = {}
    for name, array in data.data_vars.items():
        field, values = described(str(name), array, "netcdf3" if is_classic else None)
        arrays.update({f"{len(fields)}.{key}": value for key, value in values.items()})
        fields.append(field)
    arguments = {
        "fields": fields, "attributes": writable(data.attrs), "path": os.fspath(path), "format": format,
        "compression": integer(compression, "compression"), "packed": texts(packed, "packed"),
    }  # fmt: skip
    call("dataset_write", arguments, arrays)


def _variables(found: Mapping[str, Any]) -> dict[str, Variable]:
    """What the engine says of the variables of a file, by name."""
    return {
        described["name"]: Variable(
            described["name"], described["type"], tuple(described["dimensions"]), tuple(described["shape"]),
            attributes(described["attributes"]), described["note"], described["complaint"],
        )
        for described in found["variables"]
    }  # fmt: skip


def _limits(wanted: slice | range | Sequence[int], dimension: str, length: int) -> list[int]:
    """The first entry and that behind the last."""
    if isinstance(wanted, range):
        if wanted.step != 1 or wanted.start < 0 or wanted.stop < 0:
            raise ValueError(f"{dimension}: {wanted} is to count on by ones from 0 or later")
        return [wanted.start, max(wanted.start, wanted.stop)]
    if isinstance(wanted, slice):
        low, high, step = wanted.indices(length)
        if step != 1:
            raise ValueError(f"{dimension}: entries are read one after the other; take [::{step}] of what was read")
        return [low, max(low, high)]
    if not isinstance(wanted, (tuple, list)) or len(wanted) != 2 or not all(isinstance(end, int) for end in wanted):
        raise ValueError(
            f"{dimension}: {wanted!r} is to be a slice, a range, or two integers: the first and that behind the last"
        )
    return list(wanted)


__all__ = ["Dataset", "Variable", "open", "write"]
