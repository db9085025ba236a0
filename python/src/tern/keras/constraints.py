"""What weights are brought back to after each step, by Keras's names."""

from __future__ import annotations

import sys
from typing import Any

from ._json import encoded, found
from ._table import Configured, made


class Constraint(Configured):
    """What all constraints are: arguments, for the engine to use."""


globals().update(made("constraints", Constraint, title="constraint"))


def get(identifier: Any) -> Any:
    """The constraint of a name, a description, or as it is; None of None.

    Raises
    ------
    ValueError
        For a name that Keras has not.
    """
    return found(sys.modules[__name__], identifier, "constraint")


def serialize(value: Constraint) -> Any:
    """The constraint as Keras's JSON."""
    return encoded(value, "constraint")


deserialize = get
