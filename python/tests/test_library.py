"""The structures, errors and arrays that the package and the library speak with."""

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import tern
from tern import _arrays, _handle, _library

HEADER = Path(__file__).resolve().parents[2] / "Sources/CTern/include"


def test_versions_of_package_and_library_are_the_same():
    assert _library.library.tern_version().decode() == tern.__version__


@pytest.mark.skipif(not shutil.which("cc") or not HEADER.exists(), reason="needs a C compiler and tern.h")
def test_structures_lie_as_the_header_has_them(tmp_path):
    names = {
        "tern_array": (_library.Array, "data type rank shape strides"),
        "tern_named_array": (_library.NamedArray, "name array"),
        "tern_port": (_library.PortRecord, "name unit type rank shape"),
        "tern_progress": (_library.ProgressRecord, "epoch epochs loss validation_loss logs"),
    }
    lines, ours = [], []
    for c, (structure, fields) in names.items():
        lines.append(f'printf("%zu\\n", sizeof({c}));')
        ours.append(ctypes.sizeof(structure))
        for field in fields.split():
            lines.append(f'printf("%zu\\n", offsetof({c}, {field}));')
            ours.append(getattr(structure, field).offset)
    program = tmp_path / "layout.c"
    program.write_text('#include <stdio.h>\n#include "tern.h"\nint main(void) {' + "\n".join(lines) + "}\n")
    subprocess.run(["cc", "-I", HEADER, program, "-o", tmp_path / "layout"], check=True)
    theirs = subprocess.run([tmp_path / "layout"], check=True, capture_output=True, text=True).stdout
    assert [int(number) for number in theirs.split()] == ours


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64, np.bool_, np.uint8])
def test_arrays_of_the_librarys_types_are_passed_where_they_lie(dtype):
    array = np.ones((3, 4), dtype)[::-1, ::2]
    assert _arrays.usable(array) is array
    record = _arrays.describe(array)
    assert record.data == array.ctypes.data
    assert tuple(record.strides[:2]) == array.strides
    assert (_arrays.view(record, array) == array).all()


@pytest.mark.parametrize(
    ("given", "kept"), [(np.float16, np.float32), (np.int8, np.int64), (np.uint16, np.int64), (">f8", np.float64)]
)
def test_other_numbers_become_such_types_without_loss(given, kept):
    array = np.arange(5).astype(given)
    usable = _arrays.usable(array)
    assert usable.dtype in _arrays.TYPES
    assert usable.dtype == kept or usable.dtype == np.float64
    assert (usable == np.arange(5)).all()


@pytest.mark.parametrize("given", [np.array(["a"]), np.array([1j]), np.array([object()]), np.array([2**64 - 1])])
def test_what_is_no_number_is_refused(given):
    with pytest.raises(ValueError, match="x "):
        _arrays.usable(given, "x")


def test_unknown_functions_and_estimators_are_value_errors_that_name_them():
    with pytest.raises(ValueError, match="fly"):
        _handle.call("fly")
    with pytest.raises(ValueError, match="Oracle"):
        tern.make({"estimator": "Oracle"})


def test_files_that_are_not_there_are_os_errors_that_name_them(tmp_path):
    with pytest.raises(OSError, match="absent"):
        tern.open(tmp_path / "absent.safetensors")


def test_threads_are_counted_from_one():
    before = tern.threads()
    tern.set_threads(2)
    assert tern.threads() == 2
    with pytest.raises(ValueError):
        tern.set_threads(0)
    tern.set_threads(before)
