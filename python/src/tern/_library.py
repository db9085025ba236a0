"""The shared library behind the package: where it lies, its structures, and its errors as exceptions."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

MAX_RANK = 8
"""The most dimensions that an array of the library has."""

(OK, BAD_ARGUMENT, BAD_FILE, BAD_DATA, CANCELLED) = range(5)


class Array(ctypes.Structure):
    """``tern_array``: a view of memory by address, type, shape and strides in bytes."""

    _fields_ = [
        ("data", ctypes.c_void_p),
        ("type", ctypes.c_int32),
        ("rank", ctypes.c_int32),
        ("shape", ctypes.c_int64 * MAX_RANK),
        ("strides", ctypes.c_int64 * MAX_RANK),
    ]


class NamedArray(ctypes.Structure):
    """``tern_named_array``."""

    _fields_ = [("name", ctypes.c_char_p), ("array", Array)]


class PortRecord(ctypes.Structure):
    """``tern_port``: what a model reads or gives."""

    _fields_ = [
        ("name", ctypes.c_char_p),
        ("unit", ctypes.c_char_p),
        ("type", ctypes.c_int32),
        ("rank", ctypes.c_int32),
        ("shape", ctypes.c_int64 * MAX_RANK),
    ]


class ProgressRecord(ctypes.Structure):
    """``tern_progress``: where a training stands."""

    _fields_ = [
        ("epoch", ctypes.c_int64),
        ("epochs", ctypes.c_int64),
        ("loss", ctypes.c_double),
        ("validation_loss", ctypes.c_double),
        ("logs", ctypes.c_char_p),
    ]


# Laid out by hand: a compiler that would disagree with the library's is told here, not by wrong numbers.
for _structure, _size in ((Array, 144), (NamedArray, 152), (PortRecord, 88), (ProgressRecord, 40)):
    if ctypes.sizeof(_structure) != _size:
        raise ImportError(f"{_structure.__name__} takes {ctypes.sizeof(_structure)} bytes here, {_size} in the library")

ProgressFunction = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ProgressRecord))

_FUNCTIONS = {
    "tern_error_message": (ctypes.c_char_p, []),
    "tern_version": (ctypes.c_char_p, []),
    "tern_model_open": (ctypes.c_int, [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]),
    "tern_model_make": (ctypes.c_int, [ctypes.c_char_p, ctypes.POINTER(ctypes.c_void_p)]),
    "tern_model_close": (None, [ctypes.c_void_p]),
    "tern_model_save": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_char_p]),
    "tern_model_describe": (ctypes.c_int, [ctypes.c_void_p, ctypes.POINTER(ctypes.c_char_p)]),
    "tern_model_input_count": (ctypes.c_int32, [ctypes.c_void_p]),
    "tern_model_output_count": (ctypes.c_int32, [ctypes.c_void_p]),
    "tern_model_input": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_int32, ctypes.POINTER(PortRecord)]),
    "tern_model_output": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_int32, ctypes.POINTER(PortRecord)]),
    # Pointers to arrays as void: what is passed is made here, and need not be checked at each call.
    "tern_model_predict": (
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32],
    ),
    "tern_model_fit": (
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p, ctypes.c_int32, ctypes.c_void_p]
        + [ctypes.c_int, ProgressFunction, ctypes.c_void_p],
    ),
    "tern_set_threads": (ctypes.c_int, [ctypes.c_int32]),
    "tern_threads": (ctypes.c_int32, []),
    "tern_call": (
        ctypes.c_int,
        [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int32]
        + [ProgressFunction, ctypes.c_void_p, ctypes.POINTER(ctypes.c_void_p)],
    ),
    "tern_result_text": (ctypes.c_char_p, [ctypes.c_void_p]),
    "tern_result_array_count": (ctypes.c_int32, [ctypes.c_void_p]),
    "tern_result_array": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_int32, ctypes.POINTER(NamedArray)]),
    "tern_result_take_model": (ctypes.c_void_p, [ctypes.c_void_p]),
    "tern_result_close": (None, [ctypes.c_void_p]),
}


def _load() -> ctypes.CDLL:
    """The library that ``TERN_LIBRARY`` names, else the one in the package, else the system's."""
    named = os.environ.get("TERN_LIBRARY")
    bundled = Path(__file__).parent / "lib" / "libtern.so.0"
    path = named or (str(bundled) if bundled.exists() else "libtern.so.0")
    try:
        # A CDLL gives up the interpreter's lock during each call.
        library = ctypes.CDLL(path)
        for name, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as error:
        where = "TERN_LIBRARY names it" if named else "install the wheel, or set TERN_LIBRARY to libtern.so.0"
        raise ImportError(f"tern: the library {path} cannot be used ({where}): {error}") from error
    return library


library = _load()

_EXCEPTIONS = {BAD_ARGUMENT: ValueError, BAD_FILE: OSError, BAD_DATA: ValueError, CANCELLED: KeyboardInterrupt}


def path_text(path: str | os.PathLike[str]) -> bytes:
    """A path as C takes it, which would end at its first NUL.

    Raises
    ------
    ValueError
        For a path that holds one, as `open` does.
    """
    text = os.fsencode(path)
    if b"\0" in text:
        raise ValueError("embedded null byte")
    return text


def check(status: int) -> None:
    """Raises what a status stands for.

    Raises
    ------
    ValueError
        For arguments, data and settings that cannot be used.
    OSError
        For files that cannot be read or written.
    KeyboardInterrupt
        Where Ctrl-C ended a training.
    """
    if status != OK:
        message = (library.tern_error_message() or b"").decode("utf-8", "replace")
        raise _EXCEPTIONS.get(status, RuntimeError)(message or f"the library answered {status}")
