"""Models by Keras's names."""

from __future__ import annotations

import json
from typing import Any

from ._models import Model, from_description
from ._sequential import Sequential
from .saving import load_model, save_model


def model_from_json(json_string: str, custom_objects: Any = None) -> Model:
    """The model of Keras's JSON, with weights drawn anew.

    Raises
    ------
    ValueError
        Where it holds what the engine has not, naming the layer.
    """
    return from_description(json.loads(json_string))


def clone_model(model: Model) -> Model:
    """A model of the same layers, with weights drawn anew, compiled as the model is."""
    clone = type(model).from_config(model.get_config())
    if compilation := model._compile_config():
        clone.compile_from_config(compilation)
    return clone


__all__ = ["Model", "Sequential", "clone_model", "load_model", "model_from_json", "save_model"]
