"""Fields between the engine's messages and xarray: values, coordinates, dates and attributes."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ._arrays import is_beyond_fractions

# Types of files that NumPy has; `xarray` gives numbers as such where none can be missing.
_TYPES = {
    "byte": np.int8, "short": np.int16, "int": np.int32, "int64": np.int64,
    "ubyte": np.uint8, "ushort": np.uint16, "uint": np.uint32, "uint64": np.uint64, "float": np.float32,
}  # fmt: skip
_PACKING = {"scale_factor", "add_offset", "_FillValue", "missing_value"}
# Attributes of values as they lie in a file.
_STORAGE = _PACKING | {"valid_range", "valid_min", "valid_max", "_Unsigned"}
_GREGORIAN = ("standard", "proleptic_gregorian")
# Calendars in which the year before 1 is -1, as cftime counts; the engine's rows have 0 there.
_WITHOUT_YEAR_ZERO = ("standard", "julian")
# cftime's classes, by which xarray finds dates that are named in texts.
_CLASSES = {
    "standard": "DatetimeGregorian", "julian": "DatetimeJulian", "noleap": "DatetimeNoLeap",
    "all_leap": "DatetimeAllLeap", "360_day": "Datetime360Day", "proleptic_gregorian": "DatetimeProlepticGregorian",
}  # fmt: skip
# Microseconds in units of time, and their names, from the longest to the shortest.
_LENGTHS = {
    "days": 86_400_000_000, "hours": 3_600_000_000, "minutes": 60_000_000, "seconds": 1_000_000,
    "milliseconds": 1000, "microseconds": 1,
}  # fmt: skip
# Years that a number of 64 bits counts in microseconds.
_YEARS_OF_MICROSECONDS = 280


def attributes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as xarray has them."""

    def value(found: Any) -> Any:
        if isinstance(found, str):
            return found
        numbers = [float(number) for number in found]
        numbers = [int(number) if number.is_integer() and abs(number) < 2**53 else number for number in numbers]
        return numbers[0] if len(numbers) == 1 else np.array(numbers)

    return {name: value(found) for name, found in given.items()}


def data_array(
    message: Mapping[str, Any], arrays: Mapping[str, np.ndarray], prefix: str, known: Any = None,
    types: Mapping[str, Any] | None = None,
) -> Any:  # fmt: skip
    """A field of a call's answer; `known` are the file's variables by name, `types` theirs by `plain_type`."""
    import xarray

    names = None if known is None else coordinate_names(known)
    coordinates = {}
    for number, coordinate in enumerate(message["coordinates"]):
        # A series along a dimension is a variable, but where it is named as a coordinate.
        if names is not None and coordinate["name"] != coordinate["dimension"] and coordinate["name"] not in names:
            continue
        name, own = coordinate["name"], attributes(coordinate["attributes"])
        labels = arrays.get(f"{prefix}labels{number}", np.empty(0))
        variable = (known or {}).get(name)
        if variable and variable.attributes.get("bounds") in known:
            own["bounds"] = variable.attributes["bounds"]
        if "texts" in coordinate:
            values = np.array(coordinate["texts"], dtype=object)
            own.pop("_Encoding", None)
        elif "calendar" in coordinate:
            values = _dates(labels, coordinate["calendar"])
            if re.search(r"^n(anoseconds?|s) since |\.\d{7,}", str(own.get("units", ""))):
                warnings.warn(f"{name} is in nanoseconds, and dates are kept to microseconds", stacklevel=4)
            own = {name: text for name, text in own.items() if name not in ("units", "calendar")}
        else:
            values = _stored(np.array(labels), name, types)
        made = xarray.Variable(coordinate["dimension"], values, own)
        # Dates that the engine left as numbers stay so.
        coordinates[name] = made if _is_date(own) else decoded(name, made)
    values = _stored(np.array(arrays[prefix + "values"]), message["name"], types)
    own = attributes(message["attributes"])
    return xarray.DataArray(values, coordinates, message["dimensions"], message["name"], own)


