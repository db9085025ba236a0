"""What all layers are: arguments, calls that make a graph or compute, and weights."""

from __future__ import annotations

import itertools
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .. import _handle
from ._json import encoded, serialize, snake
from ._table import Configured, engine_layers
from ._tensor import KerasHistory, KerasTensor, Tensor, mapped, symbols, tensor

_counts: Counter[str] = Counter()
clock = itertools.count(1)
"""Stamps of weights: the larger is the newer."""
SETTINGS = engine_layers()
"""The engine's layers, with the settings that each knows."""


def automatic(name: str) -> str:
    """A name that was not given out yet: ``dense``, ``dense_1``, ..."""
    count = _counts[name]
    _counts[name] += 1
    return f"{name}_{count}" if count else name


def forget_names() -> None:
    """Begins the numbers of `automatic` anew."""
    _counts.clear()


class Node:
    """One call of a layer in a graph."""

    def __init__(self, layer: Any, args: Any, kwargs: Any):
        self.layer, self.args, self.kwargs = layer, args, kwargs
        self.inputs = [*symbols(args), *symbols(kwargs)]
        self.number = len(layer._nodes)
        layer._nodes.append(self)
        self.outputs: list[KerasTensor] = []


class Variable:
    """A weight of a layer: its path in the model, and its numbers."""

    def __init__(self, layer: Layer, path: str, value: np.ndarray, trainable: bool):
        self._layer, self._key = layer, path
        self.path, self.trainable = f"{layer.name}/{path}", trainable
        self.name = path.rsplit("/", 1)[-1]
        self.shape, self.dtype = value.shape, value.dtype.name

    @property
    def value(self) -> np.ndarray:
        """The numbers as they are now."""
        return self.numpy()

    def numpy(self) -> np.ndarray:
        """The numbers as they are now."""
        return self._layer._state()[self._key]

    def assign(self, value: Any) -> None:
        """Puts other numbers in their place."""
        value = np.asarray(value)
        if value.shape != self.shape:
            raise ValueError(f"{self.path} has the shape {self.shape}, and the value {value.shape}")
        self._layer._set_state({self._key: value})

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.asarray(self.numpy(), dtype)

    def __repr__(self) -> str:
        return f"<Variable path={self.path}, shape={self.shape}, dtype={self.dtype}>"


