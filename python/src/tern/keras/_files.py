"""Models to and from files."""

from __future__ import annotations

import os
from typing import Any

from ._archive import description, formed, replaced


class Files:
    """What a model has for files; the engine writes and reads them."""

    _compilation: dict[str, Any] | None

    def save(self, filepath: Any, overwrite: bool = True, zipped: Any = None, include_optimizer: bool = True) -> None:
        """Writes the model as a ``.keras`` archive, which Keras opens.

        Raises
        ------
        ValueError
            For a path of another kind, `zipped=False`, and for what Keras has no word for.
        """
        if zipped is not None and not zipped:
            raise ValueError("save: zipped=False, a folder, is not known; the engine writes .keras archives")
        self._write(filepath, ".keras", overwrite, include_optimizer)

    def save_weights(self, filepath: Any, overwrite: bool = True) -> None:
        """Writes the weights as ``.weights.h5``, which Keras reads."""
        self._write(filepath, ".weights.h5", overwrite, True)

    def _write(self, filepath: Any, ending: str, overwrite: bool, include_optimizer: bool) -> None:
        path = os.fspath(filepath)
        if not path.endswith(ending):
            raise ValueError(f"The filepath must end in `{ending}`. Received: filepath={path}")
        if not overwrite and os.path.exists(path):
            raise ValueError(f"{path} exists; pass overwrite=True to replace it")
        self._engine().call("keras_save", {"path": path, "include_optimizer": include_optimizer})
        if ending == ".keras":
            self._complete(path)

    def _complete(self, path: str) -> None:
        """Gives an archive of the engine's what it does not know: forms, and how `compile` was told."""
        described = description(path)
        whole = formed(described, self)
        if described.get("compile_config") and self._compilation:
            whole["compile_config"] = {**described["compile_config"], **self._compilation}
        if whole != described:
            replaced(path, whole)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False) -> None:
        """Reads weights that `save_weights`, or Keras, wrote."""
        if skip_mismatch:
            raise ValueError("load_weights: skip_mismatch=True is not known; weights are read whole or not at all")
        self._engine().call("keras_load_weights", {"path": os.fspath(filepath)})
        self._changed()