def coordinate_names(known: Mapping[str, Any]) -> set[str]:
    """What variables name as their coordinates."""
    return {name for v in known.values() for name in str(v.attributes.get("coordinates", "")).split()}


def decoded(name: str, variable: Any) -> Any:
    """A variable whose attributes say that its numbers are dates, durations or truths, as such, as xarray does it."""
    import xarray

    kind = str(variable.attrs.get("dtype", ""))
    if not _is_date(variable.attrs) and not re.match(r"(bool$|timedelta64\[)", kind):
        return variable
    if variable.dtype.kind not in "fiub":
        return variable
    try:
        return xarray.decode_cf(xarray.Dataset({name: variable}), mask_and_scale=False, decode_coords=False).variables[
            name
        ]
    except (ValueError, TypeError, OverflowError) as error:
        warnings.warn(f"{name} stays numbers: {str(error).splitlines()[0]}", stacklevel=4)
        return variable


def _is_date(own: Mapping[str, Any]) -> bool:
    return " since " in str(own.get("units", ""))


def _stored(values: np.ndarray, name: str, types: Mapping[str, Any] | None) -> np.ndarray:
    """Numbers of the type that the files have, where no integer is missing."""
    kept = (types or {}).get(name)
    if kept is None:
        return values
    if kept.kind in "iu" and (not np.isfinite(values).all() or (np.abs(values) > 2**53).any()):
        return values
    return values.astype(kept)


def plain_type(parts: Iterable[Any]) -> np.dtype[Any] | None:
    """The type of a variable's values in all files that hold a part of it, as NumPy promotes theirs.

    None where the engine's is it: where numbers are packed, or integers may be missing.
    """
    types = []
    for variable in parts:
        if variable.type == "double":
            types.append(np.dtype(np.float64))
            continue
        marks = {"scale_factor", "add_offset"} if variable.type == "float" else _PACKING
        if variable.type not in _TYPES or marks & set(variable.attributes):
            return None
        types.append(_stored_type(variable))
    return np.result_type(*types)


