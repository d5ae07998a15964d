"""The web servers under measurement, and what they and the database have used of the CPU."""

import socket
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection

from launcher import commands
from launcher.children import Child, running

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Cpu:
    """Seconds, of all processes of each."""

    web: float
    database: float

    def __sub__(self, before: "Cpu") -> "Cpu":
        return Cpu(self.web - before.web, self.database - before.database)


@dataclass(frozen=True)
class Web:
    port: int
    process: psutil.Process

    def cpu(self) -> Cpu:
        """What this web server and the database have used so far."""
        return Cpu(tree_seconds(self.process), tree_seconds(database()))


@contextmanager
def web(application: str, env: Mapping[str, str]) -> Iterator[Web]:
    """The demo's web server, with another application if asked."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        command = [*commands.here(commands.web(host=HOST, port=port))[:-1], application]
        child = Child("web", command, log=Path(folder) / "log", env=env)
        with running(child):
            child.wait_until(lambda: answers(port), timeout=60)
            assert child.process  # noqa: S101
            yield Web(port, psutil.Process(child.process.pid))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/", timeout=5):  # our own server
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def database() -> psutil.Process:
    """The parent of the process that serves us; it must run on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return psutil.Process(cursor.fetchone()[0]).parent()


def tree_seconds(root: psutil.Process) -> float:
    """User and system seconds of a process and its descendants, those that have ended included."""
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total
