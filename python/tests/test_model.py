"""Models: made, trained, asked, saved, opened."""

import copy
import os
import pickle
import signal
import threading

import numpy as np
import pytest

import tern

NETWORK = {
    "model": {"layers": [{"dense": {"units": 8, "activation": "tanh"}}, {"dense": {"units": 1}}]},
    "input": [1],
    "output": [1],
    "training": {"optimizer": "adam", "learning_rate": 0.01, "loss": "mean_squared_error", "epochs": 5},
    "seed": 1,
}


def fitted(line, name="Ridge", **parameters):
    model = tern.make({"estimator": name, "parameters": parameters})
    model.fit(*line)
    return model


def test_an_estimator_predicts_what_it_learned(line):
    assert fitted(line, alpha=5).predict(np.array([[4.0]])) == pytest.approx([6.5])


@pytest.mark.parametrize("name", ["LogisticRegression", "MLPClassifier"])
def test_a_classifier_gives_labels_and_probabilities(line, name):
    model = tern.make({"estimator": name, "parameters": {"max_iter": 50}})
    model.fit(line[0], np.array([0, 0, 5, 5]))
    answer = model.predict(line[0])
    assert set(answer["y"]) <= {0, 5}
    assert answer["probability"].sum(axis=1) == pytest.approx(np.ones(4))


def test_a_model_that_was_saved_gives_the_same_bits(line, tmp_path):
    model = fitted(line)
    model.save(tmp_path / "line.safetensors")
    again = tern.open(tmp_path / "line.safetensors")
    assert (again.predict(line[0]) == model.predict(line[0])).all()
    assert again.describe()["kind"] == "Ridge"


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copies_and_pickles_give_the_same_bits(line, copied):
    model = fitted(line, "MLPRegressor", hidden_layer_sizes=[5], max_iter=20, random_state=1)
    assert (copied(model).predict(line[0]) == model.predict(line[0])).all()


def test_arrays_of_any_strides_and_numbers_are_the_same(line):
    model = fitted(line, "MLPRegressor", hidden_layer_sizes=[5], max_iter=20, random_state=1)
    x = np.arange(12.0).reshape(12, 1)
    expected = model.predict(x[::-2])
    assert (model.predict(np.ascontiguousarray(x[::-2])) == expected).all()
    assert (model.predict(x.astype(np.int64)[::-2]) == expected).all()
    assert (model.predict([[11], [9], [7], [5], [3], [1]]) == expected).all()


def test_ports_say_what_is_read_and_given(line):
    model = fitted(line, "MLPRegressor", hidden_layer_sizes=[5], max_iter=20, random_state=1)
    assert model.inputs == [tern.Port("x", "", np.dtype("float64"), (-1, 1))]
    assert model.outputs[0].shape == (-1,)
    with pytest.raises(ValueError, match="shape"):
        model.predict(np.zeros((2, 3)))


def test_progress_is_told_after_each_epoch(line):
    told = []
    model = tern.make({"estimator": "MLPRegressor", "parameters": {"max_iter": 3, "random_state": 1}})
    model.fit(*line, progress=told.append)
    assert [(news.epoch, news.epochs) for news in told] == [(1, 3), (2, 3), (3, 3)]
    assert all(news.loss > 0 for news in told)


def test_what_progress_raises_ends_the_training(line):
    def raising(news):
        if news.epoch == 2:
            raise RuntimeError("enough")

    model = tern.make({"estimator": "MLPRegressor", "parameters": {"max_iter": 10**6, "tol": 0, "random_state": 1}})
    with pytest.raises(RuntimeError, match="enough"):
        model.fit(*line, progress=raising)