def _stored_type(variable: Any) -> np.dtype[Any]:
    """The type of numbers in a file; ``_Unsigned`` says that integers have another sign than theirs."""
    dtype = np.dtype(_TYPES[variable.type])
    sign = str(variable.attributes.get("_Unsigned", "")).lower()
    if dtype.kind == "i" and sign == "true":
        return np.dtype(f"u{dtype.itemsize}")
    return np.dtype(f"i{dtype.itemsize}") if dtype.kind == "u" and sign == "false" else dtype


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

    kind = getattr(cftime, _CLASSES[calendar])
    shift = calendar in _WITHOUT_YEAR_ZERO

    def date(year: float, month: float, day: float, seconds: float) -> Any:
        micro = round(seconds * 1e6)
        clock = (micro // 3_600_000_000, micro // 60_000_000 % 60, micro // 1_000_000 % 60, micro % 1_000_000)
        return kind(int(year) - (shift and year < 1), int(month), int(day), *clock)

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
    rows = [
        (
            d.year + (d.year < 0 and not d.has_year_zero), d.month, d.day,
            d.hour * 3600 + d.minute * 60 + d.second + d.microsecond / 1e6,
        )
        for d in dates
    ]  # fmt: skip
    return np.array(rows, dtype=np.float64), dates[0].calendar


def _units(rows: np.ndarray, calendar: str, given: str, name: str) -> str:
    """Units of time in which numbers of 64 bits say each date exactly: those that are given, if they do.

    Months and years, which have no one length, become days.
    """
    word, _, origin = given.partition(" since ")
    clock = re.search(r"[T ](\d+):(\d+)(?::(\d+)(\.\d+)?)?", origin)
    first = [int(part or 0) for part in clock.groups()[:3]] if clock else [0, 0, 0]
    start = round((first[0] * 3600 + first[1] * 60 + first[2]) * 1e6)
    start += round(float(clock[4]) * 1e6) if clock and clock[4] else 0
    passed = np.append(np.round(rows[:, 3] * 1e6).astype(np.int64), start)
    # Halves of a unit and halves of them are exact as well.
    exact = [unit for unit, length in _LENGTHS.items() if not (passed * 128 % length).any()]
    unit = word if word in exact else exact[0]
    if unit != "microseconds":
        return f"{unit} since {origin or '1970-01-01'}"
    years = rows[:, 0]
    if years.max() - years.min() > _YEARS_OF_MICROSECONDS:
        raise ValueError(
            f"{name} goes from the year {int(years.min())} to {int(years.max())} in microseconds, which numbers of 64 "
            "bits do not keep apart; round the dates first"
        )
    year, month, day = (int(part) for part in rows[0, :3])
    year -= calendar in (*_WITHOUT_YEAR_ZERO, "gregorian") and year < 1
    return f"microseconds since {year:04d}-{month:02d}-{day:02d}"


def described(name: str, array: Any, format: str | None = None) -> tuple[dict[str, Any], dict[str, np.ndarray]]:  # noqa: A002
    """A field for a call's arguments, and its arrays."""
    variable = _encoded(name, array.variable)
    values = np.asarray(variable.values)
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
    own = writable(variable.attrs)
    for key in ("coordinates", "bounds"):
        if own.pop(key, None):
            warnings.warn(f"{name}: the attribute {key} is not written", stacklevel=3)
    _check_coordinates(name, array)
    coordinates: list[dict[str, Any]] = []
    for key, coordinate in array.coords.items():
        if coordinate.ndim == 1:
            parts = {"name": str(key), "dimension": str(coordinate.dims[0])}
            coordinates.append(parts | _labels(name, str(key), coordinate, len(coordinates), arrays, format))
    dimensions = [str(dimension) for dimension in array.dims]
    return {"name": name, "dimensions": dimensions, "coordinates": coordinates, "attributes": own}, arrays


def _labels(
    name: str, key: str, coordinate: Any, number: int, arrays: dict[str, np.ndarray], format: str | None  # noqa: A002
) -> dict[str, Any]:  # fmt: skip
    """The labels of a coordinate and its attributes; labels that are numbers go to the arrays."""
    labels = np.asarray(coordinate.values)
    if labels.dtype.kind == "O" and len(labels) and isinstance(labels[0], tuple):
        raise ValueError(f"{name}: the coordinate {key} holds tuples, which have no form in a file")
    if getattr(coordinate.to_index(), "tz", None) is not None:
        raise ValueError(
            f"{name}: the coordinate {key} has a time zone, which is not kept; take it off: .tz_convert(None)"
        )
    own = writable(coordinate.attrs)
    if len(labels) and (labels.dtype.kind == "M" or hasattr(labels[0], "calendar")):
        rows, calendar = _rows(labels)
        arrays[f"labels{number}"] = rows
        clashing = sorted({"units", "calendar"} & set(own))
        if clashing:
            raise ValueError(
                f"{name}: the coordinate {key} holds dates and has the attribute {', '.join(clashing)}, which says how "
                "they are stored; leave it out (units may stand in its encoding)"
            )
        own["units"] = _units(rows, calendar, str(coordinate.encoding.get("units", "")), key)
        return {"calendar": calendar, "attributes": own}
    if labels.dtype.kind in "Mm":
        encoded = _encoded(key, coordinate.variable.to_base_variable())
        labels, own = np.asarray(encoded.values), writable(encoded.attrs)
    if labels.dtype.kind in "fiub":
        _check_exact(key, labels)
        arrays[f"labels{number}"] = labels.astype(np.float64)
        return {"attributes": own | ({"dtype": "bool"} if labels.dtype.kind == "b" else {})}
    if format == "netcdf3":
        # Texts are bytes there.
        own["_Encoding"] = "utf-8"
    return {"texts": [_text(label, f"{name}: the coordinate {key}") for label in labels], "attributes": own}


def _text(found: Any, name: str) -> str:
    """A text that a file gives back."""
    if isinstance(found, (bytes, np.bytes_)):
        try:
            found = found.decode()
        except UnicodeDecodeError:
            raise ValueError(f"{name} holds {found!r}, which is no text in UTF-8") from None
    if not isinstance(found, str):
        raise ValueError(f"{name} holds {found!r}; it is to be numbers, dates or texts alone")
    if "\0" in found:
        raise ValueError(f"{name} holds {found!r}, which ends at its zero in a file")
    return str(found)


def _check_coordinates(name: str, array: Any) -> None:
    for key, coordinate in array.coords.items():
        if coordinate.ndim == 0:
            warnings.warn(f"{name}: {key} labels no dimension and is not written", stacklevel=4)
        elif coordinate.ndim > 1:
            raise ValueError(
                f"{name}: the coordinate {key} has {coordinate.ndim} dimensions; "
                f"make it a variable to write it: data.reset_coords({key!r})"
            )


def _encoded(name: str, variable: Any) -> Any:
    """A variable with dates, durations and truths as numbers, as xarray writes them."""
    from xarray import Variable, conventions

    values = variable.values
    if variable.dtype.kind == "b":
        return Variable(variable.dims, values, {**variable.attrs, "dtype": "bool"})
    if variable.dtype.kind == "O":
        flat = values.ravel()
        if not flat.size or not hasattr(flat[0], "calendar"):
            return variable
    elif variable.dtype.kind not in "mM":
        return variable
    how = {"dtype": "float64"} if variable.dtype.kind in "mM" and np.isnat(values).any() else {}
    plain = Variable(variable.dims, values, variable.attrs, how)
    try:
        made = conventions.encode_cf_variable(plain, name=name)
    except (KeyError, ValueError, OverflowError) as error:
        raise ValueError(f"{name} holds dates that xarray cannot count: {error}; round them first") from None
    kept = {key: value for key, value in made.attrs.items() if key not in _STORAGE}
    numbers = np.asarray(made.values)
    _check_exact(name, numbers)
    again = decoded(name, Variable(variable.dims, numbers.astype(np.float64), kept))
    if again.dtype.kind == variable.dtype.kind and variable.dtype.kind in "mM":
        same = (again.values == values) | (np.isnat(again.values) & np.isnat(values))
    else:
        same = np.asarray(again.values) == values
    if not np.all(same):
        raise ValueError(f"{name} holds dates that numbers of 64 bits do not keep apart; round them first")
    return Variable(variable.dims, numbers, kept)


def _check_exact(name: str, values: np.ndarray) -> None:
    if is_beyond_fractions(values):
        raise ValueError(f"{name} holds integers beyond 2**53, which 64-bit fractions do not keep apart")
    if (
        values.dtype.kind == "f"
        and values.dtype.itemsize > 8
        and not np.array_equal(values.astype(float), values, True)
    ):
        raise ValueError(f"{name} is of {values.dtype}, and files hold 64 bits; round it first: .astype('float64')")


def writable(given: Mapping[Any, Any]) -> dict[str, Any]:
    """Attributes as texts and lists of numbers."""

    def value(name: Any, found: Any) -> Any:
        if isinstance(found, (str, bytes)):
            return _text(found, f"the attribute {name}")
        array = np.atleast_1d(np.asarray(found))
        if array.ndim != 1 or array.dtype.kind not in "fiub":
            raise ValueError(f"the attribute {name} is {found!r}; it is to be a text or numbers")
        _check_exact(f"the attribute {name}", array)
        return [float(number) for number in array]

    return {str(name): value(name, found) for name, found in given.items()}
