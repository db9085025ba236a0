"""Models: opened, made, trained, asked and saved."""

from __future__ import annotations

import ctypes
import os
import re
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._arrays import usable
from ._handle import Handle, Listener, Port, Progress, records
from ._labels import NONE, Axis, Labels, check_examples, check_features, check_unit, labels, of_run, wrapped
from ._library import CANCELLED, OK, check, library, path_text

# How the unit of an output begins that is a class.
_CLASSES = "number of the class: "
_WHOLE = re.compile(r"0|-?[1-9]\d{0,17}")
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Model:
    """A model that runs in Tern's engine: an estimator, a network, or a run of ``tern train``.

    Made by `tern.open` and `tern.make`. Several threads may predict with one model at once; Python's lock is not
    held meanwhile.

    Examples
    --------
    >>> import numpy as np, tern
    >>> model = tern.make({"estimator": "Ridge", "parameters": {"alpha": 5}})
    >>> model.fit(np.array([[0.0], [1], [2], [3]]), np.array([1.0, 3, 5, 7]))
    >>> model.predict(np.array([[4.0]]))
    array([6.5])
    """

    def __init__(self, handle: Handle, known: Mapping[str, Sequence[Labels]] | None = None):
        self._handle = handle
        # What inputs ("x") and targets ("y") said of their places at the fit, in the model's order.
        self._known = known or {}

    @property
    def inputs(self) -> list[Port]:
        """What the model reads, in order."""
        return list(self._handle.inputs)

    @property
    def outputs(self) -> list[Port]:
        """What the model gives, in order."""
        return list(self._handle.outputs)

    def describe(self) -> dict[str, Any]:
        """What the model is: its kind, parameters, inputs and outputs.

        Returns
        -------
        dict
            As the library describes it.
        """
        return self._handle.describe()

    def predict(self, *inputs: Any) -> Any:
        """Predicts.

        Parameters
        ----------
        *inputs : array-like
            One for each input of the model, in its order, all with the same number of examples; or one mapping of
            them by name, such as an `xarray.Dataset`; of a model of ``tern fit`` also a data frame with its columns,
            whose words are the levels of categories.
            NumPy arrays are read where they lie, whatever their strides, and go by position. Columns, dimensions and
            coordinates of pandas and xarray objects must be those of the fit, in their order.

        Returns
        -------
        array, or dict of arrays by name where the model has several outputs
            A classifier gives ``"y"``, its labels, and ``"probability"``; one of ``tern fit`` its labels by the
            target's name, as the table had them: whole numbers, texts, or True and False. NumPy arrays; of
            `xarray.DataArray` or pandas objects such as were given, with the labels of the examples and the units of
            the outputs; probabilities with their classes as columns.

        Raises
        ------
        ValueError
            Where the model has not learned yet, or an input does not fit, by its shape or its labels.
        """
        if len(inputs) == 1 and type(inputs[0]) is np.ndarray:
            found, wrap = self._handle.predict([usable(inputs[0])]), None
        else:
            given = self._listed(inputs[0], self._handle.inputs) if len(inputs) == 1 else list(inputs)
            self._handle.check_count(given)
            own = self._checked(given, self._handle.inputs)
            check_examples([(port.name, label) for port, label in zip(self._handle.inputs, own)])
            levels = self._handle.nature.get("levels", {}) if any(label.form for label in own) else {}
            parts = [
                _values(array, label, port, levels.get(port.name))
                for array, label, port in zip(given, own, self._handle.inputs)
            ]
            found = self._handle.predict(parts)
            wrap = next(((array, label) for array, label in zip(given, own) if label.form), None)
        ports = self._handle.outputs
        known = [*self._known.get("y", ()), *[NONE] * len(found)]
        if len(ports) == 2 and ports[1].name == "probability" and (_CLASSES in ports[0].unit or wrap is not None):
            classes = _classes(self._handle.nature.get("classes", ()))
            if len(classes) == ports[1].shape[-1]:
                known[1] = Labels((Axis(), Axis("class", classes)))
            if _CLASSES in ports[0].unit:
                found[0] = classes[found[0]]
                ports = [ports[0]._replace(unit=""), ports[1]]
        if wrap is not None:
            found = [wrapped(array, port, *wrap, target) for array, port, target in zip(found, ports, known)]
        return found[0] if len(found) == 1 else {port.name: y for port, y in zip(ports, found)}

    def transform(self, x: Any) -> Any:
        """What a transformer, such as a scaler, makes of features.

        Parameters
        ----------
        x : array-like of shape (n_examples, n_features)

        Returns
        -------
        array of shape (n_examples, n_new_features)
            Of a pandas data frame or an `xarray.DataArray` one with the labels of its examples.

        Raises
        ------
        ValueError
            Where the model is no transformer, has not learned yet, or the features do not fit.

        Examples
        --------
        >>> import numpy as np, tern
        >>> scaler = tern.make({"estimator": "StandardScaler", "parameters": {}})
        >>> scaler.fit(np.array([[1.0], [3]]))
        >>> scaler.transform(np.array([[5.0]]))
        array([[3.]])
        """
        return self._transformed("transform", x)

    def inverse_transform(self, x: Any) -> Any:
        """The features that `transform` would turn into these.

        Parameters
        ----------
        x : array-like of shape (n_examples, n_new_features)

        Raises
        ------
        ValueError
            As `transform`, and where there is no way back.
        """
        return self._transformed("inverse_transform", x)

    def _transformed(self, function: str, x: Any) -> Any:
        kind = self._handle.nature["kind"]
        if kind in ("table", "network", "run"):
            raise ValueError(f"the model is a {kind}, which does not transform; call `predict`")
        own = labels(x)
        # What comes out of the way there is named otherwise than what went in.
        if function == "transform":
            own = self._checked([x], self._handle.inputs)[0]
        found = self._handle.call(function, None, {"x": _usable(x, "x")}).arrays["result"].copy()
        return wrapped(found, self._handle.inputs[0], x, own, NONE) if own.form else found

    def fit(
        self,
        x: Any,
        y: Any = (),
        sample_weight: Any = None,
        *,
        more: bool = False,
        progress: Callable[[Progress], object] | None = None,
    ) -> None:
        """Trains the model.

        An estimator forgets what it had learned, unless `more`; a network goes on from where it stands.

        Parameters
        ----------
        x, y : array-like, or list, tuple or mapping by name of them
            Inputs and targets, in the model's order. Of pandas and xarray objects the labels of the examples must be
            the same in all, and names of columns and dimensions and their coordinates are remembered for `predict`.
        sample_weight : array-like of shape (n_examples,), optional
            How much each example counts.
        more : bool, default=False
            Whether an estimator goes on by one pass over the examples, scikit-learn's ``partial_fit``.
        progress : callable, optional
            Called after each epoch with a `Progress`. What it raises ends the training.

        Raises
        ------
        ValueError
            Where data or settings cannot be used, or examples have other labels in `x`, `y` and `sample_weight`.
        KeyboardInterrupt
            Where Ctrl-C ended the training; the model is what it had become.
        """
        goes_on = more or self._handle.nature.get("kind") == "network"
        known = self._known if goes_on else {}
        parts = {"x": self._listed(x, self._handle.inputs), "y": self._listed(y, self._handle.outputs)}
        own = {
            name: self._checked(parts[name], ports, known.get(name, ()))
            for name, ports in (("x", self._handle.inputs), ("y", self._handle.outputs))
        }
        examples = [
            (name if len(own[name]) == 1 else f"{name} {place}", label)
            for name in own
            for place, label in enumerate(own[name], 1)
        ]
        check_examples([*examples, ("sample_weight", labels(sample_weight))])
        given, targets = ([_usable(array, name) for array in parts[name]] for name in ("x", "y"))
        weights = None if sample_weight is None else _usable(sample_weight, "sample_weight")
        listener = Listener(progress)
        kept = [records(given), records(targets), None if weights is None else records([weights])]
        addresses = [record and ctypes.addressof(record) for record in kept]
        self._handle.forget_ports()
        with listener:
            status = library.tern_model_fit(
                self._handle.pointer, addresses[0], len(given), addresses[1], len(targets), addresses[2], int(more),
                listener.function, None,
            )  # fmt: skip
        # Who was told of epochs may have asked what it was meanwhile.
        self._handle.forget_ports()
        if status in (OK, CANCELLED):
            # What one fit did not say, an earlier one of the same training may have said.
            self._known = {name: _joined(own[name], known.get(name, ())) for name in own}
        listener.check(status)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model to a file, whole or not at all.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        check(library.tern_model_save(self._handle.pointer, path_text(path)))

    def __reduce__(self) -> tuple[Any, ...]:
        kind = self._handle.nature.get("kind")
        if kind == "run":
            raise TypeError("a run is a folder, which is not copied with the model: open it anew by tern.open")
        if kind != "table":
            return Model, (self._handle, self._known)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.safetensors"
            self.save(path)
            return _of_file, (path.read_bytes(),)

    def _listed(self, given: Any, ports: list[Port]) -> list[Any]:
        """Arrays in the order of ports; a list is of several arrays only where there are several ports."""
        if isinstance(given, tuple) and not given:
            return []
        # Each column of a table is an input.
        is_table = hasattr(given, "columns") and bool(ports) and all(len(port.shape) == 1 for port in ports)
        if isinstance(given, Mapping) or (is_table and self._handle.nature.get("kind") == "table"):
            return _by_name(given, ports)
        if isinstance(given, (list, tuple)) and len(ports) > 1:
            return list(given)
        return [given]

    def _checked(
        self, given: Sequence[Any], ports: Sequence[Port], known: Sequence[Labels] | None = None
    ) -> list[Labels]:
        """What arrays say of their places, if that is what is known of the model's."""
        own = [labels(array) for array in given]
        names = [port.name for port in ports]
        known = self._known.get("x", ()) if known is None else known
        for array, label, port in zip(given, own, ports):
            named = getattr(array, "name", None) if label.form else None
            if len(names) > 1 and named != port.name and named in names:
                raise ValueError(
                    f"{named!r} is given in the place of {port.name!r}; the model's order is {', '.join(names)}; keep "
                    "it, or give a dict"
                )
        for label, port, at_fit in zip(own, ports, known):
            check_features(port.name, label, at_fit, port.shape)
            check_unit(port.name, label, at_fit.unit)
        return own

    def __repr__(self) -> str:
        ports = [", ".join(port.name for port in ports) for ports in (self.inputs, self.outputs)]
        return f"<tern.Model {self._handle.nature.get('kind', '')}: {ports[0]} -> {ports[1]}>"


