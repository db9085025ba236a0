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
from typing import Any, NamedTuple

import numpy as np

from ._handle import call

# Types of files that NumPy has; `xarray` gives integers as such where none can be missing.
_INTEGERS = {
    "byte": np.int8, "short": np.int16, "int": np.int32, "int64": np.int64,
    "ubyte": np.uint8, "ushort": np.uint16, "uint": np.uint32, "uint64": np.uint64,
}  # fmt: skip
_PACKING = {"scale_factor", "add_offset", "_FillValue", "missing_value"}
# Attributes of values as they lie in a file.
_STORAGE = _PACKING | {"valid_range", "valid_min", "valid_max", "_Unsigned"}
_GREGORIAN = ("standard", "proleptic_gregorian")


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
        self.attributes = _attributes(found["attributes"])
        self.dimensions = {dimension["name"]: dimension["length"] for dimension in found["dimensions"]}
        self.variables = {
            described["name"]: Variable(
                described["name"], described["type"], tuple(described["dimensions"]), tuple(described["shape"]),
                _attributes(described["attributes"]), described["note"], described["complaint"],
            )
            for described in found["variables"]
        }  # fmt: skip
        # One number for each entry of a dimension labels it, but is a variable all the same.
        helpers = {name for v in self.variables.values() for name in _helpers(v)}
        self._data = [
            name for name, v in self.variables.items()
            if name in found["data_variables"]
            or (len(v.dimensions) == 1 and v.name != v.dimensions[0] and name not in helpers and not v.complaint)
        ]  # fmt: skip

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
            that can be, else as ``cftime`` objects. Dates that label no dimension of their own stay numbers.

        Raises
        ------
        KeyError
            Where there is no such variable.
        OSError
            Where it cannot be read.
        """
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
        if answer.value["has_unmarked_fill"]:
            warnings.warn(
                f"{self.path}: {name}: values that netCDF writes where nothing is written are taken for missing; "
                "nothing in the file marks them",
                stacklevel=2,
            )
        for complaint in answer.value["time_complaints"]:
            warnings.warn(f"{self.path}: times stay numbers: {complaint}", stacklevel=2)
        array = _data_array(answer.value, answer.arrays, "", self.variables)
        if name in array.coords:
            return array.coords[name]
        # Latitudes and longitudes of grids that are no product of both.
        for key in str(variable.attributes.get("coordinates", "")).split():
            other = self.variables.get(key)
            if key not in array.coords and other and set(other.dimensions) <= set(array.dims) and not other.complaint:
                own = {dimension: limits[dimension] for dimension in other.dimensions if dimension in limits}
                array = array.assign_coords({key: self.read(key, own).variable})
        return array

    def _texts(self, variable: Variable, texts: list[str], limits: Mapping[str, list[int]]) -> Any:
        import xarray

        dimensions = variable.dimensions[:-1] if variable.type == "char" else variable.dimensions
        shape = variable.shape[: len(dimensions)]
        values = np.array(texts, dtype=object).reshape(shape)
        values = values[tuple(slice(*limits.get(dimension, (None, None))) for dimension in dimensions)]
        return xarray.DataArray(values, dims=dimensions, name=variable.name, attrs=variable.attributes)

    def to_xarray(self, names: Sequence[str] | None = None) -> Any:
        """All data variables, or those that are named, as an `xarray.Dataset`.

        Returns
        -------
        xarray.Dataset
            Variables that cannot be read are left out with a warning that says why.
        """
        import xarray

        for variable in self.variables.values():
            if names is None and variable.complaint:
                warnings.warn(f"{self.path}: {variable.name} is left out: {variable.complaint}", stacklevel=2)
        arrays = [self.read(name) for name in (self._data if names is None else names)]
        merged = xarray.merge([array.to_dataset() for array in arrays], join="exact", compat="no_conflicts")
        return merged.assign_attrs(self.attributes)

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
        Of numbers, as they are meant and not as they were packed; integers and truths become 64-bit fractions, since
        missing values are NaN.
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
        For values that are no numbers, coordinates of several dimensions or of no variable, and what a file would not
        give back: integers beyond 2**53, parts of microseconds, attributes that are neither texts nor numbers.
    OSError
        Where the file cannot be written.
    """
    if hasattr(data, "to_dataset") and not hasattr(data, "data_vars"):
        data = data.to_dataset(name=data.name or "data", promote_attrs=False)
    used = {key for array in data.data_vars.values() for key in array.coords}
    lost = [str(key) for key in data.coords if key not in used]
    if lost:
        raise ValueError(f"no variable has the coordinates {', '.join(lost)}; drop them: data.drop_vars({lost})")
    fields, arrays = [], {}
    for number, (name, array) in enumerate(data.data_vars.items()):
        described, values = _described(str(name), array)
        fields.append(described)
        arrays.update({f"{number}.{key}": value for key, value in values.items()})
    arguments = {
        "fields": fields, "attributes": _writable(data.attrs), "path": os.fspath(path), "format": format,
        "compression": compression, "packed": list(packed),
    }  # fmt: skip
    call("dataset_write", arguments, arrays)


