"""What is called while a model trains: after and before each epoch, as in Keras."""

from __future__ import annotations

import builtins
import csv
import math
import os
import warnings
from typing import Any

import numpy as np

from ._json import snake
from ._reports import metric_name


class Callback:
    """Called by `Model.fit`; its methods do nothing until they are overridden.

    The engine calls between epochs: a callback that overrides one of the methods for batches is refused by `Model.fit`.
    """

    model: Any = None
    params: dict[str, Any]

    def set_model(self, model: Any) -> None:
        """Names the model that trains."""
        self.model = model

    def set_params(self, params: dict[str, Any]) -> None:
        """Tells how it trains: ``verbose``, ``epochs``, ``steps``."""
        self.params = params

    def on_train_begin(self, logs: Any = None) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Any = None) -> None:
        """After the last epoch."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Before an epoch, counted from 0."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """After an epoch; `logs` holds ``loss``, the metrics, and both with ``val_``."""

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Never called."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Never called."""

    on_batch_begin = on_train_batch_begin
    on_batch_end = on_train_batch_end

    def on_test_begin(self, logs: Any = None) -> None:
        """Never called."""

    def on_test_end(self, logs: Any = None) -> None:
        """Never called."""

    on_test_batch_begin = on_train_batch_begin
    on_test_batch_end = on_train_batch_end


_NEVER = (
    "on_train_batch_begin on_train_batch_end on_batch_begin on_batch_end on_test_begin on_test_end "
    "on_test_batch_begin on_test_batch_end"
).split()


def checked(callbacks: Any) -> list[Callback]:
    """Callbacks as a list, without such as want to be called where the engine does not call.

    Raises
    ------
    ValueError
        For a callback that overrides a method for batches.
    """
    if callbacks is None:
        return []
    found = list(callbacks) if isinstance(callbacks, (list, tuple)) else [callbacks]
    for callback in found:
        if not hasattr(callback, "on_epoch_end"):
            raise TypeError(f"{callback!r} is no callback; extend tern.keras.callbacks.Callback")
        own = [name for name in _NEVER if getattr(type(callback), name, None) is not getattr(Callback, name)]
        if isinstance(callback, Callback) and own:
            raise ValueError(
                f"{type(callback).__name__}.{own[0]}: the engine calls between epochs only; use on_epoch_end"
            )
    return found


class History(Callback):
    """What `Model.fit` gives: ``history`` holds a list for each loss and metric, ``epoch`` the epochs."""

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Begins anew."""
        self.history, self.epoch = {}, []

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Notes all that is measured."""
        self.epoch.append(epoch)
        for key, value in (logs or {}).items():
            self.history.setdefault(key, []).append(value)


# Metrics that are better the larger they are, where their name does not say it.
_UP = ("acc", "auc", "precision", "recall", "f1", "fbeta", "r2", "correlation", "cosine_similarity", "iou", "io_u")
_UP += ("sensitivity", "specificity")
_NEITHER = ("true_positives", "true_negatives", "false_positives", "false_negatives", "mean", "sum")
_NEITHER += ("TruePositives", "TrueNegatives", "FalsePositives", "FalseNegatives")


class _Monitoring(Callback):
    """A callback that watches one of what is measured."""

    def __init__(self, monitor: str, mode: str, min_delta: float = 0, baseline: float | None = None):
        if mode not in ("auto", "min", "max"):
            warnings.warn(f"{type(self).__name__} mode '{mode}' is unknown, fallback to auto mode.", stacklevel=3)
            mode = "auto"
        self.monitor, self.mode = monitor, mode
        self.min_delta, self.best = abs(min_delta), baseline

    def _settle(self) -> None:
        """Looks which way is better.

        Raises
        ------
        ValueError
            Where neither the mode nor a metric of this name tells.
        """
        name = self.monitor.removeprefix("val_")
        self._rises = self.mode == "max"
        if self.mode != "auto" or name == "loss":
            return
        for metric in self.model._own_metrics():
            if metric_name(metric) == name:
                kind = metric if isinstance(metric, str) else snake(type(metric).__name__)
                if kind in _NEITHER:
                    break
                self._rises = any(word in kind.lower() for word in _UP)
                return
        raise ValueError(
            f"{type(self).__name__} watches {self.monitor}, of which Keras cannot tell whether more or less of it is "
            "better; say mode='max' or mode='min'"
        )

    def _improves(self, value: float, than: float | None) -> bool:
        if than is None:
            return True
        up = self._rises
        return value - self.min_delta > than if up else value + self.min_delta < than


