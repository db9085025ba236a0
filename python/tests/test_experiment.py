"""Experiments from Python give the bits that the command gives."""

import datetime
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

import tern.data
import tern.experiment

xarray = pytest.importorskip("xarray")


@pytest.fixture
def experiment(tmp_path, monkeypatch):
    """Rain that follows the sea's temperature, in files."""
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(3)
    coords = {
        "time": np.datetime64("1980-01-16", "ns") + np.arange(120) * np.timedelta64(30, "D"),
        "lat": ("lat", [-5.0, 0.0, 5.0], {"units": "degrees_north"}),
        "lon": ("lon", [0.0, 120.0, 240.0], {"units": "degrees_east"}),
    }
    sst = random.normal(27, 2, (120, 3, 3))
    rain = sst.mean(axis=(1, 2)) + random.normal(0, 0.1, 120)
    fields = {
        "sst": (("time", "lat", "lon"), sst, {"units": "degC"}),
        "rain": (("time",), rain, {"units": "mm day-1"}),
    }
    tern.data.write(xarray.Dataset(fields, coords), "pacific.nc")
    return {
        "name": "rain",
        "data": {"files": {"fields": "pacific.nc"}, "inputs": ["sst"], "targets": ["rain"]},
        "split": {"by": "period"},
        "model": {"name": "linear"},
        "training": {"epochs": 20, "learning_rate": 0.01},
        "output": {"figures": False},
    }


def test_a_run_has_scores_beside_baselines(experiment):
    run = tern.experiment.run(experiment, progress=False)
    assert run.folder == Path("runs/rain")
    assert {"network", "ridge on EOFs", "climatology"} <= set(run.scores["rain"])
    assert run.history["loss"].shape == (1, 20)
    predictions = run.predictions
    assert predictions["rain"].attrs["units"] == "mm day-1"
    difference = predictions["rain_predicted"] - predictions["rain"]
    assert run.scores["rain"]["network"]["rmse"] == pytest.approx(float((difference**2).mean() ** 0.5), rel=1e-5)
    assert "network: rmse" in repr(run) and "ridge on EOFs" in repr(run)


def test_new_files_are_predicted_and_scored(experiment):
    run = tern.experiment.run(experiment, progress=False)
    found = run.predict("pacific.nc")
    assert found["rain"].shape == (120,)
    later = run.predictions["rain_predicted"]
    np.testing.assert_array_equal(found["rain"].sel(time=later.time).values, later.values)
    written = run.predict({"fields": "pacific.nc"}, output="new.nc")
    np.testing.assert_array_equal(written["rain"].values, found["rain"].values)
    with pytest.warns(UserWarning, match="training"):
        assert run.evaluate("pacific.nc")["rain"]["network"]["rmse"] > 0
    arrays = run.model.predict(tern.data.open("pacific.nc")["sst"].values.reshape(120, 3, 3))
    assert arrays.shape[0] == 120


def test_a_run_knows_the_labels_of_its_maps(experiment):
    model = tern.experiment.run(experiment, progress=False).model
    sst = tern.data.open("pacific.nc")["sst"]
    expected = model.predict(sst)
    assert expected.dims == ("time",) and expected.attrs["units"] == "mm day-1"
    np.testing.assert_array_equal(model.predict(sst.to_dataset()).values, expected.values)
    with pytest.raises(ValueError, match="transpose"):
        model.predict(sst.transpose("time", "lon", "lat"))
    with pytest.raises(ValueError, match="labels of 'lat' in another order"):
        model.predict(sst.isel(lat=slice(None, None, -1)))
    with pytest.raises(ValueError, match="label 1 is -180.0, but 0.0"):
        model.predict(sst.assign_coords(lon=sst.lon - 180))
    with pytest.warns(UserWarning, match="'K'"):
        model.predict(sst.assign_attrs(units="K"))