def _helpers(variable: Variable) -> list[str]:
    """What a variable names as its coordinates or bounds."""
    named = ("bounds", "climatology", "coordinates", "ancillary_variables", "grid_mapping")
    return [name for key in named for name in str(variable.attributes.get(key, "")).split()]


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


def _attributes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as xarray has them."""

    def value(found: Any) -> Any:
        if isinstance(found, str):
            return found
        numbers = [float(number) for number in found]
        numbers = [int(number) if number.is_integer() and abs(number) < 2**53 else number for number in numbers]
        return numbers[0] if len(numbers) == 1 else np.array(numbers)

    return {name: value(found) for name, found in given.items()}


def _data_array(message: Mapping[str, Any], arrays: Mapping[str, np.ndarray], prefix: str, known: Any = None) -> Any:
    """A field of a call's answer."""
    import xarray

    coordinates = {}
    for number, coordinate in enumerate(message["coordinates"]):
        attributes = _attributes(coordinate["attributes"])
        labels = arrays.get(f"{prefix}labels{number}", np.empty(0))
        if "texts" in coordinate:
            values = np.array(coordinate["texts"], dtype=object)
        elif "calendar" in coordinate:
            values = _dates(labels, coordinate["calendar"])
            attributes = {name: text for name, text in attributes.items() if name not in ("units", "calendar")}
        else:
            values = _whole(np.array(labels), coordinate["name"], known)
        coordinates[coordinate["name"]] = (coordinate["dimension"], values, attributes)
    values = _whole(np.array(arrays[prefix + "values"]), message["name"], known)
    return xarray.DataArray(
        values, coordinates, message["dimensions"], message["name"], _attributes(message["attributes"])
    )


def _whole(values: np.ndarray, name: str, known: Mapping[str, Variable] | None) -> np.ndarray:
    """Integers as the file has them, where no value is missing or was packed."""
    variable = (known or {}).get(name)
    if variable is None or variable.type not in _INTEGERS or _PACKING & set(variable.attributes):
        return values
    if not np.isfinite(values).all() or (np.abs(values) > 2**53).any():
        return values
    return values.astype(_INTEGERS[variable.type])


