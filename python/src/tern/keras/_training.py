"""Training, judging and asking models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from .._arrays import usable
from .._handle import Handle, Listener
from .._library import CANCELLED, ProgressFunction
from . import callbacks as _callbacks
from . import losses as _losses
from . import metrics as _metrics
from . import optimizers as _optimizers
from ._json import decoded, encoded, snake
from .utils import next_seed


class _Epochs(Listener):
    """Tells callbacks of each epoch, with all that is measured."""

    def __init__(self, tell: Any):
        super().__init__()

        def heard(_context: Any, record: Any) -> int:
            try:
                r = record.contents
                if not self._interrupted and tell(int(r.epoch), json.loads((r.logs or b"{}").decode())):
                    return 1
            except BaseException as error:
                self._error = error
                return 1
            return int(self._interrupted)

        self.stopped = False
        self.function = ProgressFunction(heard)

    def check(self, status: int) -> None:
        """As `Listener.check`, but a training that callbacks stopped has gone well."""
        self.stopped = status == CANCELLED and self._error is None and not self._interrupted
        super().check(0 if self.stopped else status)


class Training:
    """What a model has for training; the engine does the work."""

    name: str
    stop_training = False

    def _begin_training(self) -> None:
        self._optimizer: Any = None
        self._renamed: list[tuple[str, str]] = []
        self._compilation: dict[str, Any] | None = None
        self._lengths: list[list[int]] | None = None
        self.history: _callbacks.History | None = None

    # ---- How it trains

    def compile(
        self, optimizer: Any = "rmsprop", loss: Any = None, loss_weights: Any = None, metrics: Any = None,
        weighted_metrics: Any = None, run_eagerly: bool = False, steps_per_execution: int = 1,
        jit_compile: Any = "auto", auto_scale_loss: bool = True,
    ) -> None:  # fmt: skip
        """Says how the model trains.

        Parameters
        ----------
        optimizer : str or Optimizer
        loss : str, function of `losses` or Loss; a list or dict of them for several outputs
        loss_weights : list or dict of float, optional
        metrics, weighted_metrics : list of str or Metric, optional

        Raises
        ------
        ValueError
            For names that Keras has not, and what the engine has not.
        """
        if run_eagerly:
            raise ValueError("compile: run_eagerly=True runs Python code in each step, which the engine does not")
        self._optimizer = _optimizers.get(optimizer)
        self._compilation = {
            "loss": encoded(_named(loss, _losses), "loss"),
            "loss_weights": encoded(loss_weights, "loss_weights"),
            "metrics": encoded(_named(metrics, _metrics), "metrics"),
            "weighted_metrics": encoded(_named(weighted_metrics, _metrics), "weighted_metrics"),
        }
        self._loss = loss
        self._renamed = [pair for given in (metrics, weighted_metrics) for pair in _names(given)]
        if self._handle is not None and self._built_of != json.dumps(self._described()):
            # A layer was frozen or thawed since.
            state = self._state()
            self._handle = None
            self._make()
            self._handle.call("keras_set_weights", {}, {path: np.array(value) for path, value in state.items()})
        elif self._handle is not None:
            self._compile_engine()
        elif self._graph is not None and not any(None in symbol.shape[1:] for symbol in self.inputs):
            self._make()

    def compile_from_config(self, config: Mapping[str, Any]) -> None:
        """Compiles as Keras's JSON says."""
        known = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")
        self.compile(**{key: decoded(value) for key, value in config.items() if key in known})

    def _note_compilation(self, config: Mapping[str, Any]) -> None:
        """Notes how the engine's network is compiled already."""
        self._optimizer = _optimizers.get(decoded(config["optimizer"]))
        self._compilation = {key: config.get(key) for key in ("loss", "loss_weights", "metrics", "weighted_metrics")}
        self._loss = decoded(config.get("loss"))
        self._renamed = [pair for key in ("metrics", "weighted_metrics") for pair in _names(decoded(config.get(key)))]
        self._optimizer._bind(self)

    def _compile_config(self) -> dict[str, Any] | None:
        if self._optimizer is None:
            return None
        return {"optimizer": encoded(self._optimizer, "optimizer"), **(self._compilation or {})}

    def _compile_engine(self) -> None:
        # What an optimiser of an earlier model says is that model's.
        config = self._compile_config()
        self._handle.call("keras_compile", {"compile_config": config})
        self._optimizer._bind(self)

    @property
    def optimizer(self) -> Any:
        """The optimiser, whose ``learning_rate`` can be read and set; None before `compile`."""
        return self._optimizer

    @property
    def loss(self) -> Any:
        """The loss as it was given to `compile`."""
        return getattr(self, "_loss", None)

    @property
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self._optimizer is not None

    def _compiled(self) -> Handle:
        if self._optimizer is None:
            raise ValueError("You must call `compile()` before calling `fit()` or `evaluate()`.")
        return self._engine()

    def _by_given_name(self, logs: Mapping[str, float]) -> dict[str, float]:
        """What is measured, by the names that `compile` was given, as in Keras: ``mae`` where it said ``"mae"``."""
        names = {}
        for key in logs:
            prefix = "val_" if key.startswith("val_") else ""
            body = key.removeprefix("val_")
            for own, given in self._renamed:
                if body == own or body.endswith(f"_{own}") and body.removesuffix(f"_{own}") in self.output_names:
                    body = body[: len(body) - len(own)] + given
                    break
            names[key] = prefix + body
        return {names[key]: value for key, value in logs.items()}

    # ---- Data

    def _measure(self, x: Any) -> None:
        """Open lengths of inputs from data."""
        arrays = x if isinstance(x, (list, tuple)) else [x]
        if isinstance(x, Mapping):
            arrays = [x[name] for name in self.input_names]
        lengths = [list(np.shape(array)[1:]) for array in arrays]
        if self._lengths is not None and lengths != self._lengths:
            raise ValueError(
                f"model {self.name!r} has taken the shapes {self._lengths} for its inputs, and now gets {lengths}; the "
                "engine's models have fixed lengths: make another model and give it these weights"
            )
        self._lengths = lengths

    def _listed_arrays(self, given: Any, names: list[str], what: str) -> list[np.ndarray]:
        """One array for each input or output; vectors as columns."""
        if isinstance(given, Mapping):
            missing = [name for name in names if name not in given]
            if missing:
                raise ValueError(f"{what} of model {self.name!r}: {', '.join(missing)} is missing")
            given = [given[name] for name in names]
        elif len(names) > 1:
            if not isinstance(given, (list, tuple)) or len(given) != len(names):
                raise ValueError(f"{what} of model {self.name!r}: arrays for {', '.join(names)} are wanted")
        elif isinstance(given, (list, tuple)) and len(given) == 1 and hasattr(given[0], "shape") and given[0].ndim > 0:
            given = [given[0]]
        else:
            given = [given]
        arrays = []
        for array, name in zip(given, names):
            if hasattr(array, "element_spec") or hasattr(array, "__next__") or callable(array):
                raise TypeError(
                    f"{what} is {type(array).__name__}; the engine takes arrays, and no generators or datasets"
                )
            array = usable(array.to_numpy() if hasattr(array, "to_numpy") else array, f"{what} {name!r}")
            if array.ndim == 0:
                raise ValueError(f"{what} {name!r} is a number; an array is wanted, the number of examples first")
            arrays.append(array[:, None] if array.ndim == 1 else array)
        counts = {len(array) for array in arrays}
        if len(counts) > 1:
            raise ValueError(
                "Data cardinality is ambiguous. Make sure all arrays contain the same number of samples: "
                f"{sorted(counts)}"
            )
        return arrays

    def _inputs(self, x: Any) -> list[np.ndarray]:
        self._prepare(x)
        arrays = self._listed_arrays(x, self.input_names, "x")
        for array, symbol in zip(arrays, self.inputs):
            if len(array.shape) != len(symbol.shape) or any(
                n is not None and n != m for n, m in zip(symbol.shape[1:], array.shape[1:])
            ):
                raise ValueError(
                    f"Input {symbol.name!r} of model {self.name!r} is incompatible: expected shape={symbol.shape}, "
                    f"found shape={array.shape}"
                )
        return arrays

    def _examples(self, x: Any, y: Any, sample_weight: Any, prefix: str = "") -> dict[str, np.ndarray]:
        inputs = self._inputs(x)
        if y is None:
            raise ValueError("y is missing: the engine trains on arrays x and y")
        targets = self._listed_arrays(y, self.output_names, "y")
        if len(targets[0]) != len(inputs[0]):
            raise ValueError(
                "Data cardinality is ambiguous. Make sure all arrays contain the same number of samples: "
                f"x sizes: {len(inputs[0])} y sizes: {len(targets[0])}"
            )
        arrays = {f"{prefix}x{number}": array for number, array in enumerate(inputs)}
        arrays |= {f"{prefix}y{number}": array for number, array in enumerate(targets)}
        if sample_weight is not None:
            if isinstance(sample_weight, (list, tuple, dict)) and len(self.output_names) > 1:
                raise ValueError("sample_weight: the engine takes one array, for all outputs alike")
            arrays[f"{prefix}sample_weight"] = usable(np.asarray(sample_weight, np.float32), "sample_weight")
        return arrays

    # ---- Training

    def fit(
        self, x: Any = None, y: Any = None, batch_size: int | None = None, epochs: int = 1, verbose: Any = "auto",
        callbacks: Any = None, validation_split: float = 0.0, validation_data: Any = None, shuffle: bool = True,
        class_weight: Any = None, sample_weight: Any = None, initial_epoch: int = 0, steps_per_epoch: Any = None,
        validation_steps: Any = None, validation_batch_size: int | None = None, validation_freq: int = 1,
    ) -> _callbacks.History:  # fmt: skip
        """Trains for a number of epochs.

        Parameters
        ----------
        x, y : array, list of arrays or dict of arrays by name
            Examples in the first dimension.
        batch_size : int, default 32
        epochs : int
            Up to which epoch, counted from `initial_epoch`.
        verbose : {'auto', 0, 1, 2}
            Whether a line is printed for each epoch.
        callbacks : list of Callback
        validation_split : float
            The share at the end that is held out.
        validation_data : (x, y) or (x, y, sample_weight)
        shuffle : bool
        class_weight : dict of float by class
        sample_weight : array of shape (n,)

        Returns
        -------
        History
            ``history`` holds a list for each loss and metric.

        Raises
        ------
        ValueError
            Where shapes do not fit, data are NaN, or what is asked the engine has not.
        """
        for name, value, usual in (
            ("steps_per_epoch", steps_per_epoch, None),
            ("validation_steps", validation_steps, None),
            ("validation_freq", validation_freq, 1),
        ):
            if value != usual:
                raise ValueError(
                    f"fit: {name}={value} is not known; the engine goes through all examples in each epoch"
                )
        told = _callbacks.checked(callbacks)
        arrays = self._examples(x, y, sample_weight)
        handle = self._compiled()
        if validation_data is not None:
            if not 2 <= len(validation_data) <= 3:
                raise ValueError("validation_data wants (x, y) or (x, y, sample_weight)")
            held = (*validation_data, None)[:3]
            arrays |= self._examples(*held, prefix="val_")
            validation_split = 0.0
        settings: dict[str, Any] = {
            "batch_size": 32 if batch_size is None else batch_size,
            "epochs": epochs,
            "initial_epoch": initial_epoch,
            "validation_split": validation_split,
            "shuffle": bool(shuffle),
            "seed": next_seed(),
        }
        if validation_batch_size is not None:
            settings["validation_batch_size"] = validation_batch_size
        if class_weight is not None:
            settings["class_weight"] = self._class_weight(class_weight, sample_weight)
        history = next((callback for callback in told if isinstance(callback, _callbacks.History)), None)
        if history is None:
            history = _callbacks.History()
            told.append(history)
        self.history = history
        self.stop_training = False
        loud = verbose not in (0, False)
        for callback in told:
            callback.set_model(self)
            callback.set_params({"verbose": verbose, "epochs": epochs, "steps": None})

        def each(event: str, *arguments: Any) -> None:
            for callback in told:
                getattr(callback, event)(*arguments)

        place = {"epoch": initial_epoch}

        def after(_: int, logs: dict[str, float]) -> bool:
            logs = self._by_given_name(logs)
            # Weights are the newest here: callbacks may ask for them.
            self._changed()
            epoch = place["epoch"]
            each("on_epoch_end", epoch, logs)
            if loud:
                print(
                    f"Epoch {epoch + 1}/{epochs} - " + " - ".join(f"{key}: {value:.4g}" for key, value in logs.items())
                )
            place["epoch"] = epoch + 1
            if not self.stop_training and epoch + 1 < epochs:
                each("on_epoch_begin", epoch + 1, {})
            return self.stop_training

        each("on_train_begin", {})
        if epochs > initial_epoch:
            each("on_epoch_begin", initial_epoch, {})
            listener = _Epochs(after)
            try:
                handle.call("keras_fit", settings, arrays, listener)
            except KeyboardInterrupt:
                # A callback's wish to stop is answered as an interrupt is.
                if not listener.stopped:
                    raise
            finally:
                self._changed()
        each("on_train_end", {})
        return history

    def _class_weight(self, class_weight: Any, sample_weight: Any) -> dict[str, float]:
        """The weights of classes as the engine reads them."""
        if not isinstance(class_weight, Mapping) or not all(
            isinstance(key, (int, np.integer)) and not isinstance(key, bool) for key in class_weight
        ):
            raise ValueError("class_weight is to be a dict of weights by the numbers of classes, such as {0: 1.0, 1: 5.0}")
        if sample_weight is not None:
            raise ValueError("class_weight and sample_weight cannot be given at the same time")
        if len(self.outputs) > 1:
            raise ValueError("class_weight is only known of models with a single output")
        return {str(int(key)): float(value) for key, value in class_weight.items()}

    def _in_order(self, logs: Mapping[str, float]) -> dict[str, float]:
        """The loss, the losses of outputs, then metrics as compile was given them."""
        given = [name for _, name in self._renamed]

        def place(name: str) -> tuple[int, int]:
            if name == "loss":
                return (0, 0)
            if name.endswith("_loss"):
                return (1, 0)
            found = [i for i, own in enumerate(given) if name == own or name.endswith("_" + own)]
            return (2, found[0] if found else len(given))

        return {name: float(logs[name]) for name in sorted(logs, key=place)}

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One step on all examples given: the loss before it, and metrics.

        Returns
        -------
        float, list of float, or dict by name where `return_dict`
        """
        arrays = self._examples(x, y, sample_weight)
        arguments = (
            {} if class_weight is None else {"class_weight": self._class_weight(class_weight, sample_weight)}
        )
        logs = self._compiled().call("keras_train_on_batch", arguments, arrays).value
        logs = self._in_order(self._by_given_name(logs))
        self._changed()
        return _told(logs, return_dict)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Loss and metrics on all examples given."""
        return self.evaluate(x, y, len(np.asarray(y)), 0, sample_weight, return_dict=return_dict)

    def evaluate(
        self, x: Any = None, y: Any = None, batch_size: int | None = None, verbose: Any = "auto",
        sample_weight: Any = None, steps: Any = None, callbacks: Any = None, return_dict: bool = False,
    ) -> Any:  # fmt: skip
        """Loss and metrics.

        Returns
        -------
        float, list of float, or dict by name where `return_dict`
        """
        if steps is not None or callbacks:
            raise ValueError("evaluate: steps and callbacks are not known; the engine goes through all examples")
        arrays = self._examples(x, y, sample_weight)
        settings = {"batch_size": 32 if batch_size is None else batch_size}
        logs = self._compiled().call("keras_evaluate", settings, arrays).value
        logs = self._in_order(self._by_given_name(logs))
        if verbose not in (0, False):
            print(" - ".join(f"{key}: {value:.4g}" for key, value in logs.items()))
        self._names = list(logs)
        return _told(logs, return_dict)

    @property
    def metrics_names(self) -> list[str]:
        """What `evaluate` gives, by name, where it was called."""
        return list(getattr(self, "_names", ["loss"]))

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: Any = "auto", steps: Any = None, callbacks: Any = None
    ) -> Any:
        """What the model makes of inputs.

        Parameters
        ----------
        x : array, list of arrays or dict of arrays by name

        Returns
        -------
        array, or list of arrays where the model has several outputs
        """
        if steps is not None or callbacks:
            raise ValueError("predict: steps and callbacks are not known; the engine goes through all examples")
        arrays = self._inputs(x)
        found = self._engine().predict(arrays)
        return list(found) if self._listed else found[0]

    def predict_on_batch(self, x: Any) -> Any:
        """As `predict`."""
        return self.predict(x)