class EarlyStopping(_Monitoring):
    """Stops where what is watched no longer gets better for `patience` epochs.

    Parameters
    ----------
    monitor : default 'val_loss'
    min_delta : default 0
        What counts as better is better by more than this.
    patience : default 0
    verbose : default 0
    mode : {'auto', 'min', 'max'}
    baseline : default None
        What has to be reached.
    restore_best_weights : default False
        Whether the weights of the best epoch are put back.
    start_from_epoch : default 0
    """

    def __init__(
        self, monitor="val_loss", min_delta=0, patience=0, verbose=0, mode="auto", baseline=None,
        restore_best_weights=False, start_from_epoch=0,
    ):  # fmt: skip
        super().__init__(monitor, mode, min_delta)
        self.patience, self.verbose, self.baseline = patience, verbose, baseline
        self.restore_best_weights, self.start_from_epoch = restore_best_weights, start_from_epoch
        self.on_train_begin()

    def on_train_begin(self, logs=None):
        """Forgets what was the best before."""
        self.wait = self.stopped_epoch = self.best_epoch = 0
        self.best = self.best_weights = None

    def on_epoch_end(self, epoch, logs=None):
        """Looks whether it is better, and stops where it has waited enough."""
        self._settle()
        value = (logs or {}).get(self.monitor)
        if value is None:
            warnings.warn(
                f"Early stopping conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs or {})}",
                stacklevel=2,
            )
        if value is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            self.best_weights, self.best_epoch = self.model.get_weights(), epoch
        self.wait += 1
        if self._improves(value, self.best):
            self.best, self.best_epoch = value, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._improves(value, self.baseline):
                self.wait = 0
            return
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs=None):
        """Puts the best weights back where that is wanted."""
        if self.stopped_epoch > 0 and self.verbose > 0:
            print(f"Epoch {self.stopped_epoch + 1}: early stopping")
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                print(f"Restoring model weights from the end of the best epoch: {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)


class ReduceLROnPlateau(_Monitoring):
    """Lowers the learning rate where what is watched no longer gets better for `patience` epochs.

    Parameters
    ----------
    monitor : default 'val_loss'
    factor : default 0.1
        Below 1.
    patience : default 10
    verbose : default 0
    mode : {'auto', 'min', 'max'}
    min_delta : default 0.0001
    cooldown : default 0
        Epochs after a change in which nothing is counted.
    min_lr : default 0.0
    """

    def __init__(
        self, monitor="val_loss", factor=0.1, patience=10, verbose=0, mode="auto", min_delta=1e-4, cooldown=0,
        min_lr=0.0,
    ):  # fmt: skip
        super().__init__(monitor, mode, min_delta)
        if factor >= 1:
            raise ValueError(f"ReduceLROnPlateau does not support a factor >= 1.0. Received factor={factor}")
        self.factor, self.patience, self.verbose, self.cooldown, self.min_lr = (
            factor,
            patience,
            verbose,
            cooldown,
            min_lr,
        )
        self.on_train_begin()

    def on_train_begin(self, logs=None):
        """Forgets what was the best before."""
        self.best = None
        self.wait = self.cooldown_counter = 0

    def on_epoch_end(self, epoch, logs=None):
        """Looks whether it is better, and lowers the rate where it has waited enough."""
        self._settle()
        logs = {} if logs is None else logs
        rate = logs["learning_rate"] = float(self.model.optimizer.learning_rate)
        value = logs.get(self.monitor)
        if value is None:
            warnings.warn(
                f"Learning rate reduction is conditioned on metric `{self.monitor}` which is not available. "
                f"Available metrics are: {','.join(logs)}.",
                stacklevel=2,
            )
            return
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.wait = 0
        if self._improves(value, self.best):
            self.best, self.wait = value, 0
        elif self.cooldown_counter <= 0:
            self.wait += 1
            if self.wait >= self.patience and rate > np.float32(self.min_lr):
                lower = max(rate * self.factor, self.min_lr)
                self.model.optimizer.learning_rate = lower
                if self.verbose > 0:
                    print(f"\nEpoch {epoch + 1}: ReduceLROnPlateau reducing learning rate to {lower}.")
                self.cooldown_counter, self.wait = self.cooldown, 0


class ModelCheckpoint(_Monitoring):
    """Saves the model, or its weights, after each epoch or each better one.

    Parameters
    ----------
    filepath : path-like
        With ``{epoch:02d}`` and such of what is measured; ``.keras``, or ``.weights.h5`` for weights alone.
    monitor : default 'val_loss'
    verbose : default 0
    save_best_only : default False
    save_weights_only : default False
    mode : {'auto', 'min', 'max'}
    save_freq : 'epoch'
        The engine saves after epochs only.
    initial_value_threshold : default None
        What counts as the best before.
    """

    def __init__(
        self, filepath, monitor="val_loss", verbose=0, save_best_only=False, save_weights_only=False, mode="auto",
        save_freq="epoch", initial_value_threshold=None,
    ):  # fmt: skip
        super().__init__(monitor, mode, 0, initial_value_threshold)
        self.filepath, self.verbose = os.fspath(filepath), verbose
        self.save_best_only, self.save_weights_only, self.save_freq = save_best_only, save_weights_only, save_freq
        if save_freq != "epoch":
            raise ValueError(f"save_freq is {save_freq}; the engine saves after epochs: 'epoch'")
        ending = ".weights.h5" if save_weights_only else ".keras"
        if not self.filepath.endswith(ending):
            raise ValueError(f"the filepath provided must end in `{ending}`. Received: filepath={self.filepath}")

    def on_epoch_end(self, epoch, logs=None):
        """Saves where that is due."""
        self._settle()
        logs = logs or {}
        if self.save_best_only:
            value = logs.get(self.monitor)
            if value is None:
                warnings.warn(f"Can save best model only with {self.monitor} available.", stacklevel=2)
            elif not self._improves(value, self.best):
                return
            else:
                self.best = value
        path = self.filepath.format(epoch=epoch + 1, **logs)
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: saving model to {path}")
        if self.save_weights_only:
            self.model.save_weights(path)
        else:
            self.model.save(path)


class CSVLogger(Callback):
    """Writes what is measured to a table, a row for each epoch.

    Parameters
    ----------
    filename : path-like
    separator : default ','
    append : default False
        Whether rows are added to a table that is there.
    """

    def __init__(self, filename, separator=",", append=False):
        self.filename, self.sep, self.append = os.fspath(filename), separator, append
        self._file: Any = None

    def on_train_begin(self, logs=None):
        """Opens the table."""
        self._header = not (self.append and os.path.exists(self.filename) and os.path.getsize(self.filename) > 0)
        self._file = builtins.open(self.filename, "a" if self.append else "w", newline="", encoding="utf-8")
        self._writer: Any = None

    def on_epoch_end(self, epoch, logs=None):
        """Writes a row."""
        if self._writer is None:
            keys = sorted(logs)
            if not any(key.startswith("val_") for key in keys):
                keys += [f"val_{key}" for key in keys]
            self._writer = csv.DictWriter(self._file, ["epoch", *keys], "NA", "ignore", delimiter=self.sep)
            if self._header:
                self._writer.writeheader()
        self._writer.writerow({"epoch": epoch, **logs})
        self._file.flush()

    def on_train_end(self, logs=None):
        """Closes the table."""
        if self._file is not None:
            self._file.close()


class LambdaCallback(Callback):
    """Calls functions: ``on_epoch_begin(epoch, logs)``, ``on_epoch_end(epoch, logs)``, ``on_train_begin(logs)``,
    ``on_train_end(logs)``. Functions for batches are refused: the engine calls between epochs."""

    def __init__(
        self, on_epoch_begin=None, on_epoch_end=None, on_train_begin=None, on_train_end=None, on_train_batch_begin=None,
        on_train_batch_end=None,
    ):  # fmt: skip
        if on_train_batch_begin is not None or on_train_batch_end is not None:
            raise ValueError("LambdaCallback: the engine calls between epochs only; use on_epoch_end")
        given = dict(
            on_epoch_begin=on_epoch_begin, on_epoch_end=on_epoch_end, on_train_begin=on_train_begin,
            on_train_end=on_train_end,
        )  # fmt: skip
        for name, function in given.items():
            if function is not None:
                setattr(self, name, function)


class LearningRateScheduler(Callback):
    """Sets the learning rate before each epoch.

    Parameters
    ----------
    schedule : callable
        Of the epoch, from 0, and the rate up to now; or of the epoch alone.
    verbose : default 0
    """

    def __init__(self, schedule, verbose=0):
        self.schedule, self.verbose = schedule, verbose

    def on_epoch_begin(self, epoch, logs=None):
        """Sets the rate."""
        try:
            rate = self.schedule(epoch, float(self.model.optimizer.learning_rate))
        except TypeError:
            rate = self.schedule(epoch)
        if not isinstance(rate, (float, np.floating)):
            raise ValueError(f"The output of the `schedule` function should be a float. Got: {rate}")
        self.model.optimizer.learning_rate = rate
        if self.verbose > 0:
            print(f"\nEpoch {epoch + 1}: LearningRateScheduler setting learning rate to {rate}.")

    def on_epoch_end(self, epoch, logs=None):
        """Notes the rate."""
        if logs is not None:
            logs["learning_rate"] = float(self.model.optimizer.learning_rate)


class TerminateOnNaN(Callback):
    """Stops after an epoch whose loss is no number, or raises."""

    def __init__(self, raise_error: bool = False):
        self.raise_error = raise_error

    def on_epoch_end(self, epoch, logs=None):
        """Looks at the loss."""
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            if self.raise_error:
                raise RuntimeError(f"NaN or Inf loss encountered in epoch {epoch}")
            print(f"Epoch {epoch}: Invalid loss, terminating training")
            self.model.stop_training = True
