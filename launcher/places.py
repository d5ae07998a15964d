"""Where things are, and whose."""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from .saying import Stop

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sys.executable


def is_root() -> bool:
    return os.geteuid() == 0


def programmes() -> list[Path]:
    return sorted(file.parent for file in ROOT.glob("content/*/programme.yaml"))


def package_folder(name: str) -> Path:
    """Found without importing it: of some packages we want only the files."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise Stop(f"The package {name} is not installed: run script/venv.")
    return Path(spec.origin).parent
