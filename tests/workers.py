"""A real Celery worker for tests, in its own process, on the test database: `worker`.

It takes its work from the Valkey or Redis of REDIS_URL, under a prefix of its own, and sends its mail to `smtp_server`.
Tests that use it see what it writes, and it sees what they commit: `worker` brings transactional_db.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from outbox.bell import bell
from portal.celery import app

START = 30
PR_SET_PDEATHSIG = 1


def wait_until(truth, *, seconds=15):
    """Wait for what a worker does; returns the first true value."""
    end = time.monotonic() + seconds
    while not (value := truth()):
        assert time.monotonic() < end, "the worker did not do it in time"
        time.sleep(0.02)
    return value


def die_with_parent(parent):
    """End with the process of this number, also when it is killed, or was already."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def broker(**changes):
    """Celery's settings of the broker, changed for this process for a while."""
    before = {name: app.conf[name] for name in changes}
    try:
        app.conf.update(changes)
        yield
    finally:
        app.conf.update(before)


class Worker:
    def __init__(self, folder, smtp_port):
        self.folder = folder
        self.files = folder / "files"
        self.prefix = f"test-{uuid4()}:"
        self.smtp_port = smtp_port
        self.process = None

    @property
    def environment(self):
        database = conninfo_to_dict(os.environ["DATABASE_URL"]) | {"dbname": connection.settings_dict["NAME"]}
        return os.environ | {
            "DATABASE_URL": make_conninfo(**database),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.smtp_port),
            "TEST_BROKER_PREFIX": self.prefix,
            "TEST_PARENT": str(os.getpid()),
            "TEST_FILES": str(self.files),
            "TEST_READY": str(self.folder / "ready"),
            "TMPDIR": str(self.folder),  # what a killed worker leaves goes with the test
        }

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        (self.folder / "ready").unlink(missing_ok=True)
        options = ["--pool=prefork", "--concurrency=1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603  our own command line
                [
                    sys.executable,
                    "-m",
                    "celery",
                    "-A",
                    "portal",
                    "worker",
                    "-I",
                    "tests.in_worker",
                    "-l",
                    "INFO",
                    *options,
                ],
                cwd=Path(__file__).parent.parent,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(lambda: (self.folder / "ready").exists() or not self.is_running, seconds=START)
        assert self.is_running, self.log

    @property
    def log(self):
        return (self.folder / "log").read_text()

    def kill(self):
        """As a machine that loses its power: the worker and its children, at once."""
        self._signal(signal.SIGKILL)

    def stop(self):
        if self.is_running:
            self.process.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.kill()

    def _signal(self, number):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)
        self.process.wait(10)

    def empty_broker(self):
        """Forget every message and binding of this worker, as a Redis that was restarted without its data."""
        with redis.from_url(settings.REDIS_URL) as client:
            for key in client.scan_iter(f"{self.prefix}*"):
                client.delete(key)


@pytest.fixture(scope="session")
def worker_process(django_db_setup, tmp_path_factory, smtp_server):
    worker = Worker(tmp_path_factory.mktemp("worker"), smtp_server.port)
    yield worker
    worker.stop()
    worker.empty_broker()


@pytest.fixture
def worker(transactional_db, worker_process, smtp, settings):
    """A worker that runs, and the same files and mail server for the test as for the worker."""
    settings.MEDIA_ROOT = worker_process.files
    bell.silent_until = 0
    if not worker_process.is_running:
        worker_process.start()
    with broker(
        broker_transport_options=app.conf.broker_transport_options | {"global_keyprefix": worker_process.prefix}
    ):
        yield worker_process
