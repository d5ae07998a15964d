"""What no Python package brings: Pango and HarfBuzz for the PDFs, and Chromium for the browser tests."""

import ctypes
import os
import shutil
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from .children import Outcome, try_out
from .places import is_root
from .saying import Stop, step

# Library -> its package on Debian and Ubuntu. Without harfbuzz-subset a PDF costs two to ten times as much.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
MAC_LIBRARIES = ["libpango-1.0.dylib", "libpangoft2-1.0.dylib", "libharfbuzz-subset.dylib"]
CHROMIUMS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


def need_libraries() -> None:
    missing = missing_libraries()
    if missing and can_apt_install():
        apt_install([LIBRARIES[each] for each in missing])
        missing = missing_libraries()
    if missing:
        raise Stop(how_to_get_libraries(missing))


def missing_libraries() -> list[str]:
    return [name for name in (MAC_LIBRARIES if sys.platform == "darwin" else LIBRARIES) if not loads(name)]


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def how_to_get_libraries(missing: Sequence[str]) -> str:
    said = f"WeasyPrint, which makes the PDFs, needs {', '.join(missing)}. Install:"
    if sys.platform == "darwin":
        return f"{said}\n  brew install pango harfbuzz"
    packages = " ".join(LIBRARIES[each] for each in missing)
    return f"{said}\n  Debian, Ubuntu: sudo apt-get install {packages}\n  Fedora: sudo dnf install pango harfbuzz"


def need_chromium() -> str:
    """The browser's path; a missing one is a failure, never a skip."""
    named = os.environ.get("TREMPLIN_CHROMIUM")
    if named:
        if not answers_version(named):
            raise Stop(f"TREMPLIN_CHROMIUM names {named}, which does not run.")
        return named
    found = find_chromium()
    if not found and can_apt_install() and distribution() == "debian":  # Ubuntu's package only points to a snap
        apt_install(["chromium"])
        found = find_chromium()
    if not found:
        raise Stop(
            "The browser tests need Chromium. Debian: sudo apt-get install chromium. Ubuntu: sudo snap install chromium.\n"
            "Any Chromium or Chrome will do: set TREMPLIN_CHROMIUM to its path."
        )
    return found


def find_chromium() -> str | None:
    return next((path for name in CHROMIUMS if (path := shutil.which(name)) and answers_version(path)), None)


def answers_version(program: str) -> bool:
    return try_out([program, "--version"]).succeeded


def distribution() -> str:
    """ "debian", "ubuntu" ... as the machine calls itself."""
    with suppress(OSError):
        for line in Path("/etc/os-release").read_text().splitlines():
            if line.startswith("ID="):
                return line.removeprefix("ID=").strip('"')
    return ""


def can_apt_install() -> bool:
    return is_root() and distribution() in {"debian", "ubuntu"} and shutil.which("apt-get") is not None


def apt_install(packages: Sequence[str]) -> None:
    install = ["install", "--yes", "--no-install-recommends", *packages]
    with step(f"Installed {', '.join(packages)}"):
        if apt_get(install).succeeded:
            return
        apt_get(["update"])  # most likely the machine has no lists yet
        tried = apt_get(install)
        if not tried.succeeded:
            raise Stop(f"apt-get could not install {' '.join(packages)}:\n{tried.output}")


def apt_get(arguments: Sequence[str]) -> Outcome:
    return try_out(["apt-get", *arguments], env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
