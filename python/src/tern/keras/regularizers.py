"""Penalties on weights, by Keras's names."""

from __future__ import annotations

import sys
from typing import Any

from ._json import encoded, found
from ._table import Configured, made


class Regularizer(Configured):
    """What all penalties are: arguments, for the engine to use."""


globals().update(made("regularizers", Regularizer, title="penalty"))


def get(identifier: Any) -> Any:
    """The penalty of a name, a description, or as it is; None of None.

    Raises
    ------
    ValueError
        For a name that Keras has not.
    """
    return found(sys.modules[__name__], identifier, "penalty")


def serialize(value: Regularizer) -> Any:
    """The penalty as Keras's JSON."""
    return encoded(value, "penalty")


deserialize = get