class Layer(Configured):
    """What all layers are.

    Called on symbols (of `Input`) a layer adds to a graph, of which `Model` is made; called on arrays it computes.
    Weights come into being when shapes are known; layers that several models hold have the same weights in all.
    """

    _keras_module = "keras.layers"
    _weights_from: Any = None
    _stamp = 0

    def __init__(self, *args: Any, **kwargs: Any):
        self._begin()
        super().__init__(*args, **kwargs)
        for name, value in self._more.items():
            setattr(self, name, value)
            self._arguments.append(name)
        if self.name is None:
            self.name = automatic(snake(type(self).__name__))
        if "/" in str(self.name):
            raise ValueError(
                f"Argument `name` must be a string and cannot contain character `/`. Received: name={self.name}"
            )

    def _begin(self) -> None:
        self.name: str | None = None
        self._is_trained, self.dtype = True, "float32"
        self._nodes: list[Node] = []
        self._alone: dict[Any, Any] = {}
        self._more: dict[str, Any] = {}
        self._shape_given: tuple[int | None, ...] | None = None

    def _surplus(self, given: dict[str, Any]) -> dict[str, Any]:
        for name in ("name", "trainable", "dtype"):
            if name in given:
                self._taken(name, given.pop(name))
        given.pop("autocast", None)
        batch = given.pop("batch_input_shape", None)
        if "input_shape" in given or batch is not None:
            self._shape_given = tuple(batch[1:] if batch is not None else given.pop("input_shape"))
        if "input_dim" in given and "input_dim" not in self.__signature__.parameters:
            self._shape_given = (given.pop("input_dim"),)
        # What Keras's base classes take: settings that the engine knows, and the one that it does not.
        for name in list(given):
            if name in SETTINGS.get(type(self).__name__, ()):
                self._more[name] = self._taken(name, given.pop(name))
            elif name == "activity_regularizer" and given[name] is None:
                del given[name]
        return given

    def _unwritten(self) -> tuple[str, ...]:
        return ("name", "trainable", "dtype", "weights")

    def _taken(self, name: str, value: Any) -> Any:
        from . import activations, constraints, initializers, regularizers

        rank = next((n for n in (1, 2, 3) if f"{n}D" in type(self).__name__), 0)
        if name == "weights" and value is not None:
            raise ValueError(f"{type(self).__name__}: weights are given by set_weights when the layer has some")
        if name == "name" and value is not None and not isinstance(value, str):
            raise TypeError(f"{type(self).__name__}: name must be a text, found {value!r}")
        if name == "dtype":
            value = value if isinstance(value, str) else getattr(value, "name", None) or "float32"
        elif name.endswith("activation"):
            value = activations.get(value)
        elif name.endswith("_initializer"):
            value = initializers.get(value)
        elif name.endswith("_regularizer"):
            value = regularizers.get(value)
        elif name.endswith("_constraint"):
            value = constraints.get(value)
        elif name == "data_format" and value is None:
            value = "channels_last"
        elif name == "strides" and value is None and hasattr(self, "pool_size"):
            value = self.pool_size
        elif rank and name in ("kernel_size", "pool_size", "strides", "dilation_rate", "size") and value is not None:
            value = (value,) * rank if np.ndim(value) == 0 else tuple(value)
            if len(value) == 1 and rank == 1 and name == "size":
                value = value[0]
            elif len(value) != rank:
                raise ValueError(f"{type(self).__name__}: {name} wants {rank} numbers, found {value}")
        elif rank and name in ("padding", "cropping") and not isinstance(value, str):
            value = _margins(type(self).__name__, name, value, rank)
        elif isinstance(value, (list, tuple)) and not any(isinstance(item, Configured) for item in value):
            value = tuple(value)
        if name == "trainable":
            # Of a layer with others within, what is given holds for itself alone.
            self._is_trained = bool(value)
        elif name in ("name", "dtype"):
            setattr(self, name, value)
        return value

    # ---- Configuration

    def get_config(self) -> dict[str, Any]:
        """The arguments as Keras's JSON has them."""
        policy = {
            "module": "keras",
            "class_name": "DTypePolicy",
            "config": {"name": self.dtype},
            "registered_name": None,
        }
        config = {"name": self.name, "trainable": self.trainable, "dtype": policy}
        known = SETTINGS.get(type(self).__name__, ())
        parameters = self.__signature__.parameters
        if "kwargs" not in parameters:
            # Keras's layer takes no further argument, and so no policy.
            config = {"name": self.name, "dtype": self.dtype}
        for name in self._arguments:
            value = getattr(self, name)
            # What the engine has no setting for, and nobody asked for.
            if (
                known
                and name not in known
                and name != "data_format"
                and name in parameters
                and not isinstance(value, np.ndarray)
                and value == parameters[name].default
            ):
                continue
            config[name] = encoded(value, f"layer {self.name!r}: its {name}")
        return config

    def _described(self) -> dict[str, Any]:
        return serialize(self)

    # ---- Calls

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Of symbols, a symbol for what the layer makes of them; of arrays, the array.

        Raises
        ------
        ValueError
            Where the shapes do not fit, naming the layer and the shapes.
        """
        read = [*symbols(args), *symbols(kwargs)]
        if read:
            return self._symbolic(args, kwargs, read)
        return self._computed(args, dict(kwargs))

    def _symbolic(self, args: Any, kwargs: Any, read: list[KerasTensor]) -> Any:
        if kwargs.get("training"):
            warnings.warn(
                f"{type(self).__name__} layer {self.name!r} is called with training=True in a graph, which the engine "
                "does not heed: a model trains and predicts as it is asked to; call it on arrays with training=True",
                stacklevel=3,
            )
        kwargs = {key: value for key, value in kwargs.items() if value is not None and key != "training"}
        shapes = self._shapes(_in_order(args, kwargs), _flags(kwargs))
        node = Node(self, args, kwargs)
        dtype = read[0].dtype if self._keeps_type() else self.dtype
        for number, shape in enumerate(shapes):
            node.outputs.append(KerasTensor(shape, dtype, KerasHistory(self, node.number, number)))
        return node.outputs[0] if len(node.outputs) == 1 else list(node.outputs)

    def _keeps_type(self) -> bool:
        return False

    def _shapes(self, read: list[KerasTensor], flags: Mapping[str, bool]) -> list[tuple[int | None, ...]]:
        """The shapes of what the layer makes, asked of the engine: twice where lengths are open."""
        probes = []
        is_open = any(None in symbol.shape[1:] for symbol in read)
        for length in (24, 36)[: 2 if is_open else 1]:
            given = [[2, *(length if n is None else n for n in symbol.shape[1:])] for symbol in read]
            arguments = {"layer": self._described(), "input_shapes": given, "kwargs": dict(flags)}
            try:
                probes.append(_handle.call("keras_layer_shapes", arguments).value["output_shapes"])
            except (ValueError, OSError) as error:
                shapes = ", ".join(str(symbol.shape) for symbol in read)
                raise ValueError(f"{type(self).__name__} layer {self.name!r} called on {shapes}: {error}") from None
        return [
            (None, *(n if all(n == other for other in lengths) else None for n, *lengths in zip(*dims)))
            for dims in (tuple(shape[1:] for shape in shapes) for shapes in zip(*probes))
        ]

    def _computed(self, args: Any, kwargs: dict[str, Any]) -> Any:
        from ._models import Input, Model

        training = kwargs.pop("training", None)
        arrays: list[np.ndarray] = []

        def taken(value: Any) -> Any:
            if value is None or isinstance(value, (bool, str)):
                return value
            array = np.asarray(value)
            if array.dtype == np.float64 or array.dtype == np.int64 and not self._reads_integers():
                array = array.astype(self.dtype)
            if array.ndim == 0:
                raise ValueError(f"{type(self).__name__} layer {self.name!r} called on a number; it wants an array")
            arrays.append(array)
            return Input(array.shape[1:], dtype=array.dtype.name)

        if len(args) == 1 and isinstance(args[0], list) and not any(hasattr(item, "shape") for item in args[0]):
            args = (np.asarray(args[0]),)
        symbolic = mapped(args, taken), mapped(kwargs, taken)
        key = (tuple((array.shape[1:], array.dtype.name) for array in arrays), str(mapped((args, kwargs), _setting)))
        if key not in self._alone:
            outputs = self._symbolic(*symbolic, [*symbols(symbolic[0]), *symbols(symbolic[1])])
            self._alone[key] = Model([*symbols(symbolic[0]), *symbols(symbolic[1])], outputs)
        model = self._alone[key]
        if training:
            from .utils import next_seed

            named = {f"x{number}": array for number, array in enumerate(self._engine_order(*symbolic, arrays))}
            named |= {f"weights/{path}": value for path, value in self._state().items()}
            arguments = {"layer": self._described(), "training": True, "seed": next_seed(), "kwargs": _flags(kwargs)}
            answer = _handle.call("keras_layer_call", arguments, named).arrays
            found = [answer[f"y{number}"].copy() for number in range(len(model.outputs))]
            kept = {path: value for path, value in answer.items() if path.startswith("weights/")}
            if kept:
                # Statistics of batches, which a call in training moves.
                self._set_state({path.removeprefix("weights/"): value.copy() for path, value in kept.items()})
        else:
            found = model._engine().predict([np.ascontiguousarray(array) for array in arrays])
        values: list[Tensor] = [tensor(value) for value in found]
        return values[0] if len(values) == 1 else values

    def _engine_order(self, args: Any, kwargs: Mapping[str, Any], arrays: list[np.ndarray]) -> list[np.ndarray]:
        """The arrays for which symbols stand, in the order of the engine's inputs."""
        own = {id(symbol): array for symbol, array in zip([*symbols(args), *symbols(kwargs)], arrays)}
        order = [id(symbol) for symbol in _in_order(args, kwargs)]
        if any(symbol not in order for symbol in own):
            given = ", ".join(kwargs)
            raise ValueError(
                f"{type(self).__name__} layer {self.name!r}: the engine takes not all of {given} in training"
            )
        return [own[symbol] for symbol in order]

    def _reads_integers(self) -> bool:
        return any(word in type(self).__name__ for word in ("Embedding", "Encoding"))

    def build(self, input_shape: Any) -> None:
        """Makes the weights for inputs of a shape, batch size first."""
        from ._models import Input, Model

        if self._weights_from is None:
            nested = input_shape and isinstance(input_shape[0], (list, tuple))
            read = [Input(tuple(shape)[1:]) for shape in (input_shape if nested else [input_shape])]
            self._alone["built"] = Model(read, self(read if nested else read[0]))

    # ---- Weights

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; what is set holds for all layers within."""
        return self._is_trained

    @trainable.setter
    def trainable(self, value: Any) -> None:
        self._is_trained = bool(value)
        for layer in layers_within(self):
            layer.trainable = value

    def _is_frozen(self, path: str) -> bool:
        """Whether the layer, or the one within it that has the weight of a path, is not trained."""
        first, _, rest = path.partition("/")
        return not self.trainable or any(layer._is_frozen(rest) for layer in layers_within(self) if layer.name == first)

    def _home(self) -> Any:
        home = self._weights_from
        if home is None:
            raise ValueError(f"layer {self.name!r} has no weights yet: its input's shape is not known")
        return home

    @property
    def built(self) -> bool:
        """Whether the shapes of the weights are known."""
        return self._weights_from is not None

    def _state(self) -> dict[str, np.ndarray]:
        """The weights by their path within the layer."""
        return self._home()._part(self.name)

    def _set_state(self, state: Mapping[str, np.ndarray]) -> None:
        self._home()._set_part(self, state)

    @property
    def variables(self) -> list[Variable]:
        """The weights, with what is no weight but kept beside them."""
        if not self.built:
            return []
        trainable = self._home()._trainable()
        return [
            Variable(self, path, value, f"{self.name}/{path}" in trainable and not self._is_frozen(path))
            for path, value in self._state().items()
        ]

    weights = variables

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        return [weight for weight in self.weights if weight.trainable] if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training's steps leave alone."""
        return [weight for weight in self.weights if not (weight.trainable and self.trainable)]

    trainable_variables = trainable_weights
    non_trainable_variables = non_trainable_weights

    def get_weights(self) -> list[np.ndarray]:
        """The weights in Keras's order."""
        return [value.copy() for value in self._state().values()] if self.built else []

    def set_weights(self, weights: Any) -> None:
        """Puts other weights in their place.

        Parameters
        ----------
        weights : list of array-like
            As `get_weights` gives them.

        Raises
        ------
        ValueError
            Where number or shapes differ, naming the layer and the weight.
        """
        state = self._state()
        given = [np.asarray(weight) for weight in weights]
        if len(given) != len(state):
            raise ValueError(f"layer {self.name!r} has {len(state)} weights, and {len(given)} are given")
        for (path, value), weight in zip(state.items(), given):
            if weight.shape != value.shape:
                raise ValueError(
                    f"layer {self.name!r}: its {path} has the shape {value.shape}, and the weight given {weight.shape}"
                )
        self._set_state({path: weight.astype(v.dtype) for (path, v), weight in zip(state.items(), given)})

    def count_params(self) -> int:
        """The number of weights."""
        return sum(value.size for value in self._state().values()) if self.built else 0

    @property
    def input(self) -> Any:
        """The symbol, or the symbols, of the layer's first call."""
        if not self._nodes:
            raise AttributeError(f"layer {self.name!r} has never been called and has no input")
        read = self._nodes[0].inputs
        return read[0] if len(read) == 1 else read

    @property
    def output(self) -> Any:
        """The symbol, or the symbols, that the layer's first call gave."""
        if not self._nodes:
            raise AttributeError(f"layer {self.name!r} has never been called and has no output")
        given = self._nodes[0].outputs
        return given[0] if len(given) == 1 else given

    def __getattr__(self, name: str) -> Any:
        # Weights by their names: kernel, bias, gamma.
        if not name.startswith("_") and self.__dict__.get("_weights_from") is not None:
            for variable in self.variables:
                if variable.name == name:
                    return variable
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def layers_within(layer: Any) -> list[Any]:
    """The layers that a model or a wrapper holds."""
    # To ask for an attribute that is none looks among the weights.
    own = vars(layer)
    return [one for one in (*own.get("_layers", ()), own.get("layer")) if isinstance(one, Layer)]


