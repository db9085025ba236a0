"""The form of a model's inputs or outputs: one, a list, a tuple or a dict, as the model was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class Form(NamedTuple):
    """How inputs or outputs were given; those of a dict stand in the order of their names, as in Keras."""

    kind: str = "one"
    """``"one"``, ``"list"``, ``"tuple"`` or ``"dict"``."""
    declared: tuple[str, ...] = ()
    """The names of a dict in the order in which it was written."""

    @classmethod
    def of(cls, given: Any) -> Form:
        """The form of what a model, or a method, is given."""
        kind = kind_of(given)
        return cls(kind, tuple(given) if kind == "dict" else ())

    @property
    def keys(self) -> list[str] | None:
        """The names of a dict in order; None of other forms."""
        return sorted(self.declared) if self.kind == "dict" else None

    def packed(self, values: list[Any]) -> Any:
        """Values in the model's order, in this form; a list of one stays a list."""
        if self.kind == "dict":
            by_name = dict(zip(sorted(self.declared), values))
            return {name: by_name[name] for name in self.declared}
        return values[0] if self.kind == "one" else list(values)

    def given_back(self, values: list[Any]) -> Any:
        """What a model gives: as `packed`, but one of a list by itself."""
        return values[0] if self.kind != "dict" and len(values) == 1 else self.packed(values)

    def predicted(self, values: list[Any]) -> Any:
        """What a model predicts: as `given_back`, but a dict in the order of its names, as in Keras."""
        return dict(zip(self.keys or (), values)) if self.kind == "dict" else self.given_back(values)


def kind_of(given: Any) -> str:
    """Whether it is a dict, a list, a tuple, or one."""
    if isinstance(given, Mapping):
        return "dict"
    return "list" if isinstance(given, list) else "tuple" if isinstance(given, tuple) else "one"


def flat(given: Any) -> list[Any]:
    """What a dict, list or tuple holds, in order; that of a dict in the order of its names."""
    if isinstance(given, Mapping):
        return [given[name] for name in sorted(given)]
    return list(given) if isinstance(given, (list, tuple)) else [given]
