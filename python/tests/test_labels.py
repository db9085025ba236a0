"""What pandas and xarray objects say of their places is compared, and never taken by position."""

import copy
import pickle
import subprocess

import numpy as np
import pytest

import tern

pandas = pytest.importorskip("pandas")
xarray = pytest.importorskip("xarray")

DATES = pandas.date_range("2000-01-01", periods=6)
RANDOM = np.random.default_rng(5)


def frame(**columns):
    return pandas.DataFrame({"a": [0.0, 1, 2, 3, 4, 5], "b": [1.0, 0, 1, 0, 1, 0], **columns}, DATES)


def target():
    return pandas.Series(2 * frame()["a"] + frame()["b"], DATES)


def ridge():
    return tern.make({"estimator": "Ridge", "parameters": {"alpha": 1e-9}})


def fitted(x=None, y=None):
    model = ridge()
    model.fit(frame() if x is None else x, target() if y is None else y)
    return model


def maps(**changes):
    """Maps of as many rows as columns, whose labels alone tell them apart."""
    coords = {"time": DATES, "lat": [-10.0, 0.0, 10.0], "lon": [0.0, 120.0, 240.0], **changes}
    return xarray.DataArray(RANDOM.normal(size=(6, 3, 3)), coords, ("time", "lat", "lon"))


def network():
    model = tern.make(
        {
            "model": {"layers": [{"flatten": {}}, {"dense": {"units": 4}}]},
            "input": [3, 3], "output": [4], "training": {"epochs": 1, "loss": "mean_squared_error"}, "seed": 1,
        }
    )  # fmt: skip
    return model


@pytest.fixture
def by_command(command, tmp_path):
    """What `tern fit` makes of a table."""

    def fitted(table, target, *arguments):
        source, file = tmp_path / "table.csv", tmp_path / "model.safetensors"
        table.to_csv(source, index=False)
        subprocess.run(
            [command, "fit", source, "--target", target, *arguments, "-o", file], check=True, capture_output=True
        )
        return tern.open(file)

    return fitted


class TestColumns:
    def test_columns_in_another_order_are_refused(self):
        with pytest.raises(ValueError, match=r"columns in another order.*label 1 is 'b', but 'a'.*\['a', 'b'\]"):
            fitted().predict(frame()[["b", "a"]])

    def test_other_columns_are_refused_and_named(self):
        with pytest.raises(ValueError, match="other columns.*lacking are 'b', unknown are 'c'"):
            fitted().predict(frame().rename(columns={"b": "c"}))
        with pytest.raises(ValueError, match="unknown are 'c'"):
            fitted().predict(frame(c=1.0))

    def test_the_same_columns_and_arrays_are_taken(self):
        model = fitted()
        expected = target().to_numpy()
        assert model.predict(frame()).to_numpy() == pytest.approx(expected)
        assert model.predict(frame().to_numpy()) == pytest.approx(expected)
        assert model.predict(frame().set_axis([0, 1], axis=1)).to_numpy() == pytest.approx(expected)

    @pytest.mark.parametrize("at_fit", [[0, 1], [1, 0]])
    def test_numbers_of_columns_in_another_order_are_refused(self, at_fit):
        model = fitted(frame().set_axis(at_fit, axis=1))
        with pytest.raises(ValueError, match="another order.*label 1 is"):
            model.predict(frame().set_axis(at_fit[::-1], axis=1))
        assert model.predict(frame().set_axis(at_fit, axis=1)).to_numpy() == pytest.approx(target().to_numpy())

    @pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
    def test_copies_know_them(self, copied):
        with pytest.raises(ValueError, match="another order"):
            copied(fitted()).predict(frame()[["b", "a"]])

    def test_another_fit_forgets_them_and_one_that_goes_on_does_not(self):
        model = tern.make({"estimator": "MLPRegressor", "parameters": {"max_iter": 2, "random_state": 1}})
        model.fit(frame(), target())
        with pytest.raises(ValueError, match="another order"):
            model.fit(frame()[["b", "a"]], target(), more=True)
        model.fit(frame().to_numpy(), target().to_numpy(), more=True)
        with pytest.raises(ValueError, match="another order"):
            model.predict(frame()[["b", "a"]])
        model.fit(frame()[["b", "a"]], target())
        assert len(model.predict(frame()[["b", "a"]])) == 6

    def test_predictions_have_the_columns_of_the_targets(self):
        y = pandas.DataFrame({"rain": target(), "snow": -target()})
        assert list(fitted(y=y).predict(frame()).columns) == ["rain", "snow"]


