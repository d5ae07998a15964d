"""The PDF, made by a real worker, whatever happens meanwhile."""

import socket
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from outbox import tasks as outbox_tasks
from outbox.bell import bell
from outbox.models import File, Job
from tests import pdfs
from tests.diagnostics.report.making import download, finished, url_of
from tests.diagnostics.shops import take
from tests.workers import broker, wait_until


def test_report_asked_for_twice_is_one_job_and_one_file(worker, completed, holding):
    client = holding(completed)
    for _ in range(2):
        client.post(url_of("report", completed))
    wait_until(lambda: finished(Job.objects.get()))
    client.post(url_of("report", completed))

    assert (Job.objects.count(), File.objects.count()) == (1, 1)
    assert "You are setting out" in pdfs.text(download(client, completed).body)


def test_report_of_a_worker_killed_in_the_middle_is_one_file(worker, completed, holding):
    client = holding(completed)
    with connection.cursor() as cursor:  # the worker stops where it would record its second step, until it is killed
        cursor.execute(
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN IF NEW.attempt = 1 AND NEW.steps_done = 2 THEN PERFORM pg_sleep(60); END IF; RETURN NEW; END $$; "
            "CREATE TRIGGER waiting BEFORE UPDATE ON outbox_job FOR EACH ROW EXECUTE FUNCTION wait()"
        )
    try:
        client.post(url_of("report", completed))
        wait_until(lambda: Job.objects.get().steps_done == 1)
        worker.kill()
    finally:
        _end_sleepers()
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER waiting ON outbox_job; DROP FUNCTION wait()")
    worker.start()
    Job.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))
    outbox_tasks.sweep()
    wait_until(lambda: finished(Job.objects.get()))

    assert [*Job.objects.values_list("state", "attempt")] == [("done", 2)]
    assert File.objects.count() == 1
    assert download(client, completed).status == 200


def _end_sleepers():
    """The killed worker's own connections, which PostgreSQL has not missed yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND wait_event = 'PgSleep'"
        )


@pytest.mark.parametrize("trouble", ["refused", "hanging"])
def test_report_asked_for_without_a_broker_is_made_by_the_sweeper(worker, completed, holding, trouble, request):
    client = holding(completed)
    url = "redis://127.0.0.1:1/0" if trouble == "refused" else request.getfixturevalue("hanging")
    with broker(broker_write_url=url):
        start = time.perf_counter()
        response = client.post(url_of("report", completed))
        seconds = time.perf_counter() - start

    bell.silent_until = 0
    outbox_tasks.sweep()
    wait_until(lambda: finished(Job.objects.get()))

    assert (response.url, seconds < 2) == (url_of("report", completed), True)
    assert download(client, completed).status == 200


@pytest.fixture
def hanging():
    """A broker that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_report_whose_broker_was_emptied_is_made_by_the_sweeper(worker, completed, holding):
    client = holding(completed)
    worker.kill()
    client.post(url_of("report", completed))
    worker.empty_broker()
    worker.start()
    Job.objects.update(rung_at=timezone.now() - timedelta(seconds=61))

    outbox_tasks.sweep()
    wait_until(lambda: finished(Job.objects.get()))

    assert download(client, completed).status == 200


def test_report_is_there_soon_when_nothing_else_waits(worker, commerce, holding, capsys):
    """Printed, not asserted: how long depends on the machine."""
    waits = []
    for _ in range(3):
        done = take(commerce)
        client = holding(done)
        start = time.perf_counter()
        client.post(url_of("report", done))
        wait_until(lambda: finished(Job.objects.latest("pk")))
        assert download(client, done).status == 200
        waits.append(time.perf_counter() - start)
    with capsys.disabled():
        print(f"\n  report ready after {min(waits):.2f} to {max(waits):.2f} s")
