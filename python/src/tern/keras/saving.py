"""Models from and to files, and objects as Keras's JSON."""

from __future__ import annotations

import os
from typing import Any

from .._handle import Handle
from ._archive import description, readable
from ._json import decoded as deserialize_keras_object
from ._json import encoded as serialize_keras_object
from ._models import Model, opened


def load_model(
    filepath: Any, custom_objects: Any = None, compile: bool = True, safe_mode: bool = True, *, input_shapes: Any = None
) -> Model:
    """The model of a ``.keras`` archive, which Keras or `Model.save` wrote, with what its optimiser gathered.

    Parameters
    ----------
    filepath : path-like
    compile : bool
        Whether it is compiled as the archive says.
    input_shapes : shape, list of shapes or dict of shapes by name, optional
        Of the inputs without the number of examples, where the model leaves lengths open: ``(24, 3)``.

    Raises
    ------
    ValueError
        Where the archive holds what the engine has not, naming the layer, or a length stays open.
    OSError
        Where it cannot be read.
    """
    path = os.fspath(filepath)
    if not path.endswith(".keras"):
        raise ValueError(f"{path}: models are read from .keras archives")
    if not os.path.exists(path):
        raise ValueError(f"File not found: filepath={path}. Please ensure the file is an accessible `.keras` zip file.")
    if custom_objects:
        raise ValueError("custom_objects are Python code, which the engine does not run")
    described = description(path)
    with readable(path, described, compile, input_shapes) as (source, plain):
        handle = Handle.open(source)
    return opened(handle, compile, described, plain)


def save_model(model: Model, filepath: Any, overwrite: bool = True, **kwargs: Any) -> None:
    """`Model.save`."""
    model.save(filepath, overwrite, **kwargs)


def load_weights(model: Model, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
    """`Model.load_weights`."""
    _unknown("load_weights", kwargs)
    model.load_weights(filepath, skip_mismatch)


def save_weights(
    model: Model, filepath: Any, overwrite: bool = True, max_shard_size: Any = None, **kwargs: Any
) -> None:
    """`Model.save_weights`."""
    _unknown("save_weights", {**({} if max_shard_size is None else {"max_shard_size": max_shard_size}), **kwargs})
    model.save_weights(filepath, overwrite)


def _unknown(function: str, given: dict[str, Any]) -> None:
    for name, value in given.items():
        raise ValueError(f"{function}: {name}={value!r} is not known")


__all__ = [
    "deserialize_keras_object", "load_model", "load_weights", "save_model", "save_weights", "serialize_keras_object",
]  # fmt: skip
