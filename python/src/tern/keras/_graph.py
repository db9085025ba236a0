"""The graph between inputs and outputs: which layers, in which order, and its description in Keras's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ._json import deserialize
from ._layer import Layer, Node
from ._masks import check_masks, is_operation, operations_of_values, unmasked
from ._operations import Operation, name_layers
from ._tensor import KerasTensor, mapped


def _node(symbol: KerasTensor) -> Node:
    history = symbol._keras_history
    return history.layer._nodes[history.node]


class Graph:
    """Calls of layers from inputs to outputs.

    Layers stand in Keras's order: the farther from the outputs the earlier, and among equals as they were met.
    """

    def __init__(self, inputs: list[KerasTensor], outputs: list[KerasTensor]):
        self.inputs, self.outputs = inputs, outputs
        ends = {id(_node(symbol)) for symbol in inputs}
        met: dict[int, int] = {}
        nodes: list[Node] = []
        state: dict[int, int] = {}
        # Depth first without recursion, so that long chains are no matter.
        for output in outputs:
            stack: list[tuple[Node, bool]] = [(_node(output), False)]
            while stack:
                node, done = stack.pop()
                if done:
                    state[id(node)] = 2
                    nodes.append(node)
                    continue
                if id(node) in state:
                    continue
                state[id(node)] = 1
                met.setdefault(id(node.layer), len(met))
                stack.append((node, True))
                if id(node) in ends:
                    continue
                if not node.inputs:
                    raise ValueError(
                        f"the output depends on the input {node.layer.name!r}, which is none of the model's inputs"
                    )
                stack += [(_node(symbol), False) for symbol in reversed(node.inputs)]
        depths: dict[int, int] = {}
        layer_depths: dict[int, int] = {}
        for node in reversed(nodes):
            depth = max(depths.get(id(node), 0), layer_depths.get(id(node.layer), 0))
            depths[id(node)] = layer_depths[id(node.layer)] = depth
            if id(node) not in ends:
                for symbol in node.inputs:
                    parent = id(_node(symbol))
                    depths[parent] = max(depth + 1, depths.get(parent, 0))
        layers = {id(node.layer): node.layer for node in nodes}
        for symbol in inputs:
            layer = symbol._keras_history.layer
            if id(layer) not in layers:
                layers[id(layer)] = layer
                layer_depths[id(layer)] = 0
                met.setdefault(id(layer), len(met))
        order = sorted(layers, key=lambda key: (-layer_depths[key], met[key]))
        self.layers: list[Layer] = [layers[key] for key in order]
        self._nodes = {id(node) for node in nodes}
        names = [layer.name for layer in self.layers]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"the name {name!r} is used {names.count(name)} times; all layer names must be unique")

    def places(self) -> dict[int, int]:
        """Of each call its number among those of its layer within this graph."""
        numbers = {}
        for layer in self.layers:
            number = 0
            for node in layer._nodes:
                if id(node) in self._nodes:
                    numbers[id(node)] = number
                    number += 1
        return numbers

    def config(self) -> dict[str, Any]:
        """``layers``, and lists of ``input_layers`` and ``output_layers``, of Keras's JSON."""
        numbers = self.places()

        def place(symbol: KerasTensor) -> list[Any]:
            history = symbol._keras_history
            return [history.layer.name, numbers.get(id(_node(symbol)), 0), history.output]

        def described(value: Any) -> Any:
            if isinstance(value, KerasTensor):
                config = {"shape": list(value.shape), "dtype": value.dtype, "keras_history": place(value)}
                return {"class_name": "__keras_tensor__", "config": config}
            return value.tolist() if isinstance(value, np.generic) else value

        layers = []
        for layer in self.layers:
            calls = [
                {"args": mapped(_formed(layer, node.args), described), "kwargs": mapped(node.kwargs, described)}
                for node in layer._nodes
                if id(node) in self._nodes and node.inputs
            ]
            layers.append({**layer._described(), "name": layer.name, "inbound_nodes": calls})

        def end(symbol: KerasTensor) -> list[Any]:
            # Here alone Keras counts a functional model within a model from 1.
            name, node, output = place(symbol)
            return [name, node + int(_is_functional(symbol._keras_history.layer)), output]

        found = [[end(symbol) for symbol in symbols] for symbols in (self.inputs, self.outputs)]
        return {"layers": layers, "input_layers": found[0], "output_layers": found[1]}


