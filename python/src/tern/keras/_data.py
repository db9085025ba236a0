"""What models are given: arrays in order or by name, in the forms that Keras takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from .._arrays import usable
from .._labels import check_examples, labels
from ._assignment import Outputs
from ._form import Form, flat, kind_of


class Data:
    """What a model has for arrays of examples."""

    name: str
    _input_form = Form()
    _output_form = Form()
    _is_chain = False

    @property
    def _outputs(self) -> Outputs:
        return Outputs(self._output_form, self.output_names, self._is_chain)

    def _measure(self, x: Any) -> None:
        """Open lengths of inputs from data."""
        lengths = [list(np.shape(array)[1:]) for array in self._inputs_in_order(x)]
        if self._lengths is not None and lengths != self._lengths:
            raise ValueError(
                f"model {self.name!r} has taken the shapes {self._lengths} for its inputs, and now gets {lengths}; the "
                "engine's models have fixed lengths: make another model and give it these weights"
            )
        self._lengths = lengths

    def _inputs_in_order(self, given: Any, *, is_call: bool = False) -> list[Any]:
        """What is given for each input.

        Raises
        ------
        ValueError
            Where Keras refuses the form, or takes it by number though it has names.
        """
        layers, keys = self.input_names, self._input_form.keys
        names = keys or layers
        if isinstance(given, Mapping):
            found = [str(name) for name in sorted(given)][: len(names)]
            if keys is None or found == keys:
                missing = [name for name in names if name not in given]
                if not missing:
                    return [given[name] for name in names]
            elif found == layers and not is_call:
                return flat(given)[: len(layers)]
            missing = [name for name in names if name not in given]
            if not missing:
                raise ValueError(
                    f"x of model {self.name!r}: it takes {', '.join(names)}, and no more; there are {', '.join(given)}"
                )
            raise ValueError(
                f"x of model {self.name!r}: {', '.join(missing)} is missing; there are {', '.join(map(str, given))}"
            )
        if isinstance(given, (list, tuple)):
            if keys is not None and list(self._input_form.declared) != keys:
                raise ValueError(
                    f"x of model {self.name!r}: its arrays go by name, {', '.join(names)}; give a dict of them"
                )
            if len(given) != len(names):
                raise ValueError(f"x of model {self.name!r}: arrays for {', '.join(names)} are wanted")
            return list(given)
        if len(names) > 1:
            raise ValueError(f"x of model {self.name!r}: arrays for {', '.join(names)} are wanted")
        return [given]

    def _targets_in_order(self, given: Any) -> list[Any]:
        """What is given for each output.

        Raises
        ------
        ValueError
            Where Keras refuses the form.
        """
        form, names = self._output_form, self._outputs.names
        kind, wanted = kind_of(given), f"y of model {self.name!r}: "
        if kind == "dict":
            if form.kind != "dict" and (len(names) == 1 or self._is_chain):
                raise ValueError(f"{wanted}it has one output without a name; give an array, and no dict")
            if sorted(given) != sorted(names):
                missing = [name for name in names if name not in given]
                told = f"{', '.join(missing)} is missing" if missing else f"it has {', '.join(names)} alone"
                raise ValueError(f"{wanted}{told}; there are {', '.join(map(str, given))}")
            return [given[name] for name in names]
        if kind == "one":
            if len(names) > 1:
                raise ValueError(f"{wanted}arrays for {', '.join(names)} are wanted")
            return [given]
        if len(given) != len(names):
            raise ValueError(f"{wanted}arrays for {', '.join(names)} are wanted")
        return list(given)

    def _arrays_of(self, given: list[Any], names: list[str], what: str) -> list[np.ndarray]:
        """One array for each input or output; vectors as columns."""
        arrays = []
        for array, name in zip(given, names):
            if hasattr(array, "element_spec") or hasattr(array, "__next__") or callable(array):
                raise TypeError(
                    f"{what} is {type(array).__name__}; the engine takes arrays, and no generators or datasets"
                )
            if not hasattr(array, "shape") and not hasattr(array, "__array__"):
                raise ValueError(
                    f"{what} {name!r} is {type(array).__name__}, and no array; make one of it by np.array first"
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
        names = self._input_form.keys or self.input_names
        arrays = self._arrays_of(self._inputs_in_order(x), names, "x")
        for array, symbol in zip(arrays, self.inputs):
            if len(array.shape) != len(symbol.shape) or any(
                n is not None and n != m for n, m in zip(symbol.shape[1:], array.shape[1:])
            ):
                raise ValueError(
                    f"Input {symbol.name!r} of model {self.name!r} is incompatible: expected shape={symbol.shape}, "
                    f"found shape={array.shape}"
                )
        return arrays

    def _examples(
        self, x: Any, y: Any, sample_weight: Any, prefix: str = "", *, is_batch: bool = False
    ) -> dict[str, np.ndarray]:
        inputs = self._inputs(x)
        if y is None:
            raise ValueError("y is missing: the engine trains on arrays x and y")
        targets = self._arrays_of(self._targets_in_order(y), self._outputs.names, "y")
        if len(targets[0]) != len(inputs[0]):
            raise ValueError(
                "Data cardinality is ambiguous. Make sure all arrays contain the same number of samples: "
                f"x sizes: {len(inputs[0])} y sizes: {len(targets[0])}"
            )
        # Keras goes by position; rows that say of themselves that they are in another order are a mistake.
        weights = {} if sample_weight is None else self._weights_in_order(sample_weight, y, is_batch)
        parts = {"x": self._inputs_in_order(x), "y": self._targets_in_order(y), "sample_weight": [*weights.values()]}
        labelled = [(prefix + name, labels(part)) for name, several in parts.items() for part in several]
        check_examples(labelled, order_alone=True)
        arrays = {f"{prefix}x{number}": array for number, array in enumerate(inputs)}
        arrays |= {f"{prefix}y{number}": array for number, array in enumerate(targets)}
        return arrays | {
            prefix + key: _weights(part, len(inputs[0])) for key, part in weights.items() if part is not None
        }

    def _weights_in_order(self, given: Any, y: Any, is_batch: bool) -> dict[str, Any]:
        """Weights of examples for all outputs alike, or for each.

        Keras holds them against the form of y, but not those of single batches; then it looks for them where the
        outputs are.
        """
        form, names = self._output_form, self._outputs.names
        kind, of_targets = kind_of(given), kind_of(y)
        where = kind
        if of_targets != "one" and not is_batch:
            if kind == "one":
                shape = np.shape(given)
                if len(shape) != 1 and not (len(shape) == 2 and shape[1] == 1):
                    raise ValueError(
                        f"sample_weight has the shape {shape}; one for several outputs has a number for each example"
                    )
                where = of_targets
            elif kind != of_targets or len(given) != len(y) or kind == "dict" and sorted(given) != sorted(y):
                raise ValueError(
                    f"sample_weight is to be an array, or to have the form of y, a {of_targets} of "
                    f"{', '.join(names) if of_targets == 'dict' else len(y)}"
                )
        fits = {"dict": where in ("one", "dict"), "one": where != "dict"}.get(form.kind, where != "dict")
        if not fits:
            there, here = ("by name", "by number") if form.kind == "dict" else ("by number", "by name")
            raise ValueError(
                f"sample_weight: the outputs go {there}, {', '.join(names)}, and y or the weights {here}; Keras finds "
                "no weights there"
            )
        if kind == "one":
            return {"sample_weight": given}
        if kind == "dict" and sorted(given) != sorted(names) or len(given) != len(names):
            odd = [name for name in given if name not in names] if kind == "dict" else []
            told = f"there is no output {odd[0]!r}" if odd else f"{len(given)} are given for {len(names)} outputs"
            raise ValueError(f"sample_weight: {told}; the model has {', '.join(names)}")
        parts = [given[name] for name in names] if kind == "dict" else list(given)
        if len(parts) == 1 and form.kind != "dict" and parts[0] is None:
            raise ValueError("sample_weight is a list of None; give None, or an array")
        return {f"sample_weight{number}": part for number, part in enumerate(parts)}


def _weights(part: Any, examples: int) -> np.ndarray:
    weights = np.asarray(part, np.float32)
    if weights.ndim == 0 or len(weights) != examples:
        raise ValueError(
            f"sample_weight has the shape {np.shape(part)}; it must have {examples} numbers, one for each example"
        )
    return usable(weights, "sample_weight")
