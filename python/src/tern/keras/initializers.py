"""How weights begin, by Keras's names."""

from __future__ import annotations

import sys
from typing import Any

from ._json import encoded, found
from ._table import Configured, made


class Initializer(Configured):
    """What all initialisers are: arguments, for the engine to use."""


globals().update(made("initializers", Initializer, title="initialiser"))


def get(identifier: Any) -> Any:
    """The initialiser of a name, a description, or as it is; None of None.

    Raises
    ------
    ValueError
        For a name that Keras has not.
    """
    return found(sys.modules[__name__], identifier, "initialiser")


def serialize(value: Initializer) -> Any:
    """The initialiser as Keras's JSON."""
    return encoded(value, "initialiser")


deserialize = get
