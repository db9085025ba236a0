"""Models: graphs of layers, whose weights and arithmetic are the engine's."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from .. import _handle
from .._handle import Handle
from ._archive import take_forms
from ._files import Files
from ._form import Form, flat
from ._graph import Graph, holds_operations, replayed
from ._layer import Layer, Node, Variable, automatic, clock, holders
from ._table import signature
from ._tensor import KerasHistory, KerasTensor
from ._training import Training
from .utils import next_seed

# The engine's names of what stateful layers go on from.
_STATE = re.compile(r"/state_\d+$")


class InputLayer(Layer):
    """What a model reads: arrays of a shape, the number of examples first.

    Parameters
    ----------
    shape : tuple of int or None
        Of one example; None where a length is not known before data comes.
    batch_size : int, optional
    dtype : str, default 'float32'
    batch_shape : tuple, optional
        Shape with the batch size, instead of `shape`.
    name : str, optional
    """

    __signature__ = signature(
        [["shape", None], ["batch_size", None], ["dtype", None], ["sparse", None], ["ragged", None]]
        + [["batch_shape", None], ["input_tensor", None], ["optional", False], ["name", None], ["**"]]
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("sparse", "ragged", "optional", "input_tensor"):
            if getattr(self, name):
                raise ValueError(f"Input {self.name!r}: {name} is no property of the engine's inputs")
        shape = self._shape_given if self.shape is None else self.shape
        if self.batch_shape is None:
            if shape is None:
                raise ValueError("Input: you must pass a `shape` argument")
            shape = (shape,) if np.ndim(shape) == 0 and not isinstance(shape, (tuple, list)) else tuple(shape)
            self.batch_shape = (self.batch_size, *shape)
        self.batch_shape = tuple(None if n is None else int(n) for n in self.batch_shape)
        self._symbol = KerasTensor(self.batch_shape, self.dtype, KerasHistory(self, 0, 0))
        Node(self, (), {}).outputs.append(self._symbol)

    def get_config(self) -> dict[str, Any]:
        """As Keras's JSON has it."""
        return {
            "batch_shape": list(self.batch_shape),
            "dtype": self.dtype,
            "sparse": False,
            "ragged": False,
            "name": self.name,
            "optional": False,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Any:
        """An input of what `get_config` gave."""
        return cls(**config)


def Input(
    shape: Any = None, batch_size: Any = None, dtype: Any = None, sparse: Any = None, ragged: Any = None,
    batch_shape: Any = None, name: Any = None, tensor: Any = None, optional: bool = False,
) -> KerasTensor:  # fmt: skip
    """The symbol of what a model reads.

    Parameters
    ----------
    shape : tuple of int or None
        Of one example.
    batch_size : int, optional
    dtype : str, default 'float32'
    name : str, optional
    """
    return InputLayer(shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name)._symbol


class Model(Training, Files, Layer):
    """A graph of layers between inputs and outputs.

    Parameters
    ----------
    inputs, outputs : symbol, or list or dict by name of symbols
        Of `Input`, and what layers made of them.
    name : str, optional

    Examples
    --------
    >>> from tern import keras
    >>> x = keras.Input((4,))
    >>> model = keras.Model(x, keras.layers.Dense(2)(x))
    >>> model.output_shape
    (None, 2)
    """

    _keras_class = "Functional"
    _keras_module = "keras.src.models.functional"
    _handle: Handle | None = None
    _listing: list[str] | None = None
    """The order in which Keras lists the layers, and keeps their weights, where operations became layers."""

    def __init__(self, inputs: Any = None, outputs: Any = None, name: str | None = None, trainable: bool = True):
        if type(self).call is not Layer.__dict__.get("call", Model.call):
            raise NotImplementedError(
                f"{type(self).__name__} says in Python what it computes, which the engine does not run; build it by "
                "keras.Model(inputs, outputs) or keras.Sequential"
            )
        if inputs is None or outputs is None:
            raise ValueError("Model wants inputs and outputs: keras.Model(inputs, outputs)")
        self._start(name or automatic("functional"), trainable)
        self._input_form, self._output_form = Form.of(inputs), Form.of(outputs)
        self._connect(_symbols(inputs, "inputs"), _symbols(outputs, "outputs"))

    def call(self, *_: Any, **__: Any) -> Any:
        """Not called: the engine computes."""
        raise NotImplementedError("a model is called as model(x)")

    def _start(self, name: str, trainable: bool) -> None:
        self._begin()
        self._arguments: list[str] = []
        self.name, self._is_trained = name, bool(trainable)
        self._graph: Graph | None = None
        self._handle, self._seen, self._built_of = None, {}, ""
        self._holders: list[tuple[Layer, ...]] = []
        self._built_to_train: list[bool] = []
        self._layers: list[Layer] = []
        self._begin_training()

    def _connect(self, inputs: list[KerasTensor], outputs: list[KerasTensor]) -> None:
        self._graph = Graph(inputs, outputs)
        self._layers = self._graph.layers
        for layer in self._layers:
            if layer._weights_from is None:
                layer._weights_from = self
        if self._weights_from is None:
            self._weights_from = self

    # ---- What it is made of

    @property
    def layers(self) -> list[Layer]:
        """The layers, in Keras's order."""
        return list(self._layers)

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbols that it reads."""
        return list(self._known().inputs)

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbols that it gives."""
        return list(self._known().outputs)

    @property
    def input(self) -> Any:
        """The symbols that it reads, in the form in which they were given."""
        return self._input_form.packed(self.inputs)

    @property
    def output(self) -> Any:
        """The symbols that it gives, in the form in which they were given."""
        return self._output_form.packed(self.outputs)

    @property
    def input_shape(self) -> Any:
        """The shape of what it reads, or a list of them."""
        shapes = [symbol.shape for symbol in self.inputs]
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def output_shape(self) -> Any:
        """The shape of what it gives, or a list of them."""
        shapes = [symbol.shape for symbol in self.outputs]
        return shapes[0] if len(shapes) == 1 else shapes

    @property
    def input_names(self) -> list[str]:
        """The names of the inputs."""
        return [symbol.name for symbol in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """The names of the layers that give the outputs."""
        return [symbol.name for symbol in self.outputs]

    def _known(self) -> Graph:
        if self._graph is None:
            raise ValueError(
                f"the {type(self).__name__} {self.name!r} does not know the shape of its input yet: begin it with "
                "keras.Input, call build, or give it data"
            )
        return self._graph

    @property
    def built(self) -> bool:
        """Whether the shapes are known."""
        return self._graph is not None

    def build(self, input_shape: Any = None) -> None:
        """Nothing: a graph knows its shapes."""

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """The layer of a name or a number.

        Raises
        ------
        ValueError
            Where there is none.
        """
        if index is not None:
            if not -len(self.layers) <= index < len(self.layers):
                raise ValueError(f"Was asked to retrieve layer at index {index} but model only has {len(self.layers)}")
            return self.layers[index]
        for layer in self.layers:
            if layer.name == name:
                return layer
        names = ", ".join(layer.name for layer in self.layers)
        raise ValueError(f"No such layer: {name}. Existing layers are: {names}.")

    def _shapes(self, read: list[KerasTensor], flags: Mapping[str, bool]) -> list[tuple[int | None, ...]]:
        wanted = self.inputs
        fits = len(read) == len(wanted) and all(
            len(a.shape) == len(b.shape) and all(None in (n, m) or n == m for n, m in zip(a.shape[1:], b.shape[1:]))
            for a, b in zip(read, wanted)
        )
        if not fits:
            found, shapes = ([symbol.shape for symbol in symbols] for symbols in (read, wanted))
            raise ValueError(f"model {self.name!r} called on {found}: it wants {shapes}")
        return [symbol.shape for symbol in self.outputs]

    # ---- Configuration

    def get_config(self) -> dict[str, Any]:
        """The graph as Keras's JSON has it."""
        config = self._known().config()
        for key, form in (("input_layers", self._input_form), ("output_layers", self._output_form)):
            config[key] = form.packed(config[key])
        if self._listing:
            order = {name: number for number, name in enumerate(self._listing)}
            config["layers"].sort(key=lambda layer: order.get(layer["name"], len(order)))
        return {"name": self.name, "trainable": self.trainable, **config}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Any = None) -> Any:
        """The model of what `get_config` gave, with weights drawn anew."""
        if "layers" not in config:
            raise ValueError("the model is of a class of somebody's own, whose Python code the engine does not run")
        ends: list[Any] = []
        for symbols, given in zip(replayed(config), (config["input_layers"], config["output_layers"])):
            if isinstance(given, Mapping):
                by_name = dict(zip(sorted(given), symbols))
                ends.append({name: by_name[name] for name in given})
            else:
                ends.append(symbols[0] if len(symbols) == 1 and not isinstance(given[0], list) else symbols)
        model = Model(*ends, config.get("name"), config.get("trainable", True))
        if holds_operations(config):
            model._listing = [layer["name"] for layer in config["layers"]]
        return model

    def _described(self) -> dict[str, Any]:
        return {
            "module": self._keras_module,
            "class_name": self._keras_class,
            "config": self.get_config(),
            "registered_name": self._keras_class if self._keras_class == "Functional" else None,
        }

    def to_json(self, **options: Any) -> str:
        """The model as Keras's JSON, without weights; `options` are those of `json.dumps`."""
        compilation = {"compile_config": config} if (config := self._compile_config()) else {}
        return json.dumps({**self._described(), **compilation}, **options)

    # ---- The engine's network

    def _engine(self) -> Handle:
        """The engine's network, with the newest weights."""
        if self._handle is None:
            self._make()
        self._pull()
        return self._handle  # type: ignore[return-value]

    def _make(self, weights: Mapping[str, np.ndarray] | None = None) -> None:
        """Makes the engine's network, compiled where the model is; all or nothing."""
        described = json.dumps(self._described())
        arguments: dict[str, Any] = {"config": described, "seed": next_seed()}
        if self._leaves_lengths_open:
            if self._lengths is None:
                raise ValueError(
                    f"model {self.name!r}: its input leaves a length open, which comes with data; fit or predict first"
                )
            arguments["input_shapes"] = self._lengths
        handle: Any = _handle.call("keras_model", arguments).handle
        handle.warn(f"model {self.name!r}")
        if weights is not None:
            handle.call("keras_set_weights", {}, weights)
        if self._optimizer is not None:
            self._compile_engine(handle)
        self._note_made(handle, described)
        for layer in self._layers:
            if layer._weights_from is self and layer._stamp == 0:
                layer._stamp = next(clock)
                self._seen[id(layer)] = layer._stamp

    def _take(self, handle: Handle) -> None:
        """Takes over a network of the engine's that was made of the same description."""
        self._note_made(handle, json.dumps(self._described()))
        for layer in self._layers:
            layer._stamp = next(clock)
            self._seen[id(layer)] = layer._stamp

    def _note_made(self, handle: Handle, described: str) -> None:
        told = handle.call("keras_weights").value
        # A frozen layer leaves its averages alone, too.
        changed = {*told["trainable"], *(path for path in told["order"] if "/moving_" in path)}
        self._holders = holders(self, [path for path in told["order"] if path in changed])
        self._handle, self._built_of, self._built_to_train = handle, described, self._trained()

    def _trained(self) -> list[bool]:
        """Whether each layer is trained that has weights for it."""
        return [all(layer.trainable for layer in within) for within in self._holders]

    def _pull(self) -> None:
        """Takes over weights that other models have trained."""
        handle, newer = self._handle, {}
        if self._weights_from is not self and self._seen.get(0) != self._stamp:
            newer.update(self._weights_from._part(self.name))
            self._seen[0] = self._stamp
        for layer in self._layers:
            home = layer._weights_from
            if home is not self and home is not None and self._seen.get(id(layer)) != layer._stamp:
                newer.update({f"{layer.name}/{path}": value for path, value in home._part(layer.name).items()})
                self._seen[id(layer)] = layer._stamp
        if newer:
            handle.call("keras_set_weights", {}, newer)  # type: ignore[union-attr]

    def _changed(self, layers: Any = None) -> None:
        """Notes that this model's weights are the newest."""
        for layer in self._layers if layers is None else layers:
            layer._weights_from, layer._stamp = self, next(clock)
            self._seen[id(layer)] = layer._stamp
        self._weights_from, self._stamp = self, next(clock)
        self._seen[0] = self._stamp

    def _all(self) -> tuple[dict[str, np.ndarray], list[str]]:
        answer = self._engine().call("keras_weights")
        told = answer.value
        # In Keras the states of stateful layers are no weights.
        order = [path for path in told["order"] if not _STATE.search(path)]
        return {path: answer.arrays[path] for path in order}, told["trainable"]

    def _trainable(self) -> list[str]:
        return self._all()[1]

    def _part(self, name: str) -> dict[str, np.ndarray]:
        """The weights of a layer by their path within it; all, of the model itself."""
        if name == self.name and all(layer.name != name for layer in self._layers):
            return self._all()[0]
        start = f"{name}/"
        return {path[len(start) :]: value for path, value in self._all()[0].items() if path.startswith(start)}

    def _set_part(self, layer: Layer, state: Mapping[str, np.ndarray]) -> None:
        whole = layer is self
        named = {path if whole else f"{layer.name}/{path}": np.asarray(value) for path, value in state.items()}
        self._engine().call("keras_set_weights", {}, named)
        self._changed(None if whole else [layer])

    def _state(self) -> dict[str, np.ndarray]:
        return self._all()[0]

    def _set_state(self, state: Mapping[str, np.ndarray]) -> None:
        self._set_part(self, state)

    def get_weights(self) -> list[np.ndarray]:
        """All weights in Keras's order."""
        return [value.copy() for value in self._state().values()]

    def count_params(self) -> int:
        """The number of weights."""
        return sum(value.size for value in self._state().values())

    @property
    def variables(self) -> list[Variable]:
        """The weights, with what is no weight but kept beside them."""
        state, trainable = self._all()
        found = []
        for path, value in state.items():
            first, rest = path.split("/", 1)
            layer = self.get_layer(first)
            found.append(Variable(layer, rest, value, path in trainable and not layer._is_frozen(rest)))
        return found

    weights = variables

    def summary(self, line_length: Any = None, positions: Any = None, print_fn: Any = None, **_: Any) -> None:
        """Prints the layers with their shapes and numbers of weights; `print_fn` is called with the text instead."""
        (print_fn or print)(self._engine().call("keras_summary").value["summary"])

    def __reduce__(self) -> Any:
        # The engine's network goes along, with what its optimiser has gathered, where it can be made already.
        is_known = self._graph is not None and (self._lengths is not None or not self._leaves_lengths_open)
        handle = self._engine() if is_known else None
        return _restored, (self._described(), self._compile_config(), handle, self._lengths)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """As of a layer; what goes by name comes by name."""
        if args and isinstance(args[0], Mapping):
            first, *rest = self._inputs_in_order(args[0], is_call=True)
            args = ([first, *rest] if rest else first, *args[1:])
        elif args and isinstance(args[0], (list, tuple)) and self._input_form.kind == "dict":
            self._inputs_in_order(args[0], is_call=True)
        found = super().__call__(*args, **kwargs)
        return self._output_form.given_back(found if isinstance(found, list) else [found])

    def _computed(self, args: Any, kwargs: dict[str, Any]) -> Any:
        x = args[0] if len(args) == 1 else list(args)
        self._prepare(x)
        return super()._computed(args, kwargs)

    def _prepare(self, x: Any) -> None:
        """Makes what only data tells."""
        if self._leaves_lengths_open:
            self._measure(x)

    @property
    def _leaves_lengths_open(self) -> bool:
        return any(None in symbol.shape[1:] for symbol in self.inputs)


def _symbols(given: Any, what: str) -> list[KerasTensor]:
    found = flat(given)
    for symbol in found:
        if not isinstance(symbol, KerasTensor):
            raise ValueError(
                f"Model: {what} must be symbols of keras.Input and layers, or a list of them; found {symbol!r}"
            )
    return found


def from_description(described: Mapping[str, Any]) -> Model:
    """The model of Keras's JSON, compiled where it says how.

    Raises
    ------
    ValueError
        Where it holds what the engine has not.
    """
    from ._json import deserialize

    model = deserialize(described)
    if not isinstance(model, Model):
        raise ValueError(f"this describes a {described.get('class_name')}, and no model")
    if described.get("compile_config"):
        model.compile_from_config(described["compile_config"])
    return model


def opened(handle: Handle, compiles: bool, written: Mapping[str, Any], plain: Mapping[str, Any]) -> Model:
    """The model that a network of the engine's is.

    Parameters
    ----------
    written, plain : mapping
        How its file describes it, and how the engine has read that.
    """
    try:
        described = handle.call("keras_config").value
    except ValueError:
        # The engine writes no masks beside which layers with weights stand side by side; it has read them, though.
        described = dict(plain)
    compilation = described.pop("compile_config", None)
    model = from_description(described)
    take_forms(model, written)
    model._take(handle)
    if compilation and compiles:
        # Names that compile was given, such as "mae", which the engine has as metrics.
        model._note_compilation({**compilation, **(written.get("compile_config") or {})})
    return model


def _restored(described: Mapping[str, Any], compilation: Any, handle: Handle | None, lengths: Any) -> Model:
    """The model that was pickled or copied."""
    model = from_description(described)
    model._lengths = lengths
    if handle is not None:
        model._take(handle)
    if compilation is not None:
        model._keeps_rate = True
        model.compile_from_config(compilation)
        model._keeps_rate = False
    return model


__all__ = ["Input", "InputLayer", "Model", "from_description", "opened"]
