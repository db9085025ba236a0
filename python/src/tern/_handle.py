"""A model of the library's and the calls to it."""

from __future__ import annotations

import ctypes
import datetime
import json
import math
import os
import signal
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ._arrays import DTYPES, describe, usable, view
from ._library import Array, NamedArray, PortRecord, ProgressFunction, ProgressRecord, check, library, path_text


class Progress(NamedTuple):
    """Where a training stands after an epoch.

    Attributes
    ----------
    epoch : int
        The epoch's number, from 1.
    epochs : int
        How many there are at most.
    loss : float
        The mean loss of the epoch.
    validation : float
        Loss or score on what is held out; NaN where nothing is.
    """

    epoch: int
    epochs: int
    loss: float
    validation: float


class Answer(NamedTuple):
    """What a call gave: a JSON text, arrays by name (read-only), perhaps a model."""

    text: str
    arrays: dict[str, np.ndarray]
    handle: Handle | None

    @property
    def value(self) -> Any:
        """The text as objects."""
        return json.loads(self.text) if self.text else None


class _Result:
    """A ``tern_result``, which lives as long as arrays of it."""

    def __init__(self, pointer: int):
        self._pointer = pointer

    def __del__(self, close: Callable[[int], None] = library.tern_result_close) -> None:
        close(self._pointer)

    def answer(self) -> Answer:
        text = library.tern_result_text(self._pointer)
        arrays = {}
        record = NamedArray()
        for number in range(library.tern_result_array_count(self._pointer)):
            check(library.tern_result_array(self._pointer, number, ctypes.byref(record)))
            arrays[record.name.decode()] = view(record.array, self)
        model = library.tern_result_take_model(self._pointer)
        return Answer((text or b"").decode(), arrays, Handle(model) if model else None)


# Functions after which a model may read and give other arrays.
_TEACHING = ("fit", "partial_fit", "set_parameters")


def jsonable(value: Any) -> Any:
    """The value with numbers that JSON lacks as the words that the library reads."""
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return number if math.isfinite(number) else str(number)
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, np.datetime64):
        return str(value)
    if isinstance(value, (datetime.date, datetime.time)):
        # As YAML's readers make them of dates.
        return value.isoformat()
    if isinstance(value, (list, tuple, np.ndarray)):
        return [jsonable(item) for item in value]
    return value


# No progress function: null.
_SILENCE = ProgressFunction(0)


