"""xarray and pandas objects in and out: labels are checked where arrays come together, and go over to predictions.

The engine computes on arrays, whose places mean what they meant at the fit. Where what is given says what its places
are, by names of columns and dimensions or by coordinates, that is compared as xarray and scikit-learn compare it:
labels in another order, or other labels, are an error and never taken by position. What has no labels, such as a NumPy
array, goes by position.
"""

from __future__ import annotations

import base64
import json
import re
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np


class Axis(NamedTuple):
    """What is known of a dimension.

    Attributes
    ----------
    name : str or None
        Of the dimension, in xarray.
    labels : pandas.Index, sequence, or None
        Of its places.
    """

    name: str | None = None
    labels: Any = None


class Labels(NamedTuple):
    """What an array says of its places.

    Attributes
    ----------
    axes : tuple of Axis
        One for each dimension, that of the examples first.
    unit : str
        Of the values; empty where it is not known.
    form : str
        ``"frame"`` of pandas, ``"xarray"``, or empty.
    """

    axes: tuple[Axis, ...] = ()
    unit: str = ""
    form: str = ""


NONE = Labels()


def labels(given: Any) -> Labels:
    """What an object says of its places; nothing where it is neither xarray's nor pandas's."""
    packages = {kind.__module__.partition(".")[0] for kind in type(given).__mro__}
    if "xarray" in packages and hasattr(given, "dims") and hasattr(given, "values"):
        axes = (Axis(_dimension(name), given.indexes.get(name)) for name in given.dims)
        return Labels(tuple(axes), str(given.attrs.get("units", "")), "xarray")
    if "pandas" in packages and hasattr(given, "index"):
        index = Axis(None, given.index)
        # Columns that are only counted have no names.
        columns = [Axis(None, None if _is_count(c) else c) for c in [getattr(given, "columns", None)] if c is not None]
        return Labels((index, *columns), "", "frame")
    return NONE


def check_examples(given: Sequence[tuple[str, Labels]], order_alone: bool = False) -> None:
    """Whether arrays are of the same examples in the same order.

    Parameters
    ----------
    given : sequence of (str, Labels)
        Inputs, targets and weights, with what messages call them.
    order_alone : bool, default=False
        Whether only the same labels in another order are refused, and no others.

    Raises
    ------
    ValueError
        Where two have other labels of the examples, or a dimension that both have is in another order in one of them.
    """
    known = [(name, own) for name, own in given if own.axes]
    for place, (name, own) in enumerate(known):
        for other_name, other in known[:place]:
            if not order_alone:
                _check_dimensions(name, own, other_name, other)
            a, b = other.axes[0].labels, own.axes[0].labels
            if a is None or b is None or len(a) != len(b) or _says_nothing(a, b):
                continue
            found = _difference(b, a)
            if found and (not order_alone or _is_permuted(b, a)):
                raise ValueError(
                    f"{name} and {other_name} are not of the same examples in the same order: {found} in {other_name}; "
                    f"{_way(own, other_name, _is_permuted(b, a))}, or give arrays, which go by position "
                    "(`.to_numpy()`)"
                )


def check_features(name: str, own: Labels, known: Labels, shape: Sequence[int] = (), when: str = "at the fit") -> None:
    """Whether the features of an array are those that a model knows, in their order.

    Parameters
    ----------
    name : str
        What messages call it.
    own, known : Labels
    shape : sequence of int, optional
        That the model reads. Along a dimension of open length, -1, labels may be other ones, as of another region.
    when : str
        To what messages compare.

    Raises
    ------
    ValueError
        Where names of columns or dimensions, or labels along one, differ from what is known.
    """
    features = own.axes[1:]
    names = [axis.name for axis in known.axes[1:]]
    if not features or len(names) != len(features):
        return
    places = {axis.name: place for place, axis in enumerate(own.axes, -1) if axis.name}
    if any(name in places and places[name] != place for place, name in enumerate(names)):
        raise ValueError(
            f"{name} has the dimensions {_listed(axis.name for axis in own.axes)}; behind that of the examples they "
            f"were {_listed(names)} {when}; transpose it: .transpose(..., {', '.join(map(repr, names))})"
        )
    for place, (mine, theirs) in enumerate(zip(features, known.axes[1:]), 1):
        # Equal coordinates are no word for it: rows and columns of a square may have the same.
        if mine.name and theirs.name and mine.name != theirs.name:
            raise ValueError(
                f"{name} has the dimension {mine.name!r} where {theirs.name!r} stood {when}; rename it, if it is the "
                f"same: .rename({{{mine.name!r}: {theirs.name!r}}})"
            )
        if own.form == known.form == "frame":
            mine, theirs = _counted(mine, theirs), _counted(theirs, mine)
        if mine.labels is None or theirs.labels is None:
            continue
        difference = _difference(mine.labels, theirs.labels)
        if not difference:
            continue
        what = f"labels of {mine.name!r}" if mine.name else "columns"
        lacking, unseen = _apart(theirs.labels, mine.labels), _apart(mine.labels, theirs.labels)
        if not lacking and not unseen:
            order = f"[{', '.join(map(_told, theirs.labels[:3]))}{', ...' if len(theirs.labels) > 3 else ''}]"
            way = f".sel({mine.name}={order})" if own.form == "xarray" else f"x[{order}]"
            raise ValueError(
                f"{name} has its {what} in another order than {when}: {difference} {when}; give them in that order: "
                f"{way}"
            )
        if len(shape) > 2 and shape[place : place + 1] == (-1,):
            continue
        counts = [f"{word} are {_listed(some)}" for word, some in (("lacking", lacking), ("unknown", unseen)) if some]
        raise ValueError(
            f"{name} has other {what} than {when}: {difference} {when}; {', '.join(counts)}; "
            "arrays go by position (`.to_numpy()`)"
        )