@pytest.fixture
def interrupts():
    """Ctrl-C raises KeyboardInterrupt, also where it is ignored, as shells have it of what runs in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="needs the main thread")
def test_control_c_ends_a_training(line, interrupts):
    parameters = {"max_iter": 10**7, "tol": 0, "n_iter_no_change": 10**9, "random_state": 1}
    model = tern.make({"estimator": "MLPRegressor", "parameters": parameters})
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    # It trains when the signal comes, however long it took to begin.
    with pytest.raises(KeyboardInterrupt):
        model.fit(*line, progress=lambda news: timer.start() if news.epoch == 1 else None)
    timer.join()


@pytest.mark.skipif(threading.current_thread() is not threading.main_thread(), reason="needs the main thread")
def test_a_training_leaves_an_ignored_control_c_ignored(line, interrupts):
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    model = tern.make({"estimator": "MLPRegressor", "parameters": {"max_iter": 3, "random_state": 1}})
    model.fit(*line, progress=lambda news: os.kill(os.getpid(), signal.SIGINT))
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_network_is_made_trained_and_asked(line):
    x, y = line
    model = tern.make(NETWORK)
    losses = []
    model.fit(x, y.reshape(-1, 1), progress=lambda news: losses.append(news.loss))
    assert len(losses) == 5
    assert losses[-1] < losses[0]
    assert model.predict(x).shape == (4, 1)


def test_a_transformer_transforms_and_comes_back(line):
    model = tern.make({"estimator": "StandardScaler", "parameters": {}})
    model.fit(line[0])
    scaled = model.transform(line[0])
    assert scaled == pytest.approx((line[0] - 1.5) / line[0].std())
    assert model.inverse_transform(scaled) == pytest.approx(line[0])
    with pytest.raises(ValueError, match="transform"):
        model.predict(line[0])
    with pytest.raises(ValueError, match="no function"):
        fitted(line).transform(line[0])


def test_threads_predict_with_one_model_at_once(line):
    model = fitted(line, "MLPRegressor", hidden_layer_sizes=[5], max_iter=20, random_state=1)
    xs = [np.random.default_rng(i).random((50 + i, 1)) for i in range(8)]
    expected = [model.predict(x) for x in xs]
    found = [None] * len(xs)

    def ask(i):
        for _ in range(50):
            found[i] = model.predict(xs[i])

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(xs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all((a == b).all() for a, b in zip(found, expected))


def test_threads_predict_of_data_frames_at_once(line):
    pandas = pytest.importorskip("pandas")
    model = tern.make({"estimator": "LogisticRegression"})
    model.fit(line[0], np.array([0, 0, 5, 5]))
    frames = [pandas.DataFrame({"x": np.random.default_rng(i).random(50 + i)}) for i in range(8)]
    expected = [model.predict(frame)["y"] for frame in frames]
    described, found = model.describe(), [None] * len(frames)

    def ask(i):
        for _ in range(50):
            assert model.describe() == described
            found[i] = model.predict(frames[i])["y"]

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(frames))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(a.equals(b) for a, b in zip(found, expected))


def test_classes_are_those_of_the_last_fit(line):
    pandas = pytest.importorskip("pandas")
    model = tern.make({"estimator": "MLPClassifier", "parameters": {"max_iter": 3, "random_state": 1}})
    frame = pandas.DataFrame({"x": [1.0, 2]})
    for classes in ([0, 5], [3, 7]):
        model.fit(line[0], np.repeat(classes, 2))
        assert list(model.predict(frame)["probability"].columns) == classes


def test_data_frames_come_back_with_their_index(line):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"x": [1.0, 2]}, index=["a", "b"])
    predicted = fitted(line, alpha=5).predict(frame)
    assert list(predicted.index) == ["a", "b"]
    assert predicted["b"] == pytest.approx(4.5)


def test_data_arrays_come_back_with_their_coordinates(line):
    xarray = pytest.importorskip("xarray")
    x = xarray.DataArray([[1.0], [2]], {"time": [10, 20]}, ("time", "feature"))
    predicted = fitted(line, alpha=5).predict(x)
    assert predicted.dims == ("time",)
    assert predicted.sel(time=20).item() == pytest.approx(4.5)


def test_values_under_a_mask_are_refused():
    model = tern.make({"estimator": "Ridge"})
    model.fit(np.array([[0.0], [1], [2]]), np.array([1.0, 3, 5]))
    with pytest.raises(ValueError, match="masked"):
        model.predict(np.ma.masked_array([[1e20], [1.0]], mask=[[1], [0]]))
    assert model.predict(np.ma.masked_array([[1.0]], mask=[[0]])).shape == (1,)
    part = np.ma.masked_array([[1e20], [1.0]], mask=[[1], [0]])
    for hidden in ([part[:1], part[1:]], [[np.ma.masked]]):
        with pytest.raises(ValueError, match="masked"):
            model.predict(hidden)


def test_paths_hold_no_nul(line, tmp_path):
    with pytest.raises(ValueError, match="embedded null byte"):
        fitted(line).save(f"{tmp_path}/line\0.safetensors")
    with pytest.raises(ValueError, match="embedded null byte"):
        tern.open(f"{tmp_path}/line\0.safetensors")
    assert not list(tmp_path.iterdir())
