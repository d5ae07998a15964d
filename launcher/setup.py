"""What the commands share: the environment of the portal's processes, and the files that are made only when stale."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import commands
from .children import run
from .places import ROOT
from .saying import Stop

# What the built files depend on; a change of any of them builds anew.
BUILD_INPUTS = [
    "locale/**/*.po",
    "static/**/*",
    "requirements-dev.txt",
    "portal/settings.py",
    "portal/finders.py",
    "portal/fonts.py",
    "portal/management/commands/*.py",
    "launcher/preparing.py",
]


def environment(var: Path, **settings: str) -> dict[str, str]:
    """That of this command, with only our settings: a variable meant for another portal on this machine stays out."""
    ours = ("TREMPLIN_", "SMTP_", "DATABASE_URL", "REDIS_URL", "DJANGO_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "TREMPLIN_VAR_DIR": str(var), **settings}


def build(var: Path, env: Mapping[str, str]) -> None:
    """Catalogues, fonts and static files, unless what stands in `var` is made of the same inputs."""
    stamp, now = var / "built", fingerprint()
    if (
        stamp.exists()
        and stamp.read_text() == now
        and (var / "static" / "staticfiles.json").exists()
        and has_catalogues()
    ):
        return
    must(commands.build(), env)
    stamp.write_text(now)


def has_catalogues() -> bool:
    return all(file.with_suffix(".mo").exists() for file in ROOT.glob("locale/**/*.po"))


def fingerprint() -> str:
    digest = hashlib.sha256()
    for file in inputs():
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def inputs() -> Iterator[Path]:
    for pattern in BUILD_INPUTS:
        yield from sorted(file for file in ROOT.glob(pattern) if file.is_file())


def must(command: commands.Command, env: Mapping[str, str]) -> None:
    code = run(commands.here(command), env=env)
    if code:
        raise Stop(f"{' '.join(command)} failed with exit code {code}; what it said stands above.")
