"""The files of the project: what git knows or would take; in a copy without git, everything that is not made."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MADE = {".venv", ".cache", ".git", "var", "__pycache__"}


@cache
def files() -> tuple[str, ...]:
    """Their names below the root, sorted."""
    if not (ROOT / ".git").exists():
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
        return tuple(sorted(str(path) for path in found if not MADE & set(path.parts) and path.suffix != ".pyc"))
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout  # noqa: S603  our own
    return tuple(sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file()))


def texts(*suffixes: str) -> dict[str, str]:
    """The text of every file, or of those that end so, by name; pictures and fonts are left out."""
    found = {}
    for name in files():
        if not suffixes or name.endswith(suffixes):
            content = (ROOT / name).read_bytes()
            if b"\0" not in content:
                found[name] = content.decode("utf-8")
    return found