def open(path: str | os.PathLike[str]) -> Model:  # noqa: A001 (as in io.open, gzip.open)
    """Opens a model.

    Parameters
    ----------
    path : path-like
        A file that ``tern fit``, `Model.save` or a program wrote, a ``.keras`` archive, or the folder of a run.

    Raises
    ------
    OSError
        Where it cannot be read, or is damaged.
    """
    handle = Handle.open(path)
    return Model(handle, of_run(Path(path)) if Path(path).is_dir() else {})


def make(configuration: Mapping[str, Any]) -> Model:
    """Makes a model that has not learned yet.

    Parameters
    ----------
    configuration : mapping
        ``{"estimator": name, "parameters": {...}}`` with scikit-learn's names, or ``{"model": {"layers": [...]},
        "input": [...], "output": [...], "training": {...}, "seed": 1}`` with shapes of examples, and layers and keys
        as in experiments in YAML.

    Raises
    ------
    ValueError
        For names and keys that do not exist.
    """
    return Model(Handle.make(configuration))


def _of_file(content: bytes) -> Model:
    """The model of a table that was pickled."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.safetensors"
        path.write_bytes(content)
        return open(path)


def _by_name(given: Mapping[str, Any], ports: list[Port]) -> list[Any]:
    missing = [port.name for port in ports if port.name not in given]
    if missing:
        raise ValueError(f"{', '.join(missing)} is missing; the model reads {', '.join(port.name for port in ports)}")
    return [given[port.name] for port in ports]


def _usable(given: Any, name: str) -> np.ndarray:
    return usable(given.to_numpy() if hasattr(given, "to_numpy") else given, name)


def _values(given: Any, label: Labels, port: Port, levels: Sequence[str] | None) -> np.ndarray:
    """The numbers of an input: what pandas and xarray hold of a category is its levels, arrays hold their places."""
    if label.form and levels is not None:
        return _places(given, port, levels)
    return _usable(given, "x")


def _places(given: Any, port: Port, levels: Sequence[str]) -> np.ndarray:
    """The places of cells among the levels of a category, as `tern predict` finds them: of the one that is written so,
    else of the only one of the same number (01, 1 and 1.0; digits are not grouped), or of True and False as 1 and 0."""
    places = {level: place for place, level in enumerate(levels)}
    valued: dict[float, int | None] = {}
    for place, level in enumerate(levels):
        number = _number(level)
        if number is not None:
            valued[number] = None if number in valued else place

    def place_of(text: str) -> int:
        place = places.get(text)
        if place is None:
            number = _number(text)
            place = None if number is None else valued.get(number)
            if place is None:
                raise ValueError(f"{port.name} is {text!r} somewhere; its levels are {', '.join(levels)}")
            places[text] = place
        return place

    def text_of(value: Any) -> str:
        # A column of whole numbers with a gap is one of fractions in pandas.
        return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)

    return np.array([place_of(text_of(value)) for value in given.to_numpy().tolist()], np.int64)


def _number(text: str) -> float | None:
    """What a code stands for; of True and False 1 and 0, of words nothing."""
    if text in ("True", "TRUE", "true", "False", "FALSE", "false"):
        return float(text.lower() == "true")
    return float(text) if _DECIMAL.fullmatch(text) else None


def _classes(names: Sequence[Any]) -> np.ndarray:
    """The classes of a model as the table had them, or as the fit was given them."""
    if list(names) == ["False", "True"]:
        return np.array([False, True])
    if all(float(name).is_integer() if isinstance(name, float) else _WHOLE.fullmatch(str(name)) for name in names):
        return np.array([int(name) for name in names], np.int64)
    return np.array(names)


def _joined(own: Sequence[Labels], known: Sequence[Labels]) -> list[Labels]:
    before = [*known, *[NONE] * len(own)]
    return [new if len(new.axes) > 1 or new.unit else old for new, old in zip(own, before)]