def test_settings_change_keys_and_mistakes_name_them(experiment):
    ticks = []
    run = tern.experiment.run(
        experiment, settings={"training.epochs": 3}, output="here", progress=lambda at: ticks.append(at.epoch)
    )
    assert ticks == [1, 2, 3] and run.folder == Path("here")
    with pytest.raises(ValueError, match="epoch"):
        tern.experiment.run({**experiment, "training": {"epoch": 3}}, progress=False)
    with pytest.raises(OSError, match="no variable"):
        tern.experiment.run({**experiment, "data": {**experiment["data"], "inputs": ["tos"]}}, progress=False)
    assert [path.name for path in Path("runs").glob("*")] == []


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"folds": 2.5}, "folds is 2.5"),
        ({"folds": "2"}, "whole number"),
        ({"folds": True}, "whole number"),
        ({"checkpoint_every": 5}, "such as '30s'"),
    ],
)
def test_odd_arguments_are_refused(experiment, arguments, message):
    with pytest.raises(TypeError, match=message):
        tern.experiment.run(experiment, progress=False, **arguments)


def test_paths_and_dates_may_stand_in_an_experiment(experiment):
    experiment["data"]["files"] = {"fields": Path("pacific.nc")}
    experiment["split"] = {"by": "period", "test_period": [datetime.date(1989, 1, 1), np.datetime64("1989-06-30")]}
    times = tern.experiment.run(experiment, progress=False).predictions.time.values
    assert len(times) == 6 and times.min() >= np.datetime64("1989-01-01") and times.max() <= np.datetime64("1989-06-30")


def test_folds_are_runs(experiment):
    found = tern.experiment.run(experiment, folds=2, progress=False)
    assert len(found.runs) == 2 and {row["fold"] for row in found.rows} == {1, 2}
    assert "rain" in found.pooled
    assert tern.experiment.open(found.folder).rows == found.rows


def test_a_training_that_ended_early_goes_on(experiment):
    class Enough(Exception):
        pass

    def stop(at):
        if at.epoch == 5:
            raise Enough

    whole = tern.experiment.run(experiment, output="whole", progress=False)
    with pytest.raises(Enough):
        tern.experiment.run(experiment, output="part", checkpoint_every="1epoch", progress=stop)
    with pytest.raises(OSError, match="no finished run"):
        tern.experiment.open("part")
    run = tern.experiment.resume("part", progress=False)
    assert run.scores == whole.scores


def test_a_training_that_ended_before_its_first_checkpoint_says_what_to_do(experiment):
    def stop(at):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        tern.experiment.run(experiment, output="part", checkpoint_every="1h", progress=stop)
    with pytest.raises(FileNotFoundError, match="before its first checkpoint.*Run it anew.*checkpoint_every"):
        tern.experiment.resume("part", progress=False)
    Path("empty").mkdir()
    with pytest.raises(OSError, match="no run that was interrupted"):
        tern.experiment.resume("empty", progress=False)


def test_the_command_gives_the_same_scores(experiment, command):
    Path("rain.yaml").write_text(json.dumps(experiment))
    subprocess.run([command, "train", "rain.yaml", "-q", "-o", "by-command"], check=True)
    run = tern.experiment.run("rain.yaml", progress=False)
    assert run.scores == tern.experiment.open("by-command").scores


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("training", {"epoch": 3}, 'there is no key "epoch" in training; did you mean "epochs"'),
        ("training", {"epochs": -1}, "training.epochs is -1"),
        ("split", {"by": "moon"}, "split.by wants one of"),
        ("size", 3, 'there is no key "size" in the experiment'),
    ],
)
def test_mistakes_in_a_dict_are_errors_of_values_that_name_the_key(experiment, key, value, told):
    with pytest.raises(ValueError, match=f"^{told}"):
        tern.experiment.run({**experiment, key: value}, progress=False)


def test_mistakes_in_settings_are_errors_of_values_and_those_in_files_have_lines(experiment):
    with pytest.raises(ValueError, match="^training.epoch=3: there is no key"):
        tern.experiment.run(experiment, settings={"training.epoch": 3}, progress=False)
    Path("experiment").write_text("name: rain\nsize: 3\n")
    with pytest.raises(OSError, match="^experiment:2: there is no key"):
        tern.experiment.run("experiment", progress=False)
