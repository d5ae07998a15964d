"""script/bench: services that wait for the disk like real ones, then what bench/ measures."""

import secrets
import sys
from collections.abc import Sequence

from .children import run, stop_on_signals
from .places import PYTHON, ROOT
from .saying import end_with
from .services import run_folder, services
from .setup import build, environment
from .system import need_libraries


def main(arguments: Sequence[str]) -> int:
    stop_on_signals()
    need_libraries()
    var = ROOT / "var" / "bench"
    var.mkdir(parents=True, exist_ok=True)
    with run_folder() as folder, services(run=folder, data=folder / "data") as own:
        env = environment(var, **own.env, TREMPLIN_SECRET_KEY=secrets.token_urlsafe(50))
        build(var, env)
        return run([PYTHON, "-m", "bench", *arguments], env=env)


if __name__ == "__main__":
    end_with(lambda: main(sys.argv[1:]))
