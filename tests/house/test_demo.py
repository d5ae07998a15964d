"""script/demo as a person runs it, on a folder and a port of its own."""

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from django.conf import settings

from launcher.demo import free_port, need_port, news_of_activity, only_one, throw_away
from launcher.places import ROOT
from launcher.saying import Stop
from launcher.setup import environment


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What script/test built of the same files is not built again."""
    var = tmp_path_factory.mktemp("demo")
    if (settings.VAR_DIR / "built").exists():
        for name in ("static", "fonts"):
            shutil.copytree(settings.VAR_DIR / name, var / name)
        shutil.copy(settings.VAR_DIR / "built", var / "built")
    yield var
    throw_away(var)


@contextmanager
def demo(var: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running demo, and what it said until it was ready."""
    command = [sys.executable, "-m", "launcher.demo", "--var", str(var), "--port", str(port)]
    process = subprocess.Popen(  # noqa: S603
        command, cwd=ROOT, env=environment(var), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line == "Ctrl-C ends it.\n":
            break
    try:
        yield process, said
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


def database(var: Path) -> psycopg.Connection[tuple[object, ...]]:
    sockets = (var / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[4]
    return psycopg.connect(host=sockets, user="portal", dbname="portal", autocommit=True)


def inbox_holds(port: int, receiver: str, *, seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with urllib.request.urlopen(f"http://localhost:{port}/demo/inbox/") as answer:
            if f"<strong>{receiver}</strong>" in answer.read().decode():
                return True
        time.sleep(0.2)
    return False


def test_demo_keeps_its_data_and_leaves_no_process(var: Path) -> None:
    port = free_port()

    with demo(var, port) as (process, said):
        assert f"http://localhost:{port}/\n" in said
        with urllib.request.urlopen(f"http://localhost:{port}/readyz") as answer:
            assert answer.status == 200
        assert inbox_holds(port, "dana@demo.example")  # her invitation went through the worker and the mail server
        with database(var) as connection:
            connection.execute("CREATE TABLE kept_by_the_test ()")
        children = family(process)
        process.kill()
        assert not psutil.wait_procs(children, timeout=10)[1]

    with demo(var, port) as (process, said):
        assert "Static files collected" not in said
        assert "Database migrated" not in said
        with database(var) as connection:
            connection.execute("DROP TABLE kept_by_the_test")

        parts = psutil.Process(process.pid).children()
        worker = next(part for part in parts if "worker" in part.cmdline())
        worker.kill()
        assert process.stdout is not None
        assert any(line.startswith("worker ended and is started again") for line in process.stdout)

        children = family(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(120) == 130  # each part may take its ten seconds to end
        assert not psutil.wait_procs(children, timeout=5)[1]


def test_terminal_says_once_when_the_activity_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    states = iter([{}, {"ok": False, "state": "running"}, {"ok": True, "state": "done"}])
    monkeypatch.setattr("launcher.demo.activity", lambda port: next(states))
    assert [*news_of_activity(8000)] == ["", "", "The demo's activity is there, after 0 s more."]


def test_terminal_says_when_the_activity_could_not_be_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("launcher.demo.activity", lambda port: {"ok": False, "state": "failed"})
    assert [*news_of_activity(8000)] == [
        "The demo's activity could not be loaded; log/worker.log says why. Started anew, the demo tries again."
    ]


def test_a_port_in_use_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Stop, match=re.escape(f"Choose another: script/demo --port {port + 1}")):
            need_port(port)


def test_a_second_demo_on_the_same_data_is_refused(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(Stop, match="A demo already runs"), only_one(tmp_path):
        pass


def test_fresh_throws_the_data_away_and_keeps_what_was_built(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    var = tmp_path / "var"
    (var / "static").mkdir(parents=True)
    (var / "files").mkdir()
    (var / "secret-key").write_text("x")
    (var / "postgres").symlink_to(elsewhere)
    throw_away(var)
    assert [path.name for path in var.iterdir()] == ["static"]
    assert not elsewhere.exists()
