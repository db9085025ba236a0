"""Objects as Keras's JSON, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ._table import TABLE, Configured


def encoded(value: Any, what: str = "value") -> Any:
    """The value as Keras's JSON has it.

    Raises
    ------
    TypeError
        For functions and objects of the caller's own: the engine runs no Python code.
    """
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return float(value)
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {str(key): encoded(item, what) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [encoded(item, what) for item in value]
    if isinstance(value, Configured):
        return serialize(value)
    if hasattr(value, "_keras_function"):
        return value._keras_function
    if hasattr(value, "_keras_json"):
        return value._keras_json()
    raise TypeError(
        f"{what} is {value!r}; the engine runs no Python code of one's own: name one of Keras's, such as 'relu'"
    )


def serialize(value: Configured) -> dict[str, Any]:
    """An object as Keras's JSON: its class, its module and its configuration."""
    return {
        "module": value._keras_module,
        "class_name": getattr(type(value), "_keras_class", type(value).__name__),
        "config": value.get_config(),
        "registered_name": None,
    }


def decoded(value: Any) -> Any:
    """The value of Keras's JSON, with objects where it describes some."""
    if isinstance(value, list):
        return [decoded(item) for item in value]
    if isinstance(value, Mapping):
        if "class_name" in value and "config" in value:
            return deserialize(value)
        return {key: decoded(item) for key, item in value.items()}
    return value


def deserialize(value: Mapping[str, Any]) -> Any:
    """The object that Keras's JSON describes.

    Raises
    ------
    ValueError
        Where Tern has no such class.
    """
    import tern.keras as keras

    name, config = value["class_name"], value["config"]
    if name == "DTypePolicy":
        return config["name"]
    if name in ("__numpy__", "__tensor__"):
        return np.asarray(config["value"], config.get("dtype"))
    if name in ("Functional", "Model"):
        return keras.Model.from_config(config)
    if name == "Sequential":
        return keras.Sequential.from_config(config)
    if name == "InputLayer":
        return keras.layers.InputLayer(**config)
    module = str(value.get("module") or "")
    if name == "function":
        return found(keras.activations, config, "function")
    if module.startswith("keras.src.ops") or module.startswith("keras.ops"):
        raise ValueError(
            f"the model holds the operation {name} of keras.ops, which is no layer; use one, such as Add or Rescaling"
        )
    spaces = [module.removeprefix("keras.").removeprefix("src.")] if module.startswith("keras.") else []
    for space in [*spaces, *(key for key in TABLE if isinstance(TABLE[key], dict))]:
        space = "optimizers.schedules" if "schedules" in space else space.split(".")[0]
        holder: Any = keras
        for part in space.split("."):
            holder = getattr(holder, part, None)
        made = getattr(holder, name, None)
        if isinstance(made, type):
            return made.from_config(config)
    raise ValueError(f"Tern has no {name} (of {module or 'an unknown module'}); it knows what Keras itself has")


def found(module: Any, name: Any, kind: str) -> Any:
    """The function or object that a text, a description or an object stands for, as Keras's ``get`` finds it."""
    if name is None or not isinstance(name, (str, Mapping)):
        return name
    if isinstance(name, Mapping):
        return deserialize(name)
    aliases = TABLE.get(module.__name__.rsplit(".", 1)[-1], {}).get("aliases", {})
    value = getattr(module, name, None) or getattr(module, aliases.get(name, pascal(name)), None)
    if value is None:
        raise ValueError(f"Could not interpret {kind} identifier: {name}")
    return value() if isinstance(value, type) else value


def pascal(name: str) -> str:
    """``he_normal`` as ``HeNormal``."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def snake(name: str) -> str:
    """``MaxPooling2D`` as ``max_pooling2d``."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