class TestExamples:
    @pytest.mark.parametrize(
        "y",
        [
            target()[::-1],
            target().shift(freq="D"),
            xarray.DataArray(target().to_numpy()[::-1], {"time": DATES[::-1]}, ["time"]),
        ],
    )
    def test_other_dates_are_refused(self, y):
        with pytest.raises(ValueError, match="y and x are not of the same examples.*label 1 is 2000"):
            fitted(y=y)

    def test_the_order_of_shuffled_rows_counts(self):
        rows = frame().reset_index(drop=True)
        with pytest.raises(ValueError, match=r"label 1 is 0, but 3.*reindex"):
            fitted(rows.loc[[3, 1, 2, 0, 5, 4]], target().reset_index(drop=True))

    def test_weights_count_too(self):
        with pytest.raises(ValueError, match="sample_weight and x"):
            ridge().fit(frame(), target(), target()[::-1])

    @pytest.mark.parametrize("y", [target().to_numpy(), target().reset_index(drop=True), list(target())])
    def test_what_has_no_labels_goes_by_position(self, y):
        assert fitted(y=y).predict(frame()).to_numpy() == pytest.approx(target().to_numpy())

    def test_gaps_in_an_index_are_the_same_gaps(self):
        some = frame()["a"] > 1
        fitted(frame()[some], target()[some])
        with pytest.raises(ValueError, match="same examples"):
            fitted(frame()[some], target()[1:5])


class TestDimensions:
    def test_transposed_maps_are_refused(self):
        model = network()
        model.fit(maps(), np.zeros((6, 4)))
        for dims in (("time", "lon", "lat"), ("lat", "lon", "time"), ("lat", "time", "lon")):
            with pytest.raises(ValueError, match="transpose|shape"):
                model.predict(maps().isel(time=slice(3)).transpose(*dims))
        assert model.predict(maps()).dims[0] == "time"

    @pytest.mark.parametrize(
        "changes, message",
        [
            ({"lat": [10.0, 0.0, -10.0]}, r"labels of 'lat' in another order.*sel\(lat=\[-10.0, 0.0, 10.0\]\)"),
            ({"lat": [-11.0, 0.0, 10.0]}, "other labels of 'lat'.*-11.0, but -10.0"),
        ],
    )
    def test_other_coordinates_are_refused(self, changes, message):
        model = network()
        model.fit(maps(), np.zeros((6, 4)))
        with pytest.raises(ValueError, match=message):
            model.predict(maps(**changes))

    def test_coordinates_in_single_precision_are_the_same(self):
        model = network()
        model.fit(maps(lat=[0.1, 0.2, 0.3]), np.zeros((6, 4)))
        model.predict(maps(lat=np.array([0.1, 0.2, 0.3], "f4")))
        model.predict(maps(lat=[0.1, 0.2, 0.3]).rename(time="sample"))
        model.predict(maps(lat=[0.1, 0.2, 0.3]).drop_vars(["lat", "lon"]))
        with pytest.raises(ValueError, match="rename"):
            model.predict(maps().drop_vars("lat").rename(lat="level"))

    def test_dimensions_of_other_names_are_refused_though_their_labels_are_equal(self):
        model = network()
        square = {"lat": [1, 2, 3], "lon": [1, 2, 3]}
        model.fit(maps(**square), np.zeros((6, 4)))
        for names in ({"lat": "level"}, {"lat": "lon", "lon": "level"}, {"lat": "lon", "lon": "lat"}):
            with pytest.raises(ValueError, match="rename|transpose"):
                model.predict(maps(**square).rename(names))
        x = xarray.DataArray(np.eye(3), {"lat": [1, 2, 3]}, ("time", "lat"))
        plain = ridge()
        plain.fit(x, np.zeros(3))
        with pytest.raises(ValueError, match=r"dimension 'lon' where 'lat' stood at the fit.*rename\({'lon': 'lat'}\)"):
            plain.predict(x.rename(lat="lon"))

    def test_targets_turned_round_are_refused(self):
        model = network()
        y = xarray.DataArray(np.zeros((6, 4)), dims=("time", "k"))
        model.fit(maps(), y)
        with pytest.raises(ValueError, match="transpose"):
            ridge().fit(
                xarray.DataArray(np.eye(3), dims=("time", "k")), xarray.DataArray(np.eye(3), dims=("k", "time"))
            )
        with pytest.raises(ValueError, match="rename"):
            model.fit(maps(), y.rename(time="sample"))
        turned = maps().isel(lat=slice(None, None, -1))
        with pytest.raises(ValueError, match="labels of 'lat' in another order"):
            network().fit(maps(), turned)

    def test_predictions_lie_where_the_targets_did(self):
        model = network()
        model.fit(maps(), xarray.DataArray(np.zeros((6, 4)), {"k": list("abcd")}, ("time", "k")))
        found = model.predict(maps())
        assert found.dims == ("time", "k") and list(found.k.values) == list("abcd")

    def test_lengths_that_agree_by_chance_are_no_maps(self):
        model = network()
        model.fit(np.zeros((6, 3, 3)), np.zeros((6, 4)))
        x = xarray.DataArray(np.zeros((4, 3, 3)), {"lat": [1, 2, 3]}, ("time", "lat", "lon"))
        assert model.predict(x).dims == ("time", "output_1")

    def test_other_units_are_said(self):
        model = network()
        model.fit(maps().assign_attrs(units="degC"), np.zeros((6, 4)))
        with pytest.warns(UserWarning, match="in 'K', and the model reads 'degC'"):
            model.predict(maps().assign_attrs(units="K"))