def holders(layer: Any, paths: Sequence[str], above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Of each layer that has some of the weights of these paths itself: it, after those that it lies within."""
    found = []
    for inner in layers_within(layer):
        start = f"{inner.name}/"
        own = [path[len(start) :] for path in paths if path.startswith(start)]
        if not own and inner is vars(layer).get("layer"):
            # Wrappers may have them by other names.
            own = list(paths)
        if own:
            found += holders(inner, own, (*above, layer))
    return found or [(*above, layer)]


def _flags(kwargs: Mapping[str, Any]) -> dict[str, bool]:
    """What a call is told beside what it reads."""
    return {name: value for name, value in kwargs.items() if isinstance(value, bool)}


def _setting(value: Any) -> Any:
    """What of an argument decides which model a call makes: what is said, and the kind of what is read."""
    return value if value is None or isinstance(value, (bool, str)) else type(value).__name__


def _in_order(args: Any, kwargs: Mapping[str, Any]) -> list[KerasTensor]:
    """The symbols of a call in the order of the engine's inputs."""
    names = (
        ("query", "value", "key") if len(args) > 1 or "value" in kwargs else ("inputs", "sequences", "initial_state")
    )
    if names[0] == "query":
        named = {**dict(zip(names, args)), **kwargs}
        query, value = named.get("query"), named.get("value")
        read = [query, value]
        if named.get("key") is not None or named.get("attention_mask") is not None:
            read.append(value if named.get("key") is None else named["key"])
        return list(symbols([*read, named.get("attention_mask")]))
    return [*symbols(args), *symbols([kwargs.get("inputs"), kwargs.get("sequences"), kwargs.get("initial_state")])]


def _margins(kind: str, name: str, value: Any, rank: int) -> Any:
    """Cells before and after, for each dimension."""
    complaint = ValueError(f"{kind}: {name} wants a number, or {rank} of them, or pairs of them; found {value}")
    if np.ndim(value) == 0:
        value = (value,) * (2 if rank == 1 else rank)
    value = tuple(value)
    if rank == 1:
        if len(value) != 2:
            raise complaint
        return value
    if len(value) != rank:
        raise complaint
    return tuple((item, item) if np.ndim(item) == 0 else tuple(item) for item in value)
