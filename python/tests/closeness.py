"""How results that may be nested are compared."""

import numpy as np


def close(found, expected, rtol):
    """Asserts that numbers are near those expected, and dicts and lists of them alike."""
    if isinstance(expected, dict):
        assert sorted(found) == sorted(expected)
        for name, value in expected.items():
            close(found[name], value, rtol)
    elif isinstance(expected, (list, tuple)):
        assert len(found) == len(expected)
        for one, other in zip(found, expected):
            close(one, other, rtol)
    else:
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=1e-5)