@pytest.mark.parametrize("what", ["y", "sample_weight", "validation_data"])
def test_keras_refuses_rows_in_another_order(what):
    from tern import keras

    model = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    given = {"y": target(), "sample_weight": target(), "validation_data": (frame(), target())}
    assert model.fit(frame(), **given, verbose=0).history["loss"]
    # As in Keras, other labels go by position.
    model.evaluate(frame(), target().shift(freq="D"), verbose=0)
    given[what] = (frame(), target()[::-1]) if what == "validation_data" else given[what][::-1]
    with pytest.raises(ValueError, match="not of the same examples in the same order.*reindex"):
        model.fit(frame(), **given, verbose=0)


def test_more_arrays_than_inputs_are_refused():
    with pytest.raises(ValueError, match="2 arrays"):
        fitted().predict(frame(), frame())


def test_a_model_of_a_table_takes_columns_by_name(by_command):
    table = frame(rain=target())
    model = by_command(table, "rain", "--estimator", "ridge")
    expected = model.predict(table["a"].to_numpy(), table["b"].to_numpy())
    found = model.predict(table[["b", "rain", "a"]])
    assert list(found.index) == list(DATES) and (found.to_numpy() == expected).all()
    with pytest.raises(ValueError, match="'b' is given in the place of 'a'"):
        model.predict(table["b"], table["a"])
    with pytest.raises(ValueError, match="not of the same examples"):
        model.predict(table["a"], table["b"][::-1])
    with pytest.raises(ValueError, match="b is missing"):
        model.predict(table[["a"]])


def test_categories_of_a_table_are_taken_by_their_levels(by_command):
    sky = np.array(["rain", "cloud", "sun"] * 10)
    table = pandas.DataFrame({"sky": sky, "light": np.where(sky == "sun", 9.0, np.where(sky == "rain", 1.0, 4.0))})
    model = by_command(table, "light", "--estimator", "ridge")
    assert model.predict(table[["sky"]]).to_numpy() == pytest.approx(table["light"].to_numpy(), abs=0.7)
    assert model.predict(table["sky"]).to_numpy() == pytest.approx(table["light"].to_numpy(), abs=0.7)
    with pytest.raises(ValueError, match="sky is 'snow' somewhere; its levels are .*cloud"):
        model.predict(pandas.DataFrame({"sky": ["sun", "snow"]}))


