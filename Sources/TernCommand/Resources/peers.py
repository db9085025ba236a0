"""Does the work of another library for `tern benchmark`, run by run as standard input asks for it.

    python peers.py --list
    python peers.py --peer jax --case lecture --threads 2 --folder FOLDER [--quick]

`--list` says which peers this environment has. Otherwise each line is a question and is answered by a line of JSON:
`prepare PART` makes data and model and runs once (`first`, with tracing and compilation), `run SECONDS` runs as often
as fits into that time and at least once (`seconds` of each), `end` ends it. What a peer does for a case is the function
`WORK[case, peer]` of one of the modules below: it takes the part and the setting and gives what is to be run, or that
and a function of what it has made small (`value`), by which it is seen to have done the same work.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import importlib.util
import json
import math
import os
import sys
import time
from dataclasses import dataclass
from typing import Callable

# What each peer needs, the first of which gives the version.
NEEDS = {
    "tern-python": ["tern"], "sklearn": ["sklearn"], "torch": ["torch"], "torch-channels-last": ["torch"],
    "torch-compiled": ["torch"], "jax": ["jax"], "mlx": ["mlx"], "onnxruntime": ["onnxruntime", "onnxscript", "torch"],
    "keras-tensorflow": ["keras", "tensorflow"], "keras-jax": ["keras", "jax"], "keras-torch": ["keras", "torch"],
    "xarray": ["xarray", "netCDF4", "zarr"],
}
# Where a peer's work stands, the first that has the case.
MODULES = {
    "tern-python": ["peers_tern"], "sklearn": ["peers_tables"],
    "torch": ["peers_tables", "peers_torch", "peers_layers"],
    "torch-channels-last": ["peers_torch", "peers_layers"], "torch-compiled": ["peers_tables", "peers_torch"],
    "jax": ["peers_tables", "peers_jax", "peers_layers"], "mlx": ["peers_tables", "peers_mlx"],
    "onnxruntime": ["peers_onnx"], "keras-tensorflow": ["peers_keras"], "keras-jax": ["peers_keras"],
    "keras-torch": ["peers_keras"], "xarray": ["peers_fields"],
}
DISTRIBUTIONS = {"sklearn": "scikit-learn"}


@dataclass
class Setting:
    """What all work knows."""

    case: str
    peer: str
    threads: int
    folder: str
    quick: bool


def work(setting: Setting) -> Callable:
    """The function that does a case as a peer."""
    for name in MODULES[setting.peer]:
        found = importlib.import_module(name).WORK.get((setting.case, setting.peer))
        if found:
            return found
    raise LookupError(f"{setting.peer} has nothing for {setting.case}")


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def version(peer: str) -> str:
    name = NEEDS[peer][0]
    if name == "tern":
        return importlib.import_module("tern").__version__
    return importlib.metadata.version(DISTRIBUTIONS.get(name, name))


def serve(setting: Setting) -> None:
    # What libraries print goes where their complaints go.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    run: Callable[[], object] = lambda: None
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        if word == "end":
            break
        try:
            if word == "prepare":
                made = work(setting)(rest, setting)
                run, value = made if isinstance(made, tuple) else (made, None)
                answer = {"version": version(setting.peer), "first": timed(run)}
                if value is not None:
                    small = float(value())
                    # JSON has no such numbers: "nan" and "inf", as Tern writes them.
                    answer["value"] = small if math.isfinite(small) else str(small)
            else:
                seconds = [timed(run)]
                while sum(seconds) < float(rest):
                    seconds.append(timed(run))
                answer = {"seconds": seconds}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {str(error).strip().splitlines()[0] if str(error) else ''}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def set_threads(threads: int, peer: str) -> None:
    """Libraries read the number of threads when they are loaded."""
    for name in ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC", "TF_NUM_INTRAOP_THREADS",
                 "NUMEXPR_NUM_THREADS", "BLOSC_NTHREADS", "TERN_NUM_THREADS"]:
        os.environ[name] = str(threads)
    flags = "" if threads > 1 else " --xla_cpu_multi_thread_eigen=false"
    os.environ["XLA_FLAGS"] = (os.environ.get("XLA_FLAGS", "") + flags).strip()
    os.environ |= {"JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3", "TORCHINDUCTOR_FX_GRAPH_CACHE": "0"}
    if peer.startswith("keras-"):
        os.environ["KERAS_BACKEND"] = peer.removeprefix("keras-")


def main() -> None:
    parser = argparse.ArgumentParser(description="Does the work of another library, run by run.")
    parser.add_argument("--list", action="store_true", help="print the peers that can be had here")
    parser.add_argument("--peer", choices=list(NEEDS))
    parser.add_argument("--case")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", default=".")
    parser.add_argument("--quick", action="store_true", help="small data: the times say nothing")
    arguments = parser.parse_args()
    if arguments.list:
        for peer, needs in NEEDS.items():
            if all(importlib.util.find_spec(name) for name in needs):
                print(peer)
        return
    set_threads(arguments.threads, arguments.peer)
    serve(Setting(arguments.case, arguments.peer, arguments.threads, arguments.folder, arguments.quick))


if __name__ == "__main__":
    main()