def of_run(folder: Path) -> dict[str, list[Labels]]:
    """What a run's inputs and targets lie on."""
    path = folder / "preprocessing.json"
    if not path.exists():
        return {}
    prepared = json.loads(path.read_text(encoding="utf-8"))
    return {key: [_of_variable(one) for one in prepared[name]] for key, name in (("x", "inputs"), ("y", "targets"))}


def _of_variable(described: Mapping[str, Any]) -> Labels:
    axes = [Axis()]
    grid = described.get("grid")
    if grid:
        axes += [Axis(grid[f"{name}Name"], np.array(grid[f"{name}s"], float)) for name in ("latitude", "longitude")]
    for axis in [*described.get("cells", ()), *described.get("channels", ())]:
        own: Mapping[str, Any] = next((one for one in axis["labels"] if one["name"] == axis["name"]), {})
        places = np.array(own["texts"], object) if own.get("texts") else None
        if own.get("numbers"):
            places = np.frombuffer(base64.b64decode(own["numbers"]), "<f8")
        axes.append(Axis(axis["name"], places if places is not None and len(places) == axis["count"] else None))
    return Labels(tuple(axes), described["attributes"].get("units", ""), "xarray")


def check_unit(name: str, own: Labels, unit: str) -> None:
    """Warns where values are in another unit, by its name, than a model reads."""
    if own.unit and unit and _unit(own.unit) != _unit(unit):
        warnings.warn(f"{name} is in {own.unit!r}, and the model reads {unit!r}; nothing is converted", stacklevel=4)


def wrapped(array: np.ndarray, port: Any, like: Any, own: Labels, known: Labels) -> Any:
    """An output as an object of the kind of an input.

    Parameters
    ----------
    array : ndarray
    port : Port
        That gives it.
    like, own
        The input, and what it says of its places.
    known
        What the targets said of theirs at the fit.
    """
    axes = list(known.axes[1:]) if len(known.axes) == array.ndim else []
    if own.form == "frame":
        return _frame(array, port, like, axes)
    return _data_array(array, port, like, axes)


def _data_array(array: np.ndarray, port: Any, like: Any, axes: list[Axis]) -> Any:
    import xarray

    # Maps made of maps lie where those do; the last dimension is that of features, whose labels say nothing of outputs.
    grids = array.ndim == like.ndim and array.shape[1:-1] == like.shape[1:-1]
    shared = max(1, array.ndim - 1) if grids else 1
    dims = [str(dim) for dim in like.dims[:shared]] + [f"{port.name}_{axis}" for axis in range(shared, array.ndim)]
    coords = {name: c for name, c in like.coords.items() if set(c.dims) <= set(dims[:shared])}
    if len(axes) == array.ndim - 1 and all(axis.name for axis in axes) and dims[0] not in [a.name for a in axes]:
        dims = [dims[0], *(str(axis.name) for axis in axes)]
        coords = {name: c for name, c in like.coords.items() if set(c.dims) <= {dims[0]}}
        for axis, count in zip(axes, array.shape[1:]):
            if axis.labels is not None and len(axis.labels) == count and axis.name not in coords:
                coords[axis.name] = (axis.name, axis.labels)
    attributes = {"units": port.unit} if port.unit else {}
    return xarray.DataArray(array, coords, dims, port.name, attributes)


def _frame(array: np.ndarray, port: Any, like: Any, axes: list[Axis]) -> Any:
    import pandas

    if array.ndim == 1:
        return pandas.Series(array, like.index, name=port.name)
    columns = axes[0].labels if axes else None
    columns = columns if columns is not None and len(columns) == array.shape[-1] else None
    return pandas.DataFrame(array, like.index, columns) if array.ndim == 2 else array


