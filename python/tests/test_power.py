"""What a power transformer warns of, as scikit-learn's does, or where that says nothing."""

import warnings

import numpy as np
import pytest

pytest.importorskip("sklearn")

import tern.sklearn as ours

KELVIN = 288 + np.random.RandomState(5).randn(57)[:, None]


def test_powers_that_are_all_alike_are_told():
    with pytest.warns(UserWarning, match="column 0 varies too little beside its mean"):
        ours.PowerTransformer().fit(KELVIN)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_an_exponent_whose_powers_are_too_large_is_told(dtype):
    years = np.array([[2003], [1950], [1997], [2000], [2009]], dtype)
    with pytest.warns(UserWarning, match="the likeliest exponent of column 0 is"):
        ours.PowerTransformer(method="box-cox").fit(years)


def test_what_no_power_is_has_no_value_and_is_told():
    x = np.random.RandomState(0).lognormal(sigma=1.5, size=(50, 1))
    power = ours.PowerTransformer().fit(x)
    with pytest.warns(UserWarning, match="column 0 of the inverse-transformed data are NaN"):
        back = power.inverse_transform([[3.0], [5.0]])
    assert np.isnan(back).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isnan(power.inverse_transform([[0.1], [np.nan]])).tolist() == [[False], [True]]
