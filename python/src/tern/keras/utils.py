"""Seeds, and small things that notebooks take from Keras."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

_state = {"seed": 0, "count": 0, "set": False}


def set_random_seed(seed: int) -> None:
    """Begins all streams anew: of weights and shuffles in the engine, of Python and of NumPy.

    The engine's streams are not Keras's: a seed gives other weights there.
    """
    random.seed(seed)
    np.random.seed(seed)
    _state.update(seed=int(seed), count=0, set=True)


def next_seed() -> int:
    """A seed for the engine: the next of the stream that `set_random_seed` began, else one drawn anew."""
    if not _state["set"]:
        return int(np.random.SeedSequence().generate_state(1, np.uint32)[0])
    _state["count"] += 1
    return int(np.random.SeedSequence([_state["seed"], _state["count"]]).generate_state(1, np.uint32)[0])


def clear_session(free_memory: bool = True) -> None:
    """Begins the numbers in automatic names anew."""
    from ._layer import forget_names

    forget_names()


def to_categorical(x: Any, num_classes: int | None = None) -> np.ndarray:
    """Whole numbers as rows with a 1 in their place.

    Parameters
    ----------
    x : array-like of int
        Of shape (n,) or (n, 1).
    num_classes : int, optional
        One more than the largest where it is not given.

    Returns
    -------
    ndarray of shape (n, num_classes)
    """
    x = np.asarray(x, dtype="int64")
    shape = x.shape[:-1] if x.ndim > 1 and x.shape[-1] == 1 else x.shape
    flat = x.reshape(-1)
    count = int(flat.max()) + 1 if num_classes is None else num_classes
    if flat.size and (flat.min() < 0 or flat.max() >= count):
        raise ValueError(f"to_categorical: {flat.min()} to {flat.max()} do not fit into {count} classes")
    return np.eye(count)[flat].reshape(*shape, count)


def normalize(x: Any, axis: int = -1, order: int = 2) -> np.ndarray:
    """The array divided by its norms along an axis."""
    x = np.asarray(x)
    norms = np.atleast_1d(np.linalg.norm(x, order, axis))
    norms[norms == 0] = 1
    return x / np.expand_dims(norms, axis)
