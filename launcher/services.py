"""The database and the broker of a command: those that the environment names, else our own, gone when it is gone."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from .children import Child, Service
from .places import is_root
from .postgres import postgres
from .valkey import valkey


@dataclass(frozen=True)
class Services:
    database: Service
    broker: Service

    @property
    def env(self) -> dict[str, str]:
        return {"DATABASE_URL": self.database.url, "REDIS_URL": self.broker.url}

    @property
    def children(self) -> list[Child]:
        return [service.child for service in (self.database, self.broker) if service.child]


@contextmanager
def services(*, run: Path, data: Path | None = None) -> Iterator[Services]:
    """`data` is where the database stays between runs; without it, it is thrown away and need not wait for the disk."""
    with ExitStack() as stack:
        database, broker = os.environ.get("DATABASE_URL"), os.environ.get("REDIS_URL")
        yield Services(
            Service(database) if database else stack.enter_context(postgres(run=run, data=data)),
            Service(broker) if broker else stack.enter_context(valkey(run=run)),
        )


@contextmanager
def run_folder() -> Iterator[Path]:
    """A short-lived folder with a short path (a socket's may have about a hundred characters), gone at the end."""
    parent = Path("/tmp" if is_root() else tempfile.gettempdir())  # noqa: S108  # mkdtemp below makes it safe
    remove_abandoned_folders(parent)
    folder = Path(tempfile.mkdtemp(prefix="tremplin-run-", dir=parent))
    try:
        folder.chmod(0o711)  # the user that PostgreSQL runs as must pass
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned_folders(parent: Path) -> None:
    """Folders of commands that were killed: ours, and nobody holds their lock any more."""
    for lock in parent.glob("tremplin-run-*/lock"):
        with suppress(OSError):
            if lock.stat().st_uid != os.geteuid():
                continue
            with lock.open() as handle:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