def _dates(rows: np.ndarray, calendar: str) -> np.ndarray:
    """Rows of year, month, day and seconds as dates of the calendar."""
    years = rows[:, 0]
    if calendar in _GREGORIAN and (calendar == "proleptic_gregorian" or (years > 1582).all()):
        months = (years.astype("int64") - 1970).astype("datetime64[Y]").astype("datetime64[M]")
        months = months + (rows[:, 1].astype("int64") - 1)
        days = months.astype("datetime64[D]") + (rows[:, 2].astype("int64") - 1)
        times = days.astype("datetime64[us]") + np.round(rows[:, 3] * 1e6).astype("int64").astype("timedelta64[us]")
        return times.astype("datetime64[ns]") if ((years > 1678) & (years < 2262)).all() else times
    try:
        import cftime
    except ImportError:
        raise ImportError(f"dates of the calendar {calendar} need cftime: pip install cftime") from None

    def date(year: float, month: float, day: float, seconds: float) -> Any:
        micro = round(seconds * 1e6)
        clock = (micro // 3_600_000_000, micro // 60_000_000 % 60, micro // 1_000_000 % 60, micro % 1_000_000)
        return cftime.datetime(int(year), int(month), int(day), *clock, calendar=calendar)

    return np.array([date(*row) for row in rows.tolist()], dtype=object)


def _rows(dates: np.ndarray) -> tuple[np.ndarray, str]:
    """Dates as rows of year, month, day and seconds, and their calendar."""
    if dates.dtype.kind == "M":
        if np.isnat(dates).any():
            raise ValueError("a date is NaT; a coordinate has no gaps")
        micro = dates.astype("datetime64[us]")
        if (micro.astype(dates.dtype) != dates).any():
            raise ValueError("dates hold parts of microseconds, which are not kept; round them first")
        days, months = micro.astype("datetime64[D]"), micro.astype("datetime64[M]")
        month = months.astype("int64")
        parts = (month // 12 + 1970, month % 12 + 1, (days - months).astype("int64") + 1,
                 (micro - days).astype("int64") / 1e6)  # fmt: skip
        return np.stack([part.astype(np.float64) for part in parts], axis=1), "proleptic_gregorian"
    rows = [(d.year, d.month, d.day, d.hour * 3600 + d.minute * 60 + d.second + d.microsecond / 1e6) for d in dates]
    return np.array(rows, dtype=np.float64), dates[0].calendar


def _described(name: str, array: Any) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """A field for a call's arguments, and its arrays."""
    values = np.asarray(array.values)
    if values.dtype.kind not in "fiub":
        raise ValueError(f"{name} is of {values.dtype}; what is written must be of numbers")
    _check_exact(name, values)
    stored = sorted(_STORAGE & set(array.attrs))
    if stored:
        raise ValueError(
            f"{name} has the attribute {', '.join(stored)}, which says how values are stored; "
            "decode them first (xarray.decode_cf), or leave the attribute out"
        )
    arrays = {"values": values if values.dtype == np.float32 else values.astype(np.float64)}
    coordinates: list[dict[str, Any]] = []
    for key, coordinate in array.coords.items():
        if coordinate.ndim != 1:
            if coordinate.ndim == 0:
                warnings.warn(f"{name}: {key} labels no dimension and is not written", stacklevel=3)
                continue
            raise ValueError(
                f"{name}: the coordinate {key} has {coordinate.ndim} dimensions; "
                f"make it a variable to write it: data.reset_coords({key!r})"
            )
        labels = np.asarray(coordinate.values)
        if labels.dtype.kind == "m" or (labels.dtype.kind == "O" and len(labels) and isinstance(labels[0], tuple)):
            raise ValueError(
                f"{name}: the coordinate {key} holds {type(labels[0]).__name__}s, which have no form in a file"
            )
        described: dict[str, Any] = {
            "name": str(key), "dimension": str(coordinate.dims[0]), "attributes": _writable(coordinate.attrs)
        }  # fmt: skip
        if labels.dtype.kind == "M" or (labels.dtype.kind == "O" and len(labels) and hasattr(labels[0], "calendar")):
            arrays[f"labels{len(coordinates)}"], described["calendar"] = _rows(labels)
            units = coordinate.encoding.get("units")
            if units:
                described["attributes"]["units"] = units
        elif labels.dtype.kind in "fiub":
            _check_exact(str(key), labels)
            arrays[f"labels{len(coordinates)}"] = labels.astype(np.float64)
        else:
            described["texts"] = [str(label) for label in labels]
        coordinates.append(described)
    dimensions = [str(dimension) for dimension in array.dims]
    return {
        "name": name, "dimensions": dimensions, "coordinates": coordinates, "attributes": _writable(array.attrs)
    }, arrays  # fmt: skip


def _check_exact(name: str, values: np.ndarray) -> None:
    if values.dtype.kind in "iu" and values.size and max(-int(values.min()), int(values.max())) > 2**53:
        raise ValueError(f"{name} holds integers beyond 2**53, which 64-bit fractions do not keep apart")


def _writable(attributes: Mapping[Any, Any]) -> dict[str, Any]:
    """Attributes as texts and lists of numbers."""

    def value(name: Any, found: Any) -> Any:
        if isinstance(found, str):
            return found
        array = np.atleast_1d(np.asarray(found))
        if array.ndim != 1 or array.dtype.kind not in "fiub":
            raise ValueError(f"the attribute {name} is {found!r}; it is to be a text or numbers")
        _check_exact(f"the attribute {name}", array)
        return [float(number) for number in array]

    return {str(name): value(name, found) for name, found in attributes.items()}


__all__ = ["Dataset", "Variable", "open", "write"]
