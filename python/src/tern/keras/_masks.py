"""Masks in the graphs of Keras's JSON: operations that Keras made of them by itself, as the engine does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ._layer import layers_within
from ._tensor import KerasTensor


def is_operation(described: Mapping[str, Any]) -> bool:
    """Whether what is described among layers is an operation of keras.ops."""
    return str(described.get("module")).startswith(("keras.src.ops", "keras.ops", "keras.src.activations"))


def unmasked(call: Mapping[str, Any]) -> dict[str, Any]:
    """The named arguments of a call without masks, which travel by themselves."""
    return {key: value for key, value in call.get("kwargs", {}).items() if not _is_mask(key)}


def operations_of_values(config: Mapping[str, Any]) -> set[str]:
    """The operations of a graph of which values are made; all others give masks alone."""
    layers = {layer["name"]: layer for layer in config.get("layers", []) if "name" in layer}
    waiting = [place[0] for place in histories(config.get("output_layers"), is_place=True)]
    for layer in layers.values():
        if not is_operation(layer):
            waiting += _read(layer)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in layers and name not in found and is_operation(layers[name]):
            found.add(name)
            waiting += _read(layers[name])
    return found


def check_masks(config: Mapping[str, Any]) -> None:
    """Whether all masks that layers are called with are those that Keras makes of Masking and Embedding.

    Raises
    ------
    ValueError
        Where one is somebody's own, naming the layer.
    """
    layers = {layer["name"]: layer for layer in config["layers"]}
    # What layers read that make masks, and the number that they mask.
    made = [
        (next(histories(call.get("args")), None), number)
        for layer in config["layers"]
        if (number := _masked_number(layer)) is not None
        for call in layer.get("inbound_nodes", [])
    ]
    for layer in config["layers"]:
        for call in layer.get("inbound_nodes", []):
            masks = {key: value for key, value in call.get("kwargs", {}).items() if _is_mask(key)}
            if not all(_is_own(place, layers, made) for place in histories(masks)):
                raise ValueError(
                    f"layer {layer['name']!r} is called with a mask; Tern's masks come from Masking and Embedding alone"
                )


def without_masks(described: Mapping[str, Any]) -> dict[str, Any]:
    """A model's description without the operations and arguments of masks, which the engine makes by itself.

    Raises
    ------
    ValueError
        Where a mask is somebody's own, naming the layer.
    """
    config = described.get("config", {})
    if "layers" not in config:
        return dict(described)
    if "output_layers" in config:
        check_masks(config)
        wanted = operations_of_values(config)
        kept = [layer for layer in config["layers"] if not is_operation(layer) or layer["name"] in wanted]
    else:
        kept = config["layers"]
    layers = []
    for layer in map(without_masks, kept):
        if layer.get("inbound_nodes"):
            layer["inbound_nodes"] = [{**call, "kwargs": unmasked(call)} for call in layer["inbound_nodes"]]
        layers.append(layer)
    return {**described, "config": {**config, "layers": layers}}


def without_mask(symbol: Any) -> Any:
    """The same values, whose mask ends here, as in Keras at an operation; other arguments as they are.

    Reshaping to the same shape does not hand a mask on.
    """
    if not isinstance(symbol, KerasTensor) or not _may_be_masked(symbol):
        return symbol
    from . import layers

    shape = [-1 if length is None else length for length in symbol.shape[1:]]
    if shape.count(-1) > 1:
        raise ValueError(f"an operation reads masked values of the shape {symbol.shape}, of which two lengths are open")
    return layers.Reshape(shape)(symbol)


def _may_be_masked(symbol: KerasTensor) -> bool:
    """Whether masks were made on the way to a symbol, and not ended by reshaping."""
    waiting, seen = [symbol], set()
    while waiting:
        history = waiting.pop()._keras_history
        node = history.layer._nodes[history.node]
        if id(node) in seen or type(history.layer).__name__ in ("Reshape", "Flatten"):
            continue
        seen.add(id(node))
        if _makes_masks(history.layer):
            return True
        waiting += node.inputs
    return False


def _makes_masks(layer: Any) -> bool:
    """Whether a layer, or one within it, makes masks."""
    kind = type(layer).__name__
    if kind == "Masking" or kind == "Embedding" and layer.mask_zero:
        return True
    return any(map(_makes_masks, layers_within(layer)))


def histories(value: Any, *, is_place: bool = False) -> Iterator[list[Any]]:
    """All places, ``["dense", 0, 0]``, of tensors in arguments, or of places by themselves."""
    if isinstance(value, Mapping):
        if value.get("class_name") == "__keras_tensor__":
            yield value["config"]["keras_history"]
            return
        value = list(value.values())
    if isinstance(value, list):
        if is_place and len(value) == 3 and isinstance(value[0], str):
            yield value
            return
        for item in value:
            yield from histories(item, is_place=is_place)


def _read(layer: Mapping[str, Any]) -> list[str]:
    """The names of what a layer reads as values."""
    calls = layer.get("inbound_nodes", [])
    return [place[0] for call in calls for place in histories([call.get("args"), unmasked(call)])]


def _is_mask(key: str) -> bool:
    return key == "mask" or key.endswith(("query_mask", "value_mask", "key_mask"))


def _masked_number(layer: Mapping[str, Any]) -> float | None:
    config = layer.get("config", {})
    if layer.get("class_name") == "Masking":
        return config.get("mask_value", 0.0)
    return 0.0 if layer.get("class_name") == "Embedding" and config.get("mask_zero") else None


def _is_own(place: list[Any], layers: Mapping[str, Any], made: list[tuple[Any, float]]) -> bool:
    waiting, seen = [place[0]], set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        operation = layers.get(name)
        if operation is None or not is_operation(operation):
            return False
        if operation["class_name"] in ("ZerosLike", "OnesLike"):
            # Of a value's shape alone, as concatenation makes them.
            continue
        calls = operation.get("inbound_nodes", [])
        if operation["class_name"] == "NotEqual":
            for call in calls:
                args = [*call.get("args", []), *call.get("kwargs", {}).values()]
                if len(args) != 2 or (next(histories(args[0]), None), args[1]) not in made:
                    return False
            continue
        # Such as Any, or what merging layers make of several masks, of a value's shape perhaps.
        masks = [name for name in _read(operation) if name in layers and is_operation(layers[name])]
        if not masks:
            return False
        waiting += masks
    return True
