"""Arguments that would be taken for something else: numbers that are no whole ones, a text for a list of texts."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any


def integer(value: Any, name: str) -> int:
    """A whole number, of Python's or NumPy's.

    Raises
    ------
    TypeError
        For fractions, texts and truths.
    """
    if not isinstance(value, bool) and hasattr(value, "__index__"):
        return operator.index(value)
    raise TypeError(f"{name} is {value!r}; it is to be a whole number")


def texts(values: Sequence[str], name: str) -> list[str]:
    """Texts in a sequence.

    Raises
    ------
    TypeError
        For one text, and what holds others.
    """
    if isinstance(values, (str, bytes)):
        raise TypeError(f"{name} is {values!r}; it is to be a list of texts: [{values!r}]")
    found = list(values)
    if not all(isinstance(value, str) for value in found):
        raise TypeError(f"{name} is {found!r}; it is to be a list of texts")
    return found


__all__ = ["integer", "texts"]
