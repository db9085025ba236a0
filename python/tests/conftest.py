"""Tests run from the checkout find the package there; the library is the one that TERN_LIBRARY names."""

import sys
from pathlib import Path

import pytest

_source = Path(__file__).resolve().parents[1] / "src"
if (_source / "tern").exists():
    sys.path.insert(0, str(_source))


@pytest.fixture
def line():
    """Four points on y = 2 x + 1."""
    import numpy as np

    return np.array([[0.0], [1], [2], [3]]), np.array([1.0, 3, 5, 7])
