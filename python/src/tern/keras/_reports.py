"""What a training reports, by the names that `compile` was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import losses as _losses
from . import metrics as _metrics


def by_output(given: Any, names: list[str], layers: list[str], what: str, *, is_listed: bool = False) -> list[Any]:
    """What is given for each output: one for all, a list, or a mapping by the names of the outputs.

    Parameters
    ----------
    given
        Of `compile`, or weights of `fit`.
    names, layers : list of str
        The outputs' names, and the names of the layers that give them, which are known too.
    what : str
        How errors call it.
    is_listed : bool
        Whether an output may have a list of its own, so that a list is one for all where there is one output.

    Raises
    ------
    ValueError
        Where a name is none of an output's, or the number is another.
    """
    if isinstance(given, Mapping) and not is_described(given):
        known = {**dict(zip(layers, names)), **dict(zip(names, names))}
        odd = [name for name in given if name not in known]
        if odd:
            raise ValueError(f"{what}: there is no output {odd[0]!r}; the model has {', '.join(names)}")
        found = {known[name]: value for name, value in given.items()}
        return [found.get(name) for name in names]
    if isinstance(given, (list, tuple)):
        nested = any(isinstance(item, (list, tuple)) for item in given)
        if is_listed and len(names) == 1 and not nested:
            return [given]
        if len(given) != len(names):
            raise ValueError(f"{what}: {len(given)} are given for {len(names)} outputs, {', '.join(names)}")
        return list(given)
    return [given for _ in names]


def is_described(value: Any) -> bool:
    """Whether a mapping is an object as Keras's JSON has it."""
    return isinstance(value, Mapping) and "class_name" in value


def metric_names(metrics: Any, weighted: Any, names: list[str], layers: list[str]) -> list[str]:
    """The names under which Keras reports the metrics, in the order in which `compile` was given them."""
    counts: dict[str, int] = {}
    found: list[str] = []
    for given, is_weighted in ((metrics, False), (weighted, True)):
        for name, items in zip(names, by_output(given, names, layers, "metrics", is_listed=True)):
            start = f"{name}_" if len(names) > 1 else ""
            for item in items if isinstance(items, (list, tuple)) else [items]:
                if item is None:
                    continue
                full = start + metric_name(item)
                if full in counts and is_weighted:
                    full = f"{start}weighted_{metric_name(item)}"
                count = counts.get(full, 0)
                counts[full] = count + 1
                found.append(f"{full}_{count}" if count else full)
    return found


def metric_name(metric: Any) -> str:
    """What Keras calls a metric: as it was named, or by its own name."""
    if isinstance(metric, str):
        return metric
    if is_described(metric):
        metric = _losses.get(metric) if "losses" in str(metric.get("module")) else _metrics.get(metric)
    return getattr(metric, "name", None) or getattr(metric, "__name__", str(metric))


def named(value: Any, module: Any) -> Any:
    """The value, with names looked up so that a wrong one is told at once; it stays a name, as Keras writes it."""
    if isinstance(value, str):
        if value not in ("accuracy", "acc", "crossentropy", "ce"):
            module.get(value)
    elif isinstance(value, (list, tuple)):
        for item in value:
            named(item, module)
    elif isinstance(value, Mapping) and not is_described(value):
        for item in value.values():
            named(item, module)
    elif callable(value) and not hasattr(value, "get_config") and not hasattr(value, "_keras_function"):
        raise TypeError(
            f"{getattr(value, '__name__', value)} is Python code of one's own, which the engine does not run; "
            "name one of Keras's"
        )
    return value
