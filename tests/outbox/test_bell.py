import socket
import threading
import time

import pytest

from outbox import jobs, tasks
from outbox.bell import bell
from outbox.models import Job
from tests.workers import broker, wait_until


@pytest.fixture
def listener():
    """A port that accepts; answers, if any, come from the test."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        yield server


@pytest.fixture
def silent(listener):
    return f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.fixture
def grumpy(listener):
    """Answers everything with an error, as a Redis whose disk is full."""
    accepted = []

    def answer():
        try:
            while True:
                accepted.append(listener.accept()[0])
                while accepted[-1].recv(4096):
                    accepted[-1].sendall(b"-MISCONF disk is full\r\n" * 4)
        except OSError:
            return

    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
    for connection in accepted:
        connection.close()


@pytest.fixture(params=["refused", "silent", "grumpy"])
def broken_broker(request):
    return "redis://127.0.0.1:1/0" if request.param == "refused" else request.getfixturevalue(request.param)


@pytest.fixture
def ringing(transactional_db):
    """This process tries to ring, and no worker is there to hear."""
    bell.silent_until = 0


def ask_for_three():
    start = time.perf_counter()
    asked = [jobs.request(kind="trial-note", key=str(number), args={"id": number}) for number in range(3)]
    return asked, time.perf_counter() - start


def test_broken_broker_holds_no_request_and_loses_nothing(worker, broken_broker):
    with broker(broker_write_url=broken_broker):
        asked, seconds = ask_for_three()
    assert seconds < 2
    assert set(Job.objects.values_list("state", "rung_at")) == {("requested", None)}

    bell.silent_until = 0
    tasks.sweep()

    wait_until(lambda: Job.objects.filter(state="done").count() == len(asked))


def test_broken_broker_is_left_alone_for_a_while(ringing, silent):
    with broker(broker_write_url=silent):
        ask_for_three()
        bell_silent_until = bell.silent_until
        _asked, seconds = ask_for_three()

    assert bell_silent_until == pytest.approx(time.monotonic() + 10, abs=2)
    assert seconds < 0.5


def test_sweep_with_a_broken_broker_keeps_what_is_due(ringing, silent):
    with broker(broker_write_url=silent):
        ask_for_three()
        start = time.perf_counter()
        bell.silent_until = 0
        tasks.sweep()

    assert time.perf_counter() - start < 2
    assert set(Job.objects.values_list("state", "rung_at")) == {("requested", None)}


def test_sweep_leaves_what_was_just_rung_for(transactional_db, monkeypatch):
    rung = []
    monkeypatch.setattr(bell, "ring", lambda work, pk: rung.append(pk) or True)
    job = jobs.request(kind="trial-note", key="1", args={"id": 1})
    tasks.sweep()
    at_first = list(rung)

    Job.objects.update(rung_at=None)
    tasks.sweep()
    tasks.sweep()

    assert (at_first, rung) == ([job.pk], [job.pk] * 2)
