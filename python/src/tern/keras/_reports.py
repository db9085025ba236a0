"""What a training reports, by the names that `compile` was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import losses as _losses
from . import metrics as _metrics
from ._assignment import is_described


def metric_names(metrics: list[list[Any]], weighted: list[list[Any]], names: list[str]) -> list[str]:
    """The names under which Keras reports the metrics of outputs, in the order in which `compile` was given them."""
    counts: dict[str, int] = {}
    found: list[str] = []
    for lists, is_weighted in ((metrics, False), (weighted, True)):
        for name, items in zip(names, lists):
            start = f"{name}_" if len(names) > 1 else ""
            for item in items:
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
        # Those of which Keras's `compile` chooses the kind.
        if value.lower() not in (("accuracy", "acc") if module is _metrics else ("crossentropy", "ce")):
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
