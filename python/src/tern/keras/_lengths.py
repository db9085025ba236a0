"""Open lengths of inputs in Keras's JSON, which the engine's models have fixed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ._graph import places

Shape = Sequence[int]


def with_lengths(described: Mapping[str, Any], shapes: Any) -> dict[str, Any]:
    """A model's description with the shapes of its inputs.

    Parameters
    ----------
    described : mapping
    shapes : shape, list of shapes, dict of shapes by name, or None
        Without the number of examples.

    Raises
    ------
    ValueError
        Where a length stays open, or a shape is another than the model's.
    """
    config = described.get("config", {})
    layers = list(config.get("layers", []))
    inputs = {_name(layer): number for number, layer in enumerate(layers) if layer.get("class_name") == "InputLayer"}
    ends = config.get("input_layers")
    names = [name for name, _, _ in places(ends)] if ends is not None else list(inputs)
    keys = sorted(ends) if isinstance(ends, Mapping) else names
    if not names or any(name not in inputs for name in names):
        return dict(described)
    given = _by_name(shapes, keys)
    changed = dict(config)
    for key, name in zip(keys, names):
        layer = layers[inputs[name]]
        known = layer["config"].get("batch_shape")
        if known is None:
            continue
        shape = _filled(name, known[1:], given.get(key))
        layers[inputs[name]] = {**layer, "config": {**layer["config"], "batch_shape": [known[0], *shape]}}
        if changed.get("build_input_shape"):
            changed["build_input_shape"] = [changed["build_input_shape"][0], *shape]
    return {**described, "config": {**changed, "layers": layers}}


def _name(layer: Mapping[str, Any]) -> str:
    return layer.get("name") or layer["config"]["name"]


def _by_name(shapes: Any, keys: list[str]) -> dict[str, Any]:
    """The shapes that are given, by the names of inputs."""
    if shapes is None:
        return {}
    if isinstance(shapes, Mapping):
        odd = [name for name in shapes if name not in keys]
        if odd:
            raise ValueError(f"input_shapes: there is no input {odd[0]!r}; the model has {', '.join(keys)}")
        return dict(shapes)
    several = [shapes] if all(np.ndim(length) == 0 for length in shapes) else list(shapes)
    if len(several) != len(keys):
        raise ValueError(f"input_shapes: {len(several)} are given for the inputs {', '.join(keys)}")
    return dict(zip(keys, several))


def _filled(name: str, known: Sequence[int | None], given: Any) -> list[int]:
    if given is None:
        if None in known:
            example = tuple(24 if length is None else length for length in known)
            raise ValueError(
                f"input {name!r}: its shape {tuple(known)} leaves a length open, and the engine's models have fixed "
                f"ones; say them: input_shapes=[{example}]"
            )
        return [int(length) for length in known if length is not None]
    shape = [int(length) for length in given]
    if len(shape) != len(known) or any(n is not None and n != m for n, m in zip(known, shape)) or min(shape) < 1:
        raise ValueError(f"input_shapes: {tuple(given)} is given for the input {name!r}, whose shape is {tuple(known)}")
    return shape