class Listener:
    """A progress function for the library, and Ctrl-C while it trains.

    Within ``with listener:`` an interrupt only makes a note, which the function finds after the epoch; an exception
    that Python raised on the way into it would be lost. What the function raised, or the interrupt, is raised by
    `check`, when the library has answered.
    """

    def __init__(self, tell: Callable[[Progress], object] | None = None):
        self._tell = tell
        self._error: BaseException | None = None
        self._before: Any = None
        self._interrupted = False

        def heard(_context: Any, record: Any) -> int:
            try:
                stops = not self._interrupted and self._told(record.contents)
            except BaseException as error:
                self._error = error
                return 1
            return int(stops or self._interrupted)

        self.function = ProgressFunction(heard)

    def _told(self, record: ProgressRecord) -> bool:
        """Tells of an epoch; whether that ends the training."""
        if self._tell is not None:
            self._tell(Progress(record.epoch, record.epochs, record.loss, record.validation_loss))
        return False

    def __enter__(self) -> Listener:
        before = signal.getsignal(signal.SIGINT)
        if callable(before) and threading.current_thread() is threading.main_thread():
            self._before = before
            signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, _number: int, _frame: Any) -> None:
        self._interrupted = True

    def check(self, status: int) -> None:
        """Raises what the function raised or the interrupt, else what the status stands for."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error
        if self._interrupted:
            self._interrupted = False
            self._before(signal.SIGINT, None)
        check(status)


def call(
    function: str,
    arguments: Mapping[str, Any] | None = None,
    arrays: Mapping[str, np.ndarray] | None = None,
    *,
    handle: Handle | None = None,
    listener: Listener | None = None,
) -> Answer:
    """Calls a function of the library by its name."""
    named = (NamedArray * max(1, len(arrays or ())))()
    kept = []
    for record, (name, values) in zip(named, (arrays or {}).items()):
        array = usable(values, name)
        kept.append(array)
        record.name = name.encode()
        describe(array, record.array)
    result = ctypes.c_void_p()
    text = json.dumps(jsonable(arguments)).encode() if arguments else b"{}"
    with listener or nullcontext():
        status = library.tern_call(
            handle.pointer if handle else None,
            function.encode(),
            text,
            ctypes.byref(named),
            len(kept),
            listener.function if listener else _SILENCE,
            None,
            ctypes.byref(result),
        )
    answer = _Result(result.value) if result.value else None
    (listener.check if listener else check)(status)
    return answer.answer() if answer else Answer("", {}, None)


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
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


class Handle:
    """Owns a ``tern_model``; copies and pickles are models of the same state, to the bit."""

    def __init__(self, pointer: int):
        self.pointer = pointer
        # For those who show parts of the state as attributes: which objects they showed.
        self.attributes: dict[str, tuple[Any, ...]] = {}
        self.others: dict[str, Any] = {}
        # The parameters that were sent last.
        self.parameters: dict[str, Any] = {}

    def __del__(self, close: Callable[[int], None] = library.tern_model_close) -> None:
        close(self.pointer)

    def __reduce__(self) -> tuple[Any, ...]:
        text, arrays = self.archive()
        # What is pickled must not be memory of the library's.
        return restored, (text, {name: np.array(array) for name, array in arrays.items()}, self.parameters)

    @staticmethod
    def open(path: str | os.PathLike[str]) -> Handle:
        """``tern_model_open``."""
        pointer = ctypes.c_void_p()
        check(library.tern_model_open(path_text(path), ctypes.byref(pointer)))
        handle = Handle(pointer.value or 0)
        handle.warn(os.path.basename(os.fsdecode(path)))
        return handle

    @staticmethod
    def make(configuration: Mapping[str, Any]) -> Handle:
        """``tern_model_make``."""
        pointer = ctypes.c_void_p()
        text = json.dumps(jsonable(configuration)).encode()
        check(library.tern_model_make(text, ctypes.byref(pointer)))
        return Handle(pointer.value or 0)

    def call(
        self,
        function: str,
        arguments: Mapping[str, Any] | None = None,
        arrays: Mapping[str, np.ndarray] | None = None,
        listener: Listener | None = None,
    ) -> Answer:
        """Calls a function of the library with this model."""
        if function not in _TEACHING:
            return call(function, arguments, arrays, handle=self, listener=listener)
        self.forget_ports()
        try:
            return call(function, arguments, arrays, handle=self, listener=listener)
        finally:
            self.forget_ports()

    def describe(self) -> dict[str, Any]:
        """``tern_model_describe``."""
        text = ctypes.c_char_p()
        check(library.tern_model_describe(self.pointer, ctypes.byref(text)))
        return json.loads(text.value or b"{}")

    def warn(self, title: str) -> None:
        """Warns of that by which predictions differ from those of the model's maker."""
        for text in self.describe().get("warnings", ()):
            warnings.warn(f"{title}: {text}", stacklevel=4)

    @cached_property
    def nature(self) -> dict[str, Any]:
        """Of `describe` what only learning changes: the kind, the levels of categories and the classes."""
        described = self.describe()
        return {name: described[name] for name in ("kind", "levels", "classes") if name in described}

    def forget_ports(self) -> None:
        """To be called before and after the model learns: what it reads and gives may change."""
        for name in ("inputs", "outputs", "_shapes", "nature"):
            self.__dict__.pop(name, None)

    @cached_property
    def inputs(self) -> list[Port]:
        """What the model reads, in order."""
        return _ports(self.pointer, library.tern_model_input_count, library.tern_model_input)

    @cached_property
    def outputs(self) -> list[Port]:
        """What the model gives, in order."""
        return _ports(self.pointer, library.tern_model_output_count, library.tern_model_output)

    @cached_property
    def _shapes(self) -> list[tuple[np.dtype, tuple[int, ...]]] | None:
        """Of each output the type, and the shape behind the number of examples; None where one is not known."""
        shapes = [(port.dtype, port.shape[1:]) for port in self.outputs]
        return None if any(-1 in shape for _, shape in shapes) else shapes

    @property
    def is_planned(self) -> bool:
        """Whether `predict` takes the library's direct way."""
        return self._shapes is not None

    def predict(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """``tern_model_predict``: the outputs for inputs from `usable`, in order."""
        shapes = self._shapes
        if shapes is None or not inputs or inputs[0].ndim == 0:
            self.check_count(inputs)
            arrays = {port.name: array for port, array in zip(self.inputs, inputs)}
            # Shapes that the model knows only as it predicts; a classifier has probabilities too.
            functions = ["predict", "predict_proba"][: len(self.outputs)]
            return [self.call(function, None, arrays).arrays["result"].copy() for function in functions]
        examples = inputs[0].shape[:1]
        outputs = [np.empty(examples + shape, dtype) for dtype, shape in shapes]
        given, wanted = records(inputs), records(outputs)
        status = library.tern_model_predict(
            self.pointer, ctypes.addressof(given), len(inputs), ctypes.addressof(wanted), len(outputs)
        )
        if status:
            check(status)
        return outputs

    def check_count(self, given: Sequence[Any]) -> None:
        """Whether there is one array for each input.

        Raises
        ------
        ValueError
            Where there is not.
        """
        if len(given) != len(self.inputs):
            names = ", ".join(port.name for port in self.inputs)
            raise ValueError(f"the model reads {names}, and {len(given)} arrays are given")

    def archive(self) -> tuple[str, dict[str, np.ndarray]]:
        """The whole state: a JSON text, and the arrays that it names."""
        answer = self.call("archive")
        return answer.text, answer.arrays


def records(arrays: Sequence[np.ndarray]) -> Any:
    """Arrays from `usable` as ``tern_array``s in a row."""
    if len(arrays) == 1:
        return describe(arrays[0])
    many = (Array * max(1, len(arrays)))()
    for record, array in zip(many, arrays):
        describe(array, record)
    return many


def _ports(pointer: int, count: Callable[[int], int], port: Callable[..., int]) -> list[Port]:
    ports = []
    record = PortRecord()
    for number in range(count(pointer)):
        check(port(pointer, number, ctypes.byref(record)))
        name, unit = (text.decode() if text else "" for text in (record.name, record.unit))
        ports.append(Port(name, unit, DTYPES[record.type], tuple(record.shape[: record.rank])))
    return ports


def restored(text: str, arrays: Mapping[str, np.ndarray], parameters: Mapping[str, Any] | None = None) -> Handle:
    """The model that `Handle.archive` took apart; `parameters` are those that were sent last."""
    handle = call("restore", {"archive": text}, arrays).handle
    if handle is None:
        raise RuntimeError("the library gave no model for what was restored")
    handle.parameters = dict(parameters or {})
    return handle


__all__ = ["Answer", "Handle", "Listener", "Port", "Progress", "call", "jsonable", "records", "restored"]
