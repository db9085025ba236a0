"""Neural networks and estimators for the earth sciences, in one fast engine.

`tern.open` opens what the command ``tern`` or a program has trained, and `Model.predict` asks it, on NumPy arrays,
xarray and pandas objects:

>>> import tern
>>> model = tern.make({"estimator": "Ridge", "parameters": {"alpha": 5}})
>>> model.fit([[0.0], [1], [2], [3]], [1.0, 3, 5, 7])
>>> model.predict([[4.0], [5]])
array([6.5, 7.5])

`tern.sklearn` holds estimators that stand in for scikit-learn's of the same name:

>>> from tern.sklearn import MLPRegressor
>>> MLPRegressor(hidden_layer_sizes=(10,), random_state=1)
MLPRegressor(hidden_layer_sizes=(10,), random_state=1)

`tern.data` reads and writes NetCDF files and Zarr stores as xarray objects, and `tern.experiment` runs experiments on
them; `tern.keras` has Keras's names.

All arithmetic is the engine's (``libtern``); Python's lock is given up while it computes.
"""

from __future__ import annotations

from . import _library, data, experiment
from ._checks import integer
from ._handle import Port, Progress
from ._model import Model, make, open
from ._version import version as __version__


def threads() -> int:
    """The number of threads that the engine computes with."""
    return int(_library.library.tern_threads())


def set_threads(count: int) -> None:
    """Sets the number of threads that the engine computes with, for all models.

    Parameters
    ----------
    count : int
        At least 1.
    """
    _library.check(_library.library.tern_set_threads(integer(count, "count")))


__all__ = [
    "Model", "Port", "Progress", "__version__", "data", "experiment", "make", "open", "set_threads", "threads",
]  # fmt: skip
