"""Models: opened, made, trained, asked and saved."""

from __future__ import annotations

import ctypes
import json
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ._arrays import DTYPES, describe, usable
from ._handle import Handle, Listener, Progress
from ._labels import labelled
from ._library import Array, PortRecord, check, library


class Port(NamedTuple):
    """What a model reads or gives.

    Attributes
    ----------
    name : str
        Such as ``"x"`` or ``"sst"``.
    unit : str
        As the training data had it, such as ``"mm day-1"``; empty where it is not known.
    dtype : numpy.dtype
        What it is computed in; other numbers are converted.
    shape : tuple of int
        The first is -1, the number of examples; another -1 is not known before the fit.
    """

    name: str
    unit: str
    dtype: np.dtype
    shape: tuple[int, ...]


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
        self._read_ports()

    def _read_ports(self) -> None:
        pointer = self._handle.pointer
        self._inputs = _ports(pointer, library.tern_model_input_count, library.tern_model_input)
        self._outputs = _ports(pointer, library.tern_model_output_count, library.tern_model_output)
        # Of each output the type and the shape behind the number of examples; None where a shape is not known.
        shapes = [(port.dtype, port.shape[1:]) for port in self._outputs]
        self._shapes = None if any(-1 in shape for _, shape in shapes) else shapes

    @property
    def inputs(self) -> list[Port]:
        """What the model reads, in order."""
        return list(self._inputs)

    @property
    def outputs(self) -> list[Port]:
        """What the model gives, in order."""
        return list(self._outputs)

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
            NumPy arrays; of `xarray.DataArray` and pandas objects such as were given, with the labels of the examples
            and the units of the outputs.

        Raises
        ------
        ValueError
            Where the model has not learned yet, or an input does not fit.
        """
        if len(inputs) == 1:
            x = inputs[0]
            if type(x) is np.ndarray:
                return self._run([usable(x)])
            if isinstance(x, Mapping):
                inputs = tuple(_by_name(x, self._inputs))
        arrays, wrap = labelled(inputs)
        answer = self._run([usable(array) for array in arrays])
        if isinstance(answer, dict):
            return {port.name: wrap(answer[port.name], port) for port in self._outputs}
        return wrap(answer, self._outputs[0])

    def _run(self, inputs: list[np.ndarray]) -> Any:
        shapes = self._shapes
        if shapes is None or not inputs or inputs[0].ndim == 0:
            return self._run_unknown(inputs)
        examples = inputs[0].shape[:1]
        outputs = [np.empty(examples + shape, dtype) for dtype, shape in shapes]
        if len(inputs) == 1 and len(outputs) == 1:
            given, wanted = describe(inputs[0]), describe(outputs[0])
        else:
            given, wanted = _records(inputs), _records(outputs)
        status = library.tern_model_predict(
            self._handle.pointer, ctypes.addressof(given), len(inputs), ctypes.addressof(wanted), len(outputs)
        )
        if status:
            check(status)
        if len(outputs) == 1:
            return outputs[0]
        return {port.name: array for port, array in zip(self._outputs, outputs)}

    def _run_unknown(self, inputs: list[np.ndarray]) -> Any:
        """Of shapes that the model learns only as it predicts."""
        if len(inputs) != len(self._inputs):
            raise ValueError(f"the model reads {[port.name for port in self._inputs]}, and {len(inputs)} arrays are given")
        answer = self._handle.call("predict", arrays={port.name: x for port, x in zip(self._inputs, inputs)})
        return answer.arrays["result"].copy()

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
        given = [usable(array, "x") for array in _listed(x, self._inputs)]
        targets = [usable(array, "y") for array in _listed(y, self._outputs)]
        weights = None if sample_weight is None else usable(sample_weight, "sample_weight")
        listener = Listener(progress)
        records = [_records(given), _records(targets), None if weights is None else describe(weights)]
        addresses = [record and ctypes.addressof(record) for record in records]
        with listener:
            status = library.tern_model_fit(
                self._handle.pointer, addresses[0], len(given), addresses[1], len(targets), addresses[2], int(more),
                listener.function, None,
            )  # fmt: skip
        self._read_ports()
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
        return Model, (self._handle,)

    def __repr__(self) -> str:
        ports = [", ".join(port.name for port in ports) for ports in (self._inputs, self._outputs)]
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
        ``{"estimator": name, "parameters": {...}}`` with scikit-learn's names, or ``{"network": [...], "input":
        [...], "training": {...}}`` with layers and keys as in experiments in YAML.

    Raises
    ------
    ValueError
        For names and keys that do not exist.
    """
    return Model(Handle.make(configuration))


def _ports(pointer: int, count: Any, port: Any) -> list[Port]:
    ports = []
    record = PortRecord()
    for number in range(count(pointer)):
        check(port(pointer, number, ctypes.byref(record)))
        ports.append(
            Port(
                record.name.decode(),
                (record.unit or b"").decode(),
                DTYPES[record.type],
                tuple(record.shape[: record.rank]),
            )
        )
    return ports


def _records(arrays: Sequence[np.ndarray]) -> Any:
    records = (Array * max(1, len(arrays)))()
    for record, array in zip(records, arrays):
        describe(array, record)
    return records


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


