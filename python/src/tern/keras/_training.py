"""Training, judging and asking models."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from .._checks import integer
from .._handle import Handle, Listener, restored
from .._library import CANCELLED, OK, ProgressRecord
from . import callbacks as _callbacks
from . import losses as _losses
from . import metrics as _metrics
from . import optimizers as _optimizers
from ._assignment import losses, metrics
from ._data import Data
from ._form import kind_of
from ._json import decoded, encoded
from ._layer import layers_within
from ._reports import metric_name, metric_names, named
from .utils import next_seed

# What `compile` sets.
_COMPILED = (
    "_optimizer", "_compilation", "_loss", "_metrics", "_metric_names", "_handle", "_built_of", "_built_to_train",
)  # fmt: skip


class _Epochs(Listener):
    """Tells callbacks of each epoch, with all that is measured; what they give says whether training ends."""

    def _told(self, record: ProgressRecord) -> bool:
        return bool(self._tell(int(record.epoch), json.loads((record.logs or b"{}").decode())))

    def check(self, status: int) -> None:
        """As `Listener.check`, but a training that callbacks stopped has gone well."""
        is_stopped = status == CANCELLED and self._error is None and not self._interrupted
        super().check(OK if is_stopped else status)


class Training(Data):
    """What a model has for training; the engine does the work."""

    name: str
    stop_training = False
    _keeps_rate = False
    """Whether the rate that the engine's network has stays, though it is compiled."""

    def _begin_training(self) -> None:
        self._optimizer: Any = None
        self._metrics: tuple[Any, Any] = (None, None)
        self._metric_names: list[tuple[str, str]] | None = None
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
            For names that Keras has not, and what the engine has not; the model is then as it was. Also for an
            optimiser that goes on with what it gathered for this model, where layers were frozen, thawed or changed
            since.
        """
        if run_eagerly:
            raise ValueError("compile: run_eagerly=True runs Python code in each step, which the engine does not")
        for name, value, known in (
            ("loss_weights", loss_weights, (list, tuple, Mapping, float)),
            ("metrics", metrics, (list, tuple, Mapping)),
            ("weighted_metrics", weighted_metrics, (list, tuple, Mapping)),
        ):
            if value and not isinstance(value, known):
                raise ValueError(f"Expected `{name}` to be a list, tuple or dict; found {value!r}")
        found = _optimizers.get(optimizer)
        before = {name: vars(self).get(name) for name in _COMPILED}
        # As in Keras, an optimiser goes on with what it has gathered.
        goes_on = found is self._optimizer and self._handle is not None and found.iterations > 0
        try:
            self._optimizer = found
            self._compilation = {
                "loss": encoded(named(loss, _losses), "loss"),
                "loss_weights": encoded(loss_weights, "loss_weights"),
                "metrics": encoded(named(metrics, _metrics), "metrics"),
                "weighted_metrics": encoded(named(weighted_metrics, _metrics), "weighted_metrics"),
            }
            self._loss = loss
            self._metrics, self._metric_names = (metrics, weighted_metrics), None
            self._compile_network(goes_on)
        except BaseException:
            vars(self).update(before)
            raise

    def _compile_network(self, goes_on: bool) -> None:
        """Compiles the engine's network where there is one, or can be."""
        if self._handle is None:
            if self._graph is not None and not any(None in symbol.shape[1:] for symbol in self.inputs):
                self._make()
        elif goes_on:
            described = json.dumps(self._described())
            if self._built_to_train != self._trained() or _unflagged(self._built_of) != _unflagged(described):
                raise ValueError(
                    f"compile: layers of {self.name!r} were frozen, thawed or changed since the optimizer began, and "
                    "what it has gathered is for those of before; compile with a new one"
                )
            if self._compilation["loss"] is not None:
                # A copy is not compiled yet, and has what was gathered.
                handle = restored(*self._handle.archive())
                self._compile_engine(handle, keeps_rate=True)
                self._handle = handle
        elif self._built_of != json.dumps(self._described()):
            self._remake()
        else:
            self._compile_engine(self._handle)

    def _remake(self) -> None:
        """Makes the engine's network anew of layers that were frozen, thawed or changed, with its weights."""
        self._make({path: np.array(value) for path, value in self._state().items()})

    def compile_from_config(self, config: Mapping[str, Any]) -> None:
        """Compiles as Keras's JSON says."""
        known = ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics")
        self.compile(**{key: decoded(value) for key, value in config.items() if key in known})

    def _note_compilation(self, config: Mapping[str, Any]) -> None:
        """Notes how the engine's network is compiled already."""
        self._optimizer = _optimizers.get(decoded(config["optimizer"]))
        self._compilation = {key: config.get(key) for key in ("loss", "loss_weights", "metrics", "weighted_metrics")}
        self._loss = decoded(config.get("loss"))
        self._metrics = (decoded(config.get("metrics")), decoded(config.get("weighted_metrics")))
        self._metric_names = None
        self._optimizer._bind(self)

    def _compile_config(self) -> dict[str, Any] | None:
        if self._optimizer is None:
            return None
        return {"optimizer": encoded(self._optimizer, "optimizer"), **(self._compilation or {})}

    def _compile_engine(self, handle: Handle, keeps_rate: bool = False) -> None:
        # What an optimiser of an earlier model says is that model's.
        config, outputs = self._compile_config() or {}, self._outputs
        if config.get("loss") is None:
            return
        config["loss"], config["loss_weights"] = losses(config["loss"], config.get("loss_weights"), outputs)
        for key in ("metrics", "weighted_metrics"):
            config[key] = metrics(config.get(key), outputs, key)
        handle.call("keras_compile", {"compile_config": config, "keeps_rate": keeps_rate or self._keeps_rate})
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

    def _compiled(self, trains: bool = False) -> Handle:
        if self._optimizer is None:
            raise ValueError("You must call `compile()` before calling `fit()` or `evaluate()`.")
        if (self._compilation or {}).get("loss") is None:
            raise ValueError("No loss to compute. Provide a `loss` argument in `compile()`.")
        if trains and self._handle is not None and self._built_to_train != self._trained():
            if self._optimizer.iterations:
                raise ValueError(
                    f"layers of {self.name!r} were frozen or thawed after it was trained; compile it again, with a new "
                    "optimizer"
                )
            self._remake()
        return self._engine()

    def _by_given_name(self, logs: Mapping[str, float]) -> dict[str, float]:
        """What is measured, by the names that `compile` and the outputs were given, as in Keras."""
        names = dict(self._reported)
        outputs = self._outputs
        names.update({f"{layer}_loss": f"{name}_loss" for name, layer in zip(outputs.names, outputs.layers)})
        renamed = {}
        for key, value in logs.items():
            prefix, body = ("val_", key[4:]) if key.startswith("val_") else ("", key)
            renamed[prefix + names.get(body, body)] = value
        return renamed

    @property
    def _reported(self) -> list[tuple[str, str]]:
        """The engine's names of metrics with those under which they are reported, in order."""
        if self._metric_names is None:
            own = self._handle.call("keras_metrics").value["names"]
            outputs = self._outputs
            lists = [metrics(given, outputs, "metrics") for given in self._metrics]
            self._metric_names = list(zip(own, metric_names(lists[0], lists[1], outputs.names)))
        return self._metric_names

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
        sample_weight : array of shape (n,), or list or dict by name of such for several outputs
        validation_freq : int or list of int
            After which epochs it is validated: each of so many, or those of these numbers, from 1.

        Returns
        -------
        History
            ``history`` holds a list for each loss and metric.

        Raises
        ------
        ValueError
            Where shapes do not fit, data are NaN, or what is asked the engine has not.
        """
        for name, value in (("steps_per_epoch", steps_per_epoch), ("validation_steps", validation_steps)):
            if value is not None:
                raise ValueError(
                    f"fit: {name}={value} is not known; the engine goes through all examples in each epoch"
                )
        batch_size = integer(32 if batch_size is None else batch_size, "fit: batch_size")
        epochs, initial_epoch = integer(epochs, "fit: epochs"), integer(initial_epoch, "fit: initial_epoch")
        told = _callbacks.checked(callbacks)
        arrays = self._examples(x, y, sample_weight)
        handle = self._compiled(trains=True)
        if validation_data is not None:
            if not 2 <= len(validation_data) <= 3:
                raise ValueError("validation_data wants (x, y) or (x, y, sample_weight)")
            held = (*validation_data, None)[:3]
            arrays |= self._examples(*held, prefix="val_")
            validation_split = 0.0
        settings: dict[str, Any] = {
            "batch_size": batch_size,
            "epochs": epochs,
            "initial_epoch": initial_epoch,
            "validation_split": validation_split,
            "shuffle": bool(shuffle),
            "seed": next_seed(),
        }
        if validation_batch_size is not None:
            settings["validation_batch_size"] = integer(validation_batch_size, "fit: validation_batch_size")
        if class_weight is not None:
            settings["class_weight"] = self._class_weight(class_weight, sample_weight, y)
        if validation_freq != 1:
            settings["validation_epochs"] = _validated(validation_freq, epochs)
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
            try:
                handle.call("keras_fit", settings, arrays, _Epochs(after))
            finally:
                self._changed()
        each("on_train_end", {})
        return history

    def _class_weight(self, class_weight: Any, sample_weight: Any, y: Any) -> dict[str, float]:
        """The weights of classes as the engine reads them."""
        if not isinstance(class_weight, Mapping) or not all(
            isinstance(key, (int, np.integer)) and not isinstance(key, bool) for key in class_weight
        ):
            raise ValueError(
                "class_weight is to be a dict of weights by the numbers of classes, such as {0: 1.0, 1: 5.0}"
            )
        if sample_weight is not None:
            raise ValueError("class_weight and sample_weight cannot be given at the same time")
        if len(self.outputs) > 1 or kind_of(y) != "one":
            raise ValueError("class_weight is only known of models with a single output, and of y as an array")
        return {str(int(key)): float(value) for key, value in class_weight.items()}

    def _in_order(self, logs: Mapping[str, float]) -> dict[str, float]:
        """The loss, the losses of outputs, then metrics as compile was given them."""
        given = [name for _, name in self._reported]
        own = [f"{name}_loss" for name in self._outputs.names]

        def place(name: str) -> tuple[int, int]:
            if name == "loss":
                return (0, 0)
            return (2, given.index(name)) if name in given else (1, own.index(name) if name in own else 0)

        return {name: float(logs[name]) for name in sorted(logs, key=place)}

    def _own_metrics(self) -> list[Any]:
        """The metrics that `compile` was given, of one output after the other."""
        outputs = self._outputs
        return [metric for given in self._metrics for one in metrics(given, outputs, "metrics") for metric in one]

    def _list_order(self, logs: Mapping[str, float]) -> list[str]:
        """The names of what is measured in the order of Keras's lists.

        Keras asks for metrics by the names that they have by themselves, and has the rest at the end by name; a
        weighted metric with the name of another is so told twice.
        """
        outputs = self._outputs
        own = [metric_name(metric) for metric in self._own_metrics()]
        trackers = [f"{name}_loss" for name in outputs.names] if len(outputs.names) > 1 else []
        first = [name for name in ("loss", *own, *trackers) if name in logs]
        return first + sorted(name for name in logs if name not in first)

    def _listed(self, logs: Mapping[str, float]) -> Any:
        values = [logs[name] for name in self._list_order(logs)]
        return values[0] if len(values) == 1 else values

    def train_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, class_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """One step on all examples given: the loss before it, and metrics.

        Returns
        -------
        float, list of float, or dict by name where `return_dict`
        """
        arrays = self._examples(x, y, sample_weight, is_batch=True)
        arguments = {} if class_weight is None else {"class_weight": self._class_weight(class_weight, sample_weight, y)}
        logs = self._compiled(trains=True).call("keras_train_on_batch", arguments, arrays).value
        logs = self._in_order(self._by_given_name(logs))
        self._changed()
        return logs if return_dict else self._listed(logs)

    def test_on_batch(self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False) -> Any:
        """Loss and metrics on all examples given."""
        arrays = self._examples(x, y, sample_weight, is_batch=True)
        logs = self._judged(arrays, len(arrays["x0"]))
        return logs if return_dict else self._listed(logs)

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
        batch_size = integer(32 if batch_size is None else batch_size, "evaluate: batch_size")
        logs = self._judged(self._examples(x, y, sample_weight), batch_size)
        if verbose not in (0, False):
            print(" - ".join(f"{key}: {value:.4g}" for key, value in logs.items()))
        self._measured = self._list_order(logs)
        return logs if return_dict else self._listed(logs)

    def _judged(self, arrays: Mapping[str, np.ndarray], batch_size: int) -> dict[str, float]:
        logs = self._compiled().call("keras_evaluate", {"batch_size": batch_size}, arrays).value
        return self._in_order(self._by_given_name(logs))

    @property
    def metrics_names(self) -> list[str]:
        """What `evaluate` gives, by name, where it was called."""
        return list(getattr(self, "_measured", ["loss"]))

    def predict(
        self, x: Any, batch_size: int | None = None, verbose: Any = "auto", steps: Any = None, callbacks: Any = None
    ) -> Any:
        """What the model makes of inputs.

        Parameters
        ----------
        x : array, list of arrays or dict of arrays by name
        batch_size : int, default 32
            Of models with stateful layers, which keep states of so many examples; others answer all at once.

        Returns
        -------
        array, or list or dict of arrays where the model has several outputs; a dict is in the order of its names
        """
        if steps is not None or callbacks:
            raise ValueError("predict: steps and callbacks are not known; the engine goes through all examples")
        arrays = self._inputs(x)
        size, count = integer(32 if batch_size is None else batch_size, "batch_size"), len(arrays[0])
        if size < 1:
            raise ValueError(f"predict: batch_size is {size}; it must be 1 or more")
        if count <= size or not _keeps_states(self):
            return self._answered(arrays)
        engine = self._engine()
        parts = [engine.predict([array[at : at + size] for array in arrays]) for at in range(0, count, size)]
        return self._output_form.predicted([np.concatenate(several) for several in zip(*parts)])

    def predict_on_batch(self, x: Any) -> Any:
        """As `predict`, of all examples at once."""
        return self._answered(self._inputs(x))

    def _answered(self, arrays: list[np.ndarray]) -> Any:
        return self._output_form.predicted(list(self._engine().predict(arrays)))


def _unflagged(described: str) -> Any:
    """What JSON says of a model but for what is frozen, which says nothing of layers without weights."""
    return json.loads(described, object_hook=lambda of: {key: of[key] for key in of if key != "trainable"})


def _keeps_states(layer: Any) -> bool:
    """Whether a layer, or one within it, goes on from the states of the last batch."""
    return bool(getattr(layer, "stateful", False)) or any(map(_keeps_states, layers_within(layer)))


def _validated(frequency: Any, epochs: int) -> list[int]:
    """The numbers of the epochs, from 1, after which it is validated."""
    if isinstance(frequency, (list, set, tuple)):
        return [integer(epoch, "fit: validation_freq") for epoch in frequency]
    if isinstance(frequency, (int, np.integer)) and frequency > 0:
        return list(range(int(frequency), epochs + 1, int(frequency)))
    raise ValueError(f"validation_freq is {frequency!r}; it must be a whole number from 1 on, or a list of epochs")
