"""Experiments on gridded data, as ``tern train`` runs them: prepared, split, trained, tested beside baselines.

>>> import tern.experiment
>>> run = tern.experiment.run("examples/sst-precipitation.yaml")  # doctest: +SKIP
>>> print(run)  # doctest: +SKIP
>>> run.predictions["precipitation"]  # doctest: +SKIP

An experiment is a YAML file or a dict of the same keys; docs/experiment.schema.json describes them. Scores stand beside
those of a linear baseline, persistence and climatology.
"""

from __future__ import annotations

import json
import os
import re
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import data as _data
from ._checks import integer, texts
from ._fields import data_array
from ._handle import Listener, Progress, call, jsonable
from ._model import Model
from ._model import open as _open_model


class Run:
    """A finished run in its folder; made by `tern.experiment.run` and `tern.experiment.open`.

    Attributes
    ----------
    folder : pathlib.Path
        With ``experiment.yaml``, weights, scores, predictions and ``report.html``.
    notes : list of str
        What somebody should know of the data, as the training said it.
    """

    def __init__(self, folder: str | os.PathLike[str], notes: Sequence[str] = ()):
        self.folder = Path(folder)
        self.notes = list(notes)
        self._scores = _read(self.folder / "scores.json")

    @property
    def scores(self) -> dict[str, dict[str, dict[str, float]]]:
        """On the test part: by target and model (``"network"``, ``"ridge on EOFs"``, ...) the scores by name."""
        return _by_target(self._scores)

    @property
    def intervals(self) -> dict[str, dict[str, dict[str, list[float]]]]:
        """As `scores`, the 95 % intervals of those that have one."""
        return _by_target(self._scores, "intervals")

    @property
    def history(self) -> Any:
        """Losses by network and epoch.

        Returns
        -------
        xarray.Dataset
            With the dimensions ``network`` and ``epoch``; NaN where a network stopped earlier.
        """
        import xarray

        table = np.genfromtxt(self.folder / "history.csv", delimiter=",", names=True, ndmin=1)
        networks, epochs = np.unique(table["network"]).astype(int), np.unique(table["epoch"]).astype(int)
        variables = {}
        for name in table.dtype.names or ():
            if name in ("network", "epoch"):
                continue
            values = np.full((len(networks), len(epochs)), np.nan)
            rows = np.searchsorted(networks, table["network"]), np.searchsorted(epochs, table["epoch"])
            values[rows] = table[name]
            variables[name] = (("network", "epoch"), values)
        return xarray.Dataset(variables, {"network": networks, "epoch": epochs})

    @property
    def predictions(self) -> Any:
        """Truth, prediction and baseline on the test part, as an `xarray.Dataset`; None where there is no such part."""
        path = self.folder / "predictions.nc"
        return _data.open(path).to_xarray() if path.exists() else None

    @property
    def report(self) -> Path | None:
        """The page, where it was drawn."""
        path = self.folder / "report.html"
        return path if path.exists() else None

    @property
    def model(self) -> Model:
        """The run as a model on arrays of the experiment's shapes."""
        return _open_model(self.folder)

    def predict(
        self,
        files: Mapping[str, str | os.PathLike[str]] | str | os.PathLike[str],
        *,
        runs: Sequence[str] | None = None,
        output: str | os.PathLike[str] | None = None,
    ) -> Any:
        """Predicts for files of the form of the experiment's.

        Parameters
        ----------
        files : mapping of str to path-like, or path-like
            By the names in the experiment's ``data.files``, or one in the place of all. Those left out are read where
            training read them.
        runs : sequence of str, optional
            What ``{run}`` in the files stands for.
        output : path-like, optional
            A NetCDF file or Zarr store to write, piece by piece; then it is read, whole, for the answer.

        Returns
        -------
        xarray.Dataset
            A variable for each target, in its units; with `output` that file's.
        """
        if output is not None:
            _tell(call("run_predict", self._asked(files, runs, output=os.fspath(output))).value)
            return _data.open(output).to_xarray()
        answer = call("run_predict", self._asked(files, runs))
        _tell(answer.value)
        import xarray

        arrays = [data_array(field, answer.arrays, f"{number}.") for number, field in enumerate(answer.value["fields"])]
        return xarray.merge([array.to_dataset() for array in arrays], join="exact", compat="no_conflicts")

    def evaluate(
        self,
        files: Mapping[str, str | os.PathLike[str]] | str | os.PathLike[str],
        *,
        runs: Sequence[str] | None = None,
    ) -> dict[str, dict[str, dict[str, float]]]:
        """Scores on files that hold the targets too, as `scores`.

        A warning says where training knew examples of them already.
        """
        found = call("run_evaluate", self._asked(files, runs)).value
        _tell(found)
        return _by_target(found["scores"])

    def _asked(self, files: Any, runs: Sequence[str] | None, **others: Any) -> dict[str, Any]:
        if isinstance(files, Mapping):
            paths: Any = {name: os.fspath(path) for name, path in files.items()}
        else:
            paths = os.fspath(files)
        names = None if runs is None else texts(runs, "runs")
        return _given({"folder": os.fspath(self.folder), "files": paths, "runs": names, **others})

    def __repr__(self) -> str:
        lines = [f"<tern.experiment.Run {self.folder}>"]
        for target, models in self.scores.items():
            for model, scores in models.items():
                figures = ", ".join(f"{name} {scores[name]:.4g}" for name in ("rmse", "r") if name in scores)
                lines.append(f"    {target}, {model}: {figures}")
        return "\n".join(lines)