def _check_dimensions(name: str, own: Labels, other_name: str, other: Labels) -> None:
    """Whether the dimensions of two arrays of xarray come in one order, and labels along them."""
    mine, theirs = ([axis.name for axis in some.axes] for some in (own, other))
    if not mine[0] or not theirs[0]:
        return
    way = f"{name} has the dimensions {_listed(mine)}, {other_name} has {_listed(theirs)}"
    shared = [dim for dim in mine if dim and dim in theirs]
    if shared != [dim for dim in theirs if dim and dim in mine] or (mine[0] != theirs[0] and shared):
        raise ValueError(f"{way}; bring them into one order, that of the examples first: .transpose(...)")
    if mine[0] != theirs[0]:
        raise ValueError(f"{way}; the first is that of the examples: rename it in one of them, if it is the same")
    for dim in shared[1:]:
        a, b = other.axes[theirs.index(dim)].labels, own.axes[mine.index(dim)].labels
        # Models may lead from one grid to another, but none is meant to turn one round.
        if a is not None and b is not None and _is_permuted(b, a):
            raise ValueError(
                f"{name} has the labels of {dim!r} in another order than {other_name}: {_difference(b, a)} in "
                f"{other_name}; bring them into one order: .reindex_like(...), .sortby({dim!r})"
            )


def _dimension(name: Any) -> str | None:
    """The name of a dimension, where somebody gave it one."""
    return None if re.fullmatch(r"dim_\d+", str(name)) else str(name)


def _is_count(index: Any) -> bool:
    return index.dtype.kind in "iu" and np.array_equal(index, np.arange(len(index)))


def _counted(axis: Axis, other: Axis) -> Axis:
    """Columns that are only counted, by their numbers, where another's are these numbers in an order of their own."""
    places = np.asarray(other.labels if axis.labels is None else None)
    if places.dtype.kind not in "iu" or not _is_count(np.sort(places)):
        return axis
    return axis._replace(labels=np.arange(len(places)))


def _says_nothing(a: Any, b: Any) -> bool:
    """Whether one index is a mere count, as it is made unasked, beside dates or texts."""
    return any(_is_count(own) and other.dtype.kind not in "iuf" for own, other in ((a, b), (b, a)))


def _difference(own: Any, other: Any) -> str | None:
    """The first of own labels that differs from another's, such as ``the 1st is 'b', but 'a'``."""
    if hasattr(own, "equals") and own.equals(other):
        return None
    a, b = _values(own, other)
    for place, (mine, theirs) in enumerate(zip(a, b)):
        if mine != theirs and not (mine != mine and theirs != theirs):
            return f"label {place + 1} is {_told(own[place])}, but {_told(other[place])}"
    if len(a) != len(b):
        return f"there are {len(a)}, but {len(b)}"
    return None


def _values(own: Any, other: Any) -> tuple[list[Any], list[Any]]:
    """Labels of two as values that are equal where they mean the same."""
    a, b = np.asarray(own), np.asarray(other)
    if a.dtype.kind == b.dtype.kind and a.dtype != b.dtype:
        if a.dtype.kind == "f":
            # Coordinates in single precision are those in double ones, rounded.
            coarse = min(a.dtype, b.dtype, key=lambda dtype: dtype.itemsize)
            a, b = a.astype(coarse), b.astype(coarse)
        elif a.dtype.kind in "mM":
            fine = np.promote_types(a.dtype, b.dtype)
            a, b = a.astype(fine), b.astype(fine)
    # What pandas.NA is compared with is neither equal nor unequal.
    first, second = ([None if type(v).__name__ == "NAType" else v for v in array.tolist()] for array in (a, b))
    return first, second


def _apart(own: Any, other: Any) -> list[Any]:
    """Labels that another has not, where both are such as can be looked up."""
    values, others = _values(own, other)
    known = set(others)
    return [label for label, value in zip(own, values) if value not in known]


def _is_permuted(own: Any, other: Any) -> bool:
    if len(own) != len(other) or _difference(own, other) is None:
        return False
    a, b = _values(own, other)
    return Counter(a) == Counter(b)


def _way(own: Labels, other: str, is_permuted: bool) -> str:
    if not is_permuted:
        return "bring both to the labels that they share (xarray.align, DataFrame.align)"
    return f"put one into the order of the other (.reindex{'_like' if own.form == 'xarray' else ''}(...))"


def _told(label: Any) -> str:
    return repr(label) if isinstance(label, (str, bytes)) else str(label)


def _listed(names: Any) -> str:
    words = [_told(name) for name in names]
    return ", ".join(words[:6]) + (f" and {len(words) - 6} more" if len(words) > 6 else "")


def _unit(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip().lower())
