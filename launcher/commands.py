"""How each part of the portal is run: by script/demo, and word for word by docker-compose.yml."""

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

Command = list[str]


def web(*, host: str, port: int) -> Command:
    """Two processes of four threads; what exceeds their backpressure waits in the socket, not in memory.

    A process may hold as many database connections as it has threads: see TREMPLIN_DATABASE_POOL.
    """
    options = "--interface wsgi --no-ws --workers 2 --blocking-threads 4 --backpressure 64"
    survival = "--respawn-failed-workers --respawn-interval 0.1 --workers-kill-timeout 5"
    where = f"--host {host} --port {port}"
    return shlex.split(f"python -m granian {options} {survival} {where} portal.wsgi:application")


def worker() -> Command:
    return shlex.split(
        "python -m celery -A portal worker --concurrency 2 --loglevel INFO --without-gossip --without-mingle"
    )


def beat(schedule: Path) -> Command:
    return [*shlex.split("python -m celery -A portal beat --loglevel INFO --schedule"), str(schedule)]


def build() -> Command:
    """Files made of files: catalogues, fonts, static files."""
    return shlex.split("python -m launcher.preparing build")


def prepare_data() -> Command:
    """The database brought up to date: tables, then every programme of content/."""
    return shlex.split("python -m launcher.preparing data")


def probe(path: str) -> Command:
    return shlex.split(f"python -m launcher.probe {path}")


def here(command: Sequence[str]) -> Command:
    """The same, by the Python that runs this."""
    return [sys.executable, *command[1:]]
