"""Many want the same seats over HTTP: four processes of the web server, pairs in the mix, some processes killed meanwhile."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest
from django.db import connection, connections
from django.urls import reverse
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from launcher.children import end_with_parent
from tests.conftest import user
from tests.trainings.sessions import make_session
from tests.workers import wait_until
from trainings import registering
from trainings.models import Registration

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES, SEATS = 4, 16
PATIENCE = 60
OPTIONS = (
    f"--interface wsgi --no-ws --workers {PROCESSES} --blocking-threads 4 --backpressure 64 --respawn-failed-workers"
)
SURVIVAL = "--respawn-interval 0.1 --workers-kill-timeout 5 --host 127.0.0.1 --port"
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Server:
    """granian with its processes; `kill_one` is the end of one of them, without notice."""

    def __init__(self, log):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        database = conninfo_to_dict(os.environ["DATABASE_URL"]) | {"dbname": connection.settings_dict["NAME"]}
        command = f"{OPTIONS} {SURVIVAL} {self.port} tests.trainings.in_granian:application".split()
        self.process = subprocess.Popen(  # noqa: S603  our own command line
            [sys.executable, "-m", "granian", *command],
            cwd=Path(__file__).parents[2],
            env=os.environ
            | {
                "DATABASE_URL": make_conninfo(**database),
                "TREMPLIN_DATABASE_POOL": "4",
                "TREMPLIN_BEHIND_PROXY": "1",  # each client has an address of its own
            },
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),  # noqa: PLW1509  it only asks Linux for a signal
        )

    def answers(self):
        with suppress(OSError, HTTPException):
            return self.ask("GET", "/healthz")[0] == 200

    def ask(self, method, path, body=None, headers=None):
        """The status and the body; raises when the connection breaks."""
        client = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            client.request(method, path, body, headers or {})
            answer = client.getresponse()
            return answer.status, answer.read().decode(), SimpleCookie(answer.headers.get("Set-Cookie", ""))
        finally:
            client.close()

    def kill_one(self):
        """The oldest, which is surely at work."""
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self.process.pid).children()
            workers = [child for child in children if "resource_tracker" not in " ".join(child.cmdline())]
            min(workers, key=lambda child: child.create_time()).kill()

    def stop(self):
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(8)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(5)


@pytest.fixture
def server(transactional_db, tmp_path):
    with (tmp_path / "log").open("wb") as log:
        server = Server(log)
        try:
            wait_until(server.answers, seconds=30)
            yield server
        finally:
            server.stop()
            connections.close_all()


@contextmanager
def repeatedly(action, *, seconds, times):
    """Does it so many times, beside what happens in the block, and tells how often it did already."""
    over, done = threading.Event(), []

    def go_on():
        while len(done) < times and not over.wait(seconds):
            done.append(action())

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield done
    finally:
        over.set()
        thread.join()


def client(server, session, number, *, is_troubled=False):
    """Opens the page, fills it in, and like a person tries again when nothing came back.

    A process that is killed may leave the limit of registrations of one address locked for some seconds: 422, try again.
    """
    path = reverse("trainings:register", args=[session.uid])
    address = {"X-Forwarded-For": f"10.0.{number // 250}.{number % 250 + 1}", "X-Forwarded-Proto": "http"}
    answers = {"name": f"Client {number}", "shop": f"Shop {number}", "postal_code": "5000"}
    answers |= {"email": f"client-{number}@example.org"} | ({"with_helper": "on"} if number % 3 == 0 else {})
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(OSError, HTTPException):
            _status, page, cookies = server.ask("GET", path, headers=address)
            form = urlencode(answers | {"csrfmiddlewaretoken": TOKEN.search(page)[1]})
            kept = "; ".join(f"{name}={cookie.value}" for name, cookie in cookies.items())
            sent = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": kept, **address}
            status, _page, _cookies = server.ask("POST", path, form, sent)
            if status != 422 or not is_troubled:
                return status
        time.sleep(0.05)
    return None


def all_at_once(server, session, clients, *, threads=50, **how):
    with ThreadPoolExecutor(threads) as pool:
        return Counter(pool.map(lambda number: client(server, session, number, **how), range(clients)))


def check_seats(session, clients, *, capacity=SEATS):
    session.refresh_from_db()
    rows = [*session.registrations.select_related("person").order_by("pk")]
    seated = [row for row in rows if row.state in Registration.SEATED]
    waiting = [row for row in rows if row.state == "waiting"]
    assert session.seats_taken == sum(row.seats for row in seated) == capacity
    assert sorted(row.person.name for row in rows) == sorted(f"Client {number}" for number in range(clients))
    assert len(seated) + len(waiting) == clients
    assert [row.rank for row in waiting] == sorted(row.rank for row in waiting)
    return waiting


def test_clients_at_once_get_exactly_the_seats_there_are(server):
    session = make_session(capacity=SEATS)
    assert all_at_once(server, session, 50) == {302: 50}
    waiting = check_seats(session, 50)
    assert [row.rank for row in waiting] == [*range(1, len(waiting) + 1)]


def test_a_process_killed_each_second_and_the_capacity_changed_sells_nothing_twice(server):
    contended(server, clients=50, kills=4)


@pytest.mark.long
def test_two_hundred_clients_at_once(server):
    session = make_session(capacity=SEATS)
    assert all_at_once(server, session, 200) == {302: 200}
    check_seats(session, 200)


@pytest.mark.long
def test_two_hundred_clients_while_processes_are_killed(server):
    contended(server, clients=200, kills=12)


def contended(server, *, clients, kills):
    """A process killed each second; not for ever, for on a busy machine a new one takes longer than that to start."""
    session, staff = make_session(capacity=SEATS), user("staff@example.org")
    capacities = iter((SEATS + 4, SEATS + 5))

    def change_capacity():
        try:
            registering.change_capacity(session=session, capacity=next(capacities), by=staff)
        finally:
            connections.close_all()

    killing = repeatedly(server.kill_one, seconds=1, times=kills)
    changing = repeatedly(change_capacity, seconds=0.6, times=2)
    with killing as killed, changing as changed:
        assert all_at_once(server, session, clients, threads=25, is_troubled=True) == {302: clients}
        wait_until(lambda: killed and len(changed) == 2)
    check_seats(session, clients, capacity=SEATS + 5)