def _formed(layer: Layer, args: Any) -> list[Any]:
    """The arguments of a call; of a model in the form of its inputs."""
    form = getattr(layer, "_input_form", None)
    if form is None or form.kind != "dict" or not args:
        return list(args)
    return [form.packed(list(args[0]) if isinstance(args[0], (list, tuple)) else [args[0]]), *args[1:]]


def holds_operations(config: Mapping[str, Any]) -> bool:
    """Whether a model that is described, or one within, holds operations of keras.ops, but for those of masks."""
    return bool(operations_of_values(config)) or any(
        holds_operations(layer.get("config", {})) for layer in config.get("layers", [])
    )


def _is_functional(layer: Layer) -> bool:
    return getattr(type(layer), "_keras_class", "") == "Functional"


def places(value: Any) -> list[Any]:
    """``["dense", 0, 0]``, or a list or mapping of such, as a list of such; those of a mapping by name."""
    if isinstance(value, Mapping):
        return [place for name in sorted(value) for place in places(value[name])]
    if len(value) == 3 and isinstance(value[0], str):
        return [value]
    return [place for item in value for place in places(item)]


def replayed(config: Mapping[str, Any]) -> tuple[list[KerasTensor], list[KerasTensor]]:
    """Makes the layers of Keras's JSON, and calls them: the inputs and outputs.

    Masks travel by themselves, and end at operations, as in Keras.

    Raises
    ------
    ValueError
        Where layers read what is not there, or masks are somebody's own.
    """
    check_masks(config)
    wanted = operations_of_values(config)
    described = [layer for layer in config["layers"] if not is_operation(layer) or layer["name"] in wanted]
    layers: dict[str, Any] = {
        layer["name"]: Operation(layer) if is_operation(layer) else deserialize(layer) for layer in described
    }
    waiting = [(layer["name"], list(layer.get("inbound_nodes", []))) for layer in described]
    taken = set(layers)
    first = {name: len(layer._nodes) for name, layer in layers.items()}
    for name, layer in layers.items():
        # Inputs were called as they were made.
        if type(layer).__name__ == "InputLayer":
            first[name] = 0

    def symbol(place: list[Any]) -> KerasTensor | None:
        name, node, output = place
        calls = layers[name]._nodes if name in layers else []
        at = first.get(name, 0) + node
        return calls[at].outputs[output] if at < len(calls) else None

    def ready(value: Any) -> bool:
        if isinstance(value, Mapping):
            if value.get("class_name") == "__keras_tensor__":
                return symbol(value["config"]["keras_history"]) is not None
            return all(ready(item) for item in value.values())
        return all(ready(item) for item in value) if isinstance(value, list) else True

    def filled(value: Any) -> Any:
        if isinstance(value, Mapping):
            if value.get("class_name") == "__keras_tensor__":
                return symbol(value["config"]["keras_history"])
            return {key: filled(item) for key, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else value

    while any(calls for _, calls in waiting):
        moved = False
        for name, calls in waiting:
            while calls and ready({**calls[0], "kwargs": unmasked(calls[0])}):
                call = calls.pop(0)
                made = layers[name](*filled(call["args"]), **filled(unmasked(call)))
                if isinstance(layers[name], Operation):
                    name_layers(made, name, taken, layers)
                moved = True
        if not moved:
            left = ", ".join(name for name, calls in waiting if calls)
            raise ValueError(f"the layers {left} read each other, or what is not there")
    ends = [
        [symbol([name, node - int(_is_functional(layers[name])), output]) for name, node, output in places(config[key])]
        for key in ("input_layers", "output_layers")
    ]
    if None in ends[0] or None in ends[1]:
        raise ValueError("the model names an input or output that none of its layers gives")
    return ends[0], ends[1]  # type: ignore[return-value]