def test_levels_may_hold_commas(by_command):
    levels = ["a, b", "c", "d", "e"]
    table = pandas.DataFrame({"kind": levels * 10, "y": [1.0, 10, 20, 30] * 10})
    model = by_command(table, "y", "--estimator", "linear")
    for given in (levels, ["c", "d"]):
        wanted = [dict(zip(levels, [1.0, 10, 20, 30]))[level] for level in given]
        assert model.predict(pandas.DataFrame({"kind": given})).to_numpy() == pytest.approx(wanted, abs=1e-6)
    with pytest.raises(ValueError, match="'a' somewhere"):
        model.predict(pandas.DataFrame({"kind": ["a"]}))


def test_codes_are_levels_and_classes_as_they_are_written(by_command):
    codes = ["01", "02", "7"]
    table = pandas.DataFrame({"k": codes * 10, "y": [1.0, 10, 20] * 10})
    model = by_command(table, "y", "--as-category", "k", "--estimator", "linear")
    for given in (codes, [1, 2, 7], [1.0, 2.0, 7.0]):
        assert model.predict(pandas.DataFrame({"k": given})).to_numpy() == pytest.approx([1, 10, 20], abs=1e-6)
    with pytest.raises(ValueError, match="k is '3' somewhere; its levels are 01, 02, 7"):
        model.predict(pandas.DataFrame({"k": [3]}))
    # Of two levels of its number it may be either.
    twins = by_command(table.replace({"k": {"02": "1"}}), "y", "--as-category", "k", "--estimator", "linear")
    with pytest.raises(ValueError, match="k is '001' somewhere"):
        twins.predict(pandas.DataFrame({"k": ["01", "1", "001"]}))
    classes = pandas.DataFrame({"x": [0.0, 1, 2] * 10, "c": ["007", "7", "12"] * 10})
    found = by_command(classes, "c", "--classify", "--estimator", "logistic").predict(classes[["x"]])
    assert set(found["c"]) == {"007", "7", "12"}


@pytest.mark.parametrize("labels", [[1, 2, 3], [-1, 10], ["fog", "rain, snow"], [False, True]])
def test_classes_of_a_table_come_back_as_it_had_them(by_command, labels):
    places = np.arange(90) % len(labels)
    table = pandas.DataFrame({"x": places + np.linspace(0, 0.1, 90), "sky": np.array(labels)[places]})
    model = by_command(table, "sky", "--classify", "--estimator", "logistic")
    found = model.predict(table)
    assert (found["sky"] == table["sky"]).all()
    assert list(found["probability"].columns) == labels
    arrays = model.predict(table["x"].to_numpy())
    assert (arrays["sky"] == table["sky"].to_numpy()).all()
    assert arrays["sky"].dtype.kind == np.array(labels).dtype.kind


def test_columns_of_probabilities_are_the_classes_of_a_fit():
    model = tern.make({"estimator": "LogisticRegression", "parameters": {}})
    model.fit(pandas.DataFrame({"x": np.arange(6.0)}), np.array([3, 3, 3, 7, 7, 7]))
    found = model.predict(pandas.DataFrame({"x": [0.0, 5.0]}))
    assert list(found["probability"].columns) == [3, 7]
    assert list(found["y"]) == [3, 7]


def test_dates_in_other_units_are_the_same_labels():
    from tern import keras

    days = pandas.date_range("2000", periods=4).as_unit("ns")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    x, y = pandas.DataFrame(np.ones((4, 1)), days), np.arange(4.0)
    model.fit(x, pandas.Series(y, days.as_unit("us")), verbose=0)
    with pytest.raises(ValueError, match="same order: label 1 is 2000-01-04.*reindex"):
        model.fit(x, pandas.Series(y, days[::-1].as_unit("us")), verbose=0)
