"""What models are given: arrays in order or by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._arrays import usable
from .._labels import check_examples, labels
from ._reports import by_output


class Data:
    """What a model has for arrays of examples."""

    name: str
    _input_keys: list[str] | None = None
    """The names of the inputs, where the model was made of a mapping; else those of its input layers count."""
    _output_keys: list[str] | None = None

    def _names(self, what: str) -> tuple[list[str], list[str]]:
        """The names of inputs or outputs, and those of their layers."""
        keys, layers = (self._input_keys, self.input_names) if what == "x" else (self._output_keys, self.output_names)
        return keys or layers, layers

    def _measure(self, x: Any) -> None:
        """Open lengths of inputs from data."""
        lengths = [list(np.shape(array)[1:]) for array in self._in_order_of(x, "x")]
        if self._lengths is not None and lengths != self._lengths:
            raise ValueError(
                f"model {self.name!r} has taken the shapes {self._lengths} for its inputs, and now gets {lengths}; the "
                "engine's models have fixed lengths: make another model and give it these weights"
            )
        self._lengths = lengths

    def _in_order_of(self, given: Any, what: str) -> list[Any]:
        """What is given for each input ("x") or output ("y")."""
        names, layers = self._names(what)
        if isinstance(given, Mapping):
            found = [given.get(name, given.get(layer)) for name, layer in zip(names, layers)]
            missing = [name for name, array in zip(names, found) if array is None]
            if missing:
                raise ValueError(
                    f"{what} of model {self.name!r}: {', '.join(missing)} is missing; there are {', '.join(given)}"
                )
            return found
        if len(names) > 1:
            if not isinstance(given, (list, tuple)) or len(given) != len(names):
                raise ValueError(f"{what} of model {self.name!r}: arrays for {', '.join(names)} are wanted")
            # Keras takes targets in the order of the names.
            if names != layers and what == "x":
                raise ValueError(
                    f"{what} of model {self.name!r}: its arrays go by name, {', '.join(names)}; give a dict of them"
                )
            return list(given)
        if isinstance(given, (list, tuple)) and len(given) == 1 and hasattr(given[0], "shape") and given[0].ndim > 0:
            return [given[0]]
        return [given]

    def _listed_arrays(self, given: Any, what: str) -> list[np.ndarray]:
        """One array for each input or output; vectors as columns."""
        arrays = []
        for array, name in zip(self._in_order_of(given, what), self._names(what)[0]):
            if hasattr(array, "element_spec") or hasattr(array, "__next__") or callable(array):
                raise TypeError(
                    f"{what} is {type(array).__name__}; the engine takes arrays, and no generators or datasets"
                )
            array = usable(array.to_numpy() if hasattr(array, "to_numpy") else array, f"{what} {name!r}")
            if array.ndim == 0:
                raise ValueError(f"{what} {name!r} is a number; an array is wanted, the number of examples first")
            arrays.append(array[:, None] if array.ndim == 1 else array)
        counts = {len(array) for array in arrays}
        if len(counts) > 1:
            raise ValueError(
                "Data cardinality is ambiguous. Make sure all arrays contain the same number of samples: "
                f"{sorted(counts)}"
            )
        return arrays

    def _inputs(self, x: Any) -> list[np.ndarray]:
        self._prepare(x)
        arrays = self._listed_arrays(x, "x")
        for array, symbol in zip(arrays, self.inputs):
            if len(array.shape) != len(symbol.shape) or any(
                n is not None and n != m for n, m in zip(symbol.shape[1:], array.shape[1:])
            ):
                raise ValueError(
                    f"Input {symbol.name!r} of model {self.name!r} is incompatible: expected shape={symbol.shape}, "
                    f"found shape={array.shape}"
                )
        return arrays

    def _examples(self, x: Any, y: Any, sample_weight: Any, prefix: str = "") -> dict[str, np.ndarray]:
        inputs = self._inputs(x)
        if y is None:
            raise ValueError("y is missing: the engine trains on arrays x and y")
        targets = self._listed_arrays(y, "y")
        if len(targets[0]) != len(inputs[0]):
            raise ValueError(
                "Data cardinality is ambiguous. Make sure all arrays contain the same number of samples: "
                f"x sizes: {len(inputs[0])} y sizes: {len(targets[0])}"
            )
        # Keras goes by position; rows that say of themselves that they are in another order are a mistake.
        parts = {"x": self._in_order_of(x, "x"), "y": self._in_order_of(y, "y"), "sample_weight": [sample_weight]}
        labelled = [(prefix + name, labels(part)) for name, several in parts.items() for part in several]
        check_examples(labelled, order_alone=True)
        arrays = {f"{prefix}x{number}": array for number, array in enumerate(inputs)}
        arrays |= {f"{prefix}y{number}": array for number, array in enumerate(targets)}
        return arrays | self._weights_by_output(sample_weight, len(inputs[0]), prefix)

    def _weights_by_output(self, given: Any, examples: int, prefix: str) -> dict[str, np.ndarray]:
        """Weights of examples for all outputs alike, or for each."""
        names, layers = self._names("y")
        by_itself = isinstance(given, (list, tuple)) and any(one is None or np.ndim(one) for one in given)
        if not by_itself and not isinstance(given, Mapping):
            parts = {} if given is None else {"sample_weight": given}
        else:
            found = by_output(given, names, layers, "sample_weight")
            parts = {f"sample_weight{i}": one for i, one in enumerate(found) if one is not None}
        arrays = {}
        for key, part in parts.items():
            weights = np.asarray(part, np.float32)
            if weights.ndim > 1 and weights.shape[-1] == 1:
                weights = weights[..., 0]
            if weights.ndim == 0 or len(weights) != examples:
                raise ValueError(
                    f"sample_weight has the shape {np.shape(part)}; it must have {examples} numbers, one for each "
                    "example"
                )
            arrays[prefix + key] = usable(weights, "sample_weight")
        return arrays
