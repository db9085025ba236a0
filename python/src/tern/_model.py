"""Models: opened, made, trained, asked and saved."""

from __future__ import annotations

import ctypes
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ._arrays import usable
from ._handle import Handle, Listener, Port, Progress, records
from ._labels import labelled
from ._library import check, library


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

    def __init__(self, handle: Handle):
        self._handle = handle

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
        text = ctypes.c_char_p()
        check(library.tern_model_describe(self._handle.pointer, ctypes.byref(text)))
        return json.loads(text.value or b"{}")

    def predict(self, *inputs: Any) -> Any:
        """Predicts.

        Parameters
        ----------
        *inputs : array-like
            One for each input of the model, in its order, all with the same number of examples; or one mapping of
            them by name, such as an `xarray.Dataset`. NumPy arrays are read where they lie, whatever their strides.

        Returns
        -------
        array, or dict of arrays by name where the model has several outputs
            A classifier gives ``"y"``, its labels, and ``"probability"``. NumPy arrays; of `xarray.DataArray` or pandas
            objects such as were given, with the labels of the examples and the units of the outputs.

        Raises
        ------
        ValueError
            Where the model has not learned yet, or an input does not fit.
        """
        wrap = None
        if len(inputs) == 1 and type(inputs[0]) is np.ndarray:
            found = self._handle.predict([usable(inputs[0])])
        else:
            if len(inputs) == 1 and isinstance(inputs[0], Mapping):
                inputs = tuple(_by_name(inputs[0], self._handle.inputs))
            arrays, wrap = labelled(inputs)
            found = self._handle.predict([usable(array) for array in arrays])
        if wrap is not None:
            found = [wrap(array, port) for array, port in zip(found, self._handle.outputs)]
        return found[0] if len(found) == 1 else {port.name: y for port, y in zip(self._handle.outputs, found)}

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
            Inputs and targets, in the model's order.
        sample_weight : array-like of shape (n_examples,), optional
            How much each example counts.
        more : bool, default=False
            Whether an estimator goes on by one pass over the examples, scikit-learn's ``partial_fit``.
        progress : callable, optional
            Called after each epoch with a `Progress`. What it raises ends the training.

        Raises
        ------
        ValueError
            Where data or settings cannot be used.
        KeyboardInterrupt
            Where Ctrl-C ended the training; the model is what it had become.
        """
        given = [usable(array, "x") for array in _listed(x, self._handle.inputs)]
        targets = [usable(array, "y") for array in _listed(y, self._handle.outputs)]
        weights = None if sample_weight is None else usable(sample_weight, "sample_weight")
        listener = Listener(progress)
        kept = [records(given), records(targets), None if weights is None else records([weights])]
        addresses = [record and ctypes.addressof(record) for record in kept]
        self._handle.forget_ports()
        with listener:
            status = library.tern_model_fit(
                self._handle.pointer, addresses[0], len(given), addresses[1], len(targets), addresses[2], int(more),
                listener.function, None,
            )  # fmt: skip
        listener.check(status)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the model to a file, whole or not at all.

        Raises
        ------
        OSError
            Where the file cannot be written.
        """
        check(library.tern_model_save(self._handle.pointer, os.fsencode(path)))

    def __reduce__(self) -> tuple[Any, ...]:
        kind = self.describe().get("kind")
        if kind == "run":
            raise TypeError("a run is a folder, which is not copied with the model: open it anew by tern.open")
        if kind != "table":
            return Model, (self._handle,)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.safetensors"
            self.save(path)
            return _of_file, (path.read_bytes(),)

    def __repr__(self) -> str:
        ports = [", ".join(port.name for port in ports) for ports in (self.inputs, self.outputs)]
        return f"<tern.Model {self.describe().get('kind', '')}: {ports[0]} -> {ports[1]}>"


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
    return Model(Handle.open(path))


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


def _listed(given: Any, ports: list[Port]) -> list[Any]:
    """Arrays in the order of ports; a list is of several arrays only where there are several ports."""
    if isinstance(given, tuple) and not given:
        return []
    if isinstance(given, Mapping):
        return _by_name(given, ports)
    if isinstance(given, (list, tuple)) and len(ports) > 1:
        return list(given)
    return [given]