class CrossValidation:
    """A finished cross-validation in its folder.

    Attributes
    ----------
    folder : pathlib.Path
    runs : list of Run
        One for each fold.
    rows : list of dict
        The scores of each group, or fold where time is split: ``target``, ``unit``, ``fold``, ``count``, ``scores`` by
        model.
    pooled : dict
        By target and model the scores over all folds.
    notes : list of str
    """

    def __init__(self, folder: str | os.PathLike[str], notes: Sequence[str] = ()):
        self.folder = Path(folder)
        self.notes = list(notes)
        found = _read(self.folder / "cross-validation.json")
        self.rows: list[dict[str, Any]] = found["rows"]
        self.pooled: dict[str, Any] = found["pooled"]
        self.runs = [Run(self.folder / f"fold-{number}") for number in range(1, found["folds"] + 1)]

    def __repr__(self) -> str:
        return f"<tern.experiment.CrossValidation {self.folder}: {len(self.runs)} folds>"


def run(
    experiment: str | os.PathLike[str] | Mapping[str, Any],
    *,
    settings: Mapping[str, Any] | None = None,
    output: str | os.PathLike[str] | None = None,
    folds: int | None = None,
    checkpoint_every: str | None = None,
    progress: Callable[[Progress], object] | bool = True,
) -> Run | CrossValidation:
    """Runs an experiment, as ``tern train`` does.

    Parameters
    ----------
    experiment : path-like or mapping
        A YAML file, whose folder relative paths of data begin at; or its keys, where they begin at this process's.
    settings : mapping, optional
        What is to be changed: ``{"training.epochs": 10, "model.filters": 8}``.
    output : path-like, optional
        The run's folder, which must not exist; by default ``runs/NAME``, with a number where that is taken.
    folds : int, optional
        Cross-validates in so many folds.
    checkpoint_every : str, optional
        How often it is kept where training stands: ``"30s"``, ``"5min"``, ``"500steps"``, ``"10epochs"``; by default as
        often as costs less than 1 % of the time, at most every 10 s.
    progress : callable or bool, default=True
        Called after each epoch with a `tern.Progress`; what it raises ends the training. `resume` goes on with it from
        the last checkpoint, if there was one by then (`checkpoint_every`); else the folder is gone. True prints a line
        now and then; False is silent.

    Returns
    -------
    Run, or CrossValidation with `folds`

    Raises
    ------
    ValueError
        For mistakes in keys and values of a dict or of `settings`, naming the key.
    OSError
        For mistakes in a YAML file, with its line, and in the data.
    KeyboardInterrupt
        Where Ctrl-C ended the training; `resume` goes on with it from the last checkpoint, if there was one.
    """
    if not isinstance(checkpoint_every, (str, type(None))):
        raise TypeError(f"checkpoint_every is {checkpoint_every!r}; it is to be a text such as '30s' or '10epochs'")
    arguments: dict[str, Any] = {
        "settings": [f"{key}={json.dumps(jsonable(value))}" for key, value in (settings or {}).items()],
        "output": None if output is None else os.fspath(output),
        "folds": None if folds is None else integer(folds, "folds"),
        "checkpoint_every": checkpoint_every,
    }
    if isinstance(experiment, Mapping):
        # JSON is YAML.
        arguments["yaml"] = json.dumps(jsonable(experiment))
    else:
        arguments["path"] = os.fspath(experiment)
    try:
        return _run(arguments, progress)
    except OSError as error:
        raise _of_settings(error, isinstance(experiment, Mapping)) from None