def _told(logs: Mapping[str, float], as_dict: bool) -> Any:
    if as_dict:
        return dict(logs)
    values = list(logs.values())
    return values[0] if len(values) == 1 else values


def _names(metrics: Any) -> list[tuple[str, str]]:
    """The engine's names of metrics, with those that Keras has in its logs."""
    if metrics is None:
        return []
    if isinstance(metrics, Mapping):
        return [pair for item in metrics.values() for pair in _names(item)]
    if isinstance(metrics, (list, tuple)):
        return [pair for item in metrics for pair in _names(item)]
    if isinstance(metrics, str):
        if metrics in ("accuracy", "acc", "crossentropy", "ce"):
            kind = "accuracy" if metrics in ("accuracy", "acc") else "crossentropy"
            kinds = ("sparse_categorical", "categorical", "binary")
            return [(f"{prefix}_{kind}", metrics) for prefix in kinds] + [(kind, metrics)]
        metric = _metrics.get(metrics)
        # Some have no name of their own by default, and are called after their class.
        return [(getattr(metric, "name", None) or snake(type(metric).__name__), metrics)]
    if isinstance(metrics, _metrics.Metric):
        return [(type(metrics)().name, metrics.name)] if _makes_itself(metrics) else []
    return []


def _makes_itself(metric: Any) -> bool:
    parameters = type(metric).__signature__.parameters.values()
    return all(p.default is not p.empty or p.kind is p.VAR_KEYWORD for p in parameters)


def _named(value: Any, module: Any) -> Any:
    """The value, with names looked up so that a wrong one is told at once; it stays a name, as Keras writes it."""
    if isinstance(value, str):
        if value not in ("accuracy", "acc", "crossentropy", "ce"):
            module.get(value)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _named(item, module)
    elif isinstance(value, Mapping):
        for item in value.values():
            _named(item, module)
    elif callable(value) and not hasattr(value, "get_config") and not hasattr(value, "_keras_function"):
        raise TypeError(
            f"{getattr(value, '__name__', value)} is Python code of one's own, which the engine does not run; "
            "name one of Keras's"
        )
    return value
