"""OneHotEncoder and OrdinalEncoder beside scikit-learn's, over many drawn cases."""

import pickle
import warnings

import numpy as np
import pytest

pytest.importorskip("sklearn")

import sklearn.preprocessing
from scipy import sparse
from sklearn.compose import make_column_transformer

import tern.sklearn

LETTERS = np.array(list("abcdefgh"))


def values(random, kind, rows, columns, more=0):
    places = random.integers(0, 5 + more, size=(rows, columns))
    if kind == "nan":
        return np.where(random.random(places.shape) < 0.2, np.nan, places * 1.5)
    return places if kind == "int" else LETTERS[places] if kind == "str" else LETTERS[places].astype(object)


def case(random):
    name = str(random.choice(["OneHotEncoder", "OrdinalEncoder"]))
    kind, columns = str(random.choice(["int", "nan", "str", "object"])), int(random.integers(1, 4))
    x = values(random, kind, int(random.integers(1, 30)), columns)
    parameters = {}
    if random.random() < 0.4:
        parameters["min_frequency"] = [2, 3, 0.2, 0.4][random.integers(4)]
    if random.random() < 0.4:
        parameters["max_categories"] = int(random.integers(1, 5))
    if random.random() < 0.2 and kind in ("int", "str"):
        parameters["categories"] = [list(range(8)) if kind == "int" else list("abcdefgh")] * columns
    if name == "OneHotEncoder":
        parameters["handle_unknown"] = str(random.choice(["error", "ignore", "infrequent_if_exist", "warn"]))
        parameters["drop"] = [None, "first", "if_binary"][random.integers(3)]
        parameters["sparse_output"] = bool(random.random() < 0.5)
    elif random.random() < 0.6:
        parameters |= {"handle_unknown": "use_encoded_value", "unknown_value": [-1, np.nan, 99][random.integers(3)]}
        parameters["encoded_missing_value"] = [np.nan, -2, 50][random.integers(3)]
    return name, parameters, x, values(random, kind, 6, columns, int(random.integers(0, 3)))


def told(module, name, parameters, x, new):
    """All that the encoder says, errors and warnings included."""
    said = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")

        def note(function):
            try:
                value = function()
            except (ValueError, TypeError, AttributeError, IndexError) as error:
                value = type(error), str(error)
            if sparse.issparse(value):
                value = type(value), value.dtype, value.indices.dtype, value.toarray()
            said.append(repr(value))

        try:
            encoder = getattr(module, name)(**parameters).fit(x)
        except (ValueError, TypeError) as error:
            return [type(error), str(error)], []
        note(lambda: encoder.transform(new))
        note(lambda: encoder.fit_transform(x))
        note(lambda: encoder.inverse_transform(encoder.transform(x)))
        note(lambda: encoder.inverse_transform(encoder.transform(new)))
        note(lambda: encoder.get_feature_names_out())
        note(lambda: encoder.infrequent_categories_)
        note(lambda: pickle.loads(pickle.dumps(encoder)).transform(x))
    return said, [str(warning.message) for warning in caught]


@pytest.mark.parametrize("seed", range(8))
def test_drawn_cases_are_scikit_learns(seed):
    random = np.random.default_rng(seed)
    for number in range(40):
        drawn = case(random)
        assert told(tern.sklearn, *drawn) == told(sklearn.preprocessing, *drawn), (number, *drawn[:2])


def test_frames_in_and_out():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"sky": ["clear", "cloud", "clear"], "t": [1.0, 2.0, 3.0]})
    both = make_column_transformer(
        (tern.sklearn.OneHotEncoder(sparse_output=False), ["sky"]), (tern.sklearn.StandardScaler(), ["t"])
    ).set_output(transform="pandas")
    out = both.fit_transform(frame)
    assert list(out.columns) == ["onehotencoder__sky_clear", "onehotencoder__sky_cloud", "standardscaler__t"]
    with pytest.raises(ValueError, match="does not support sparse data"):
        tern.sklearn.OneHotEncoder().set_output(transform="pandas").fit_transform(frame[["sky"]])


def test_a_number_that_two_things_would_have_is_refused():
    x = np.array([[0], [0], [1], [2]])
    encoder = tern.sklearn.OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=1, min_frequency=2)
    with pytest.raises(ValueError, match="unknown_value is 1"):
        encoder.fit(x)


@pytest.mark.parametrize("name", ["OneHotEncoder", "OrdinalEncoder"])
def test_several_threads_transform_with_one_encoder(name, monkeypatch):
    x = np.array([["a"], ["a"], ["b"], ["c"]], object)
    encoder = getattr(tern.sklearn, name)(min_frequency=2).fit(x)
    expected, found = encoder.transform(x), []
    plain = sklearn.preprocessing._encoders._BaseEncoder._check_X

    def checked(self, *arguments, **named):
        # Another call begins and ends while one is under way.
        if not found:
            found.append(None)
            found[0] = encoder.transform(x)
        return plain(self, *arguments, **named)

    monkeypatch.setattr(sklearn.preprocessing._encoders._BaseEncoder, "_check_X", checked)
    for result in (encoder.transform(x), *found):
        assert (result != expected).sum() == 0
