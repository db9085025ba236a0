"""Models from and to Keras itself, through an archive in a temporary folder."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from ._models import Model
from .saving import load_model


def from_keras(model: Any, *, input_shapes: Any = None) -> Model:
    """The model of real Keras's, with its weights and what its optimiser gathered.

    Parameters
    ----------
    model : keras.Model
        `Sequential`, or functional.
    input_shapes : shape, list of shapes or dict of shapes by name, optional
        Of the inputs without the number of examples, where the model leaves lengths open: ``(24, 3)``.

    Raises
    ------
    ValueError
        Where it holds what the engine has not, naming the layer, or a length stays open.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return load_model(path, input_shapes=input_shapes)


def to_keras(model: Model) -> Any:
    """The model as one of real Keras's, with its weights and what its optimiser gathered; imports ``keras``."""
    import keras

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return keras.models.load_model(path)
