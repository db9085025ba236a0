"""The command ``tern`` that the wheel carries. It stands beside the package, which it need not import to begin."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Becomes the bundled program, with the same arguments."""
    program = Path(__file__).parent / "tern" / "bin" / "tern"
    if not program.exists():
        sys.exit("tern: this installation of the Python package does not carry the command; install the wheel")
    os.execv(program, ["tern", *sys.argv[1:]])