def resume(
    folder: str | os.PathLike[str], *, progress: Callable[[Progress], object] | bool = True
) -> Run | CrossValidation:
    """Goes on with a training that was interrupted, in its folder; it ends in the bits of one that was not.

    Raises
    ------
    FileNotFoundError
        Where there is no such folder: a training that ends before its first checkpoint leaves none.
    OSError
        Where the folder holds nothing that can go on.
    """
    if not Path(folder).exists():
        raise FileNotFoundError(
            f"{folder}: there is no such folder; a training that ended before its first checkpoint leaves none. Run it "
            "anew, and let it keep where it stands earlier: checkpoint_every='1epoch'"
        )
    return _run({"resume": os.fspath(folder)}, progress)


def open(folder: str | os.PathLike[str]) -> Run | CrossValidation:  # noqa: A001
    """Opens a run, or a cross-validation, that ``tern train`` or `run` wrote.

    Raises
    ------
    OSError
        Where the folder holds none.
    """
    if (Path(folder) / "cross-validation.json").exists():
        return CrossValidation(folder)
    if not (Path(folder) / "scores.json").exists():
        raise FileNotFoundError(f"{folder}: this is no finished run; give a folder that tern.experiment.run wrote")
    return Run(folder)


def _run(arguments: Mapping[str, Any], progress: Callable[[Progress], object] | bool) -> Run | CrossValidation:
    tell = _print_now_and_then if progress is True else progress or None
    found = call("experiment_run", _given(arguments), listener=Listener(tell)).value
    _tell(found, notes=False)
    kind = CrossValidation if (Path(found["folder"]) / "cross-validation.json").exists() else Run
    return kind(found["folder"], found["notes"])


def _of_settings(error: OSError, is_dict: bool) -> OSError | ValueError:
    """The error as one of a value, where it speaks of keys of a dict or of `settings`, which lie in no file."""
    # A dict is one line to the engine.
    start = r"experiment(?::1)?: |--set " if is_dict else "--set "
    found = re.match(f"(?:{start})(.*)", str(error), re.DOTALL)
    return ValueError(found[1]) if found else error


def _print_now_and_then(at: Progress) -> None:
    """A line after epochs 1, 2, 5, 10, 20, 50, ... and the last."""
    if at.epoch == at.epochs or str(at.epoch).rstrip("0") in ("1", "2", "5"):
        held = "" if np.isnan(at.validation) else f"  val_loss {at.validation:.6g}"
        print(f"epoch {at.epoch}/{at.epochs}  loss {at.loss:.6g}{held}", file=sys.stderr)


def _given(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not None}


def _tell(found: Mapping[str, Any], notes: bool = True) -> None:
    for text in (found["notes"] if notes else []) + found["warnings"]:
        warnings.warn(text, stacklevel=3)


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _by_target(table: Mapping[str, Any], key: str = "scores") -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in table["rows"]:
        found.setdefault(row["target"], {})[row["model"]] = row[key]
    return found


__all__ = ["CrossValidation", "Run", "open", "resume", "run"]
