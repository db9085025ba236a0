"""Tests run from the checkout find the package there; the library is the one that TERN_LIBRARY names."""

import os
import sys
from pathlib import Path

import pytest

_package = Path(__file__).resolve().parents[1]
if (_package / "src/tern").exists():
    sys.path.insert(0, str(_package / "src"))
# Real Keras asks for it when it is imported.
os.environ.setdefault("KERAS_BACKEND", "jax")


@pytest.fixture
def line():
    """Four points on y = 2 x + 1."""
    import numpy as np

    return np.array([[0.0], [1], [2], [3]]), np.array([1.0, 3, 5, 7])


@pytest.fixture
def command():
    """The command of the same checkout."""
    path = _package.parent / ".build/release/tern"
    if not path.exists():
        pytest.skip("the command is not built")
    return path
