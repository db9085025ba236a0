"""Which output has which loss, weight and metrics of those that `compile` was given, as Keras 3.15 assigns them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ._form import Form


class Outputs(NamedTuple):
    """What is known of a model's outputs."""

    form: Form
    layers: list[str]
    """The layers that give them, in their order."""
    is_chain: bool
    """Whether they are those of a `Sequential`, whose output Keras knows by no name."""

    @property
    def names(self) -> list[str]:
        """Under which they are reported."""
        return self.form.keys or self.layers


def is_described(value: Any) -> bool:
    """Whether a mapping is an object as Keras's JSON has it."""
    return isinstance(value, Mapping) and "class_name" in value


def _is_nested(value: Any) -> bool:
    return isinstance(value, (list, tuple)) or isinstance(value, Mapping) and not is_described(value)


def _leaves(value: Any) -> list[Any]:
    if not _is_nested(value):
        return [value]
    items = [value[name] for name in sorted(value)] if isinstance(value, Mapping) else value
    return [leaf for item in items for leaf in _leaves(item)]


def losses(given: Any, weights: Any, outputs: Outputs) -> tuple[list[Any], list[Any] | None]:
    """The loss of each output, and its weight; no weights where none are given.

    Raises
    ------
    ValueError
        Where Keras refuses, and where an output would have no loss.
    """
    form, names = outputs.form, outputs.names
    if isinstance(given, Mapping) and _is_nested(given):
        if form.kind != "dict" and (outputs.is_chain or set(given) != set(outputs.layers)):
            known = "none of a Sequential's output" if outputs.is_chain else outputs.layers
            raise ValueError(f"loss: expected keys {known} in the dict, but found {list(given)}")
        odd = [name for name in given if name not in names]
        if odd:
            raise ValueError(f"loss: there is no output {odd[0]!r}; the model has {', '.join(names)}")
    leaves = _leaves(given)
    flat_weights: list[Any] = [None] * len(leaves)
    if weights is not None:
        flat_weights = _weights(given, weights, len(leaves), outputs)
    pairs: list[tuple[Any, Any]]
    if not _is_nested(given):
        pairs = list(zip(leaves, flat_weights)) * len(names)
    elif isinstance(given, Mapping):
        by_name = dict(zip(sorted(given), zip(leaves, flat_weights)))
        pairs = [by_name.get(name, (None, None)) for name in names]
    else:
        within = [item for item in given if _is_nested(item)]
        if len(given) != len(names) or len(leaves) != len(given):
            raise ValueError(f"loss: {len(leaves)} are given for {len(names)} outputs, {', '.join(names)}")
        kind = "tuple" if isinstance(given, tuple) else "list"
        if any(isinstance(item, Mapping) for item in within) or within and len(names) > 1 and kind != form.kind:
            raise ValueError(f"loss: it is nested otherwise than the outputs, {', '.join(names)}")
        pairs = list(zip(leaves, flat_weights))
    without = [name for name, (loss, _) in zip(names, pairs) if loss is None]
    if without:
        raise ValueError(f"loss: the output {without[0]!r} has none; the engine wants one for each output")
    found = [loss for loss, _ in pairs]
    return found, None if weights is None else [1.0 if weight is None else float(weight) for _, weight in pairs]


def _weights(given: Any, weights: Any, count: int, outputs: Outputs) -> list[Any]:
    if isinstance(weights, Mapping) and len(outputs.names) > 1:
        # Keras goes by number here, and so would mix up what is misspelt.
        known = {*outputs.names, *(outputs.layers if outputs.form.kind != "dict" else ())}
        odd = [name for name in weights if name not in known]
        if odd:
            raise ValueError(f"loss_weights: there is no output {odd[0]!r}; the model has {', '.join(outputs.names)}")
    by_layer = isinstance(weights, Mapping) and outputs.form.kind != "dict"
    if by_layer and isinstance(given, Mapping) and _is_nested(given):
        missing = [name for name in given if name not in weights]
        if missing:
            raise ValueError(f"loss_weights: there is none for the output {missing[0]!r}")
        weights = {name: weights[name] for name in given}
    elif by_layer and len(outputs.layers) > 1:
        by_number = [weights[name] for name in sorted(weights)]
        if by_number != [weights.get(name) for name in outputs.layers]:
            raise ValueError(
                "loss_weights: Keras would take the dict in the order of its names beside losses that are a list; give "
                "a list, or losses by name"
            )
    leaves = _leaves(weights)
    if len(leaves) != count:
        raise ValueError(
            f"`loss_weights` must match the number of losses, got {count} losses and {len(leaves)} weights"
        )
    return leaves


def metrics(given: Any, outputs: Outputs, what: str) -> list[list[Any]]:
    """The metrics of each output.

    Raises
    ------
    ValueError
        Where Keras refuses.
    """
    names = outputs.names
    if not given:
        return [[] for _ in names]
    if len(names) == 1:
        found = [_leaves(given)]
    elif isinstance(given, (list, tuple)) and len(given) == len(names):
        found = [_of_one(item, what) for item in given]
    elif isinstance(given, Mapping) and _is_nested(given):
        odd = [name for name in given if name not in names]
        if odd:
            raise ValueError(f"{what}: there is no output {odd[0]!r}; the model has {', '.join(names)}")
        found = [_of_one(given.get(name), what) for name in names]
    else:
        raise ValueError(
            f"{what}: {len(given)} are given for {len(names)} outputs; give a list, or a dict by {', '.join(names)}"
        )
    if any(metric is None for items in found for metric in items):
        raise ValueError(f"{what}: expected a metric, received `None`")
    return found


def _of_one(given: Any, what: str) -> list[Any]:
    if given is None:
        return []
    items = list(given) if isinstance(given, (list, tuple)) else [given]
    if any(_is_nested(item) for item in items):
        raise ValueError(f"{what}: the metrics of an output are a list; found {given!r}")
    return items
