"""With a real worker, which is killed, and a real broker, which forgets."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from outbox import jobs, mail, tasks
from outbox.models import File, Job, Mail
from portal.celery import app
from tests.outbox.makers import content
from tests.workers import wait_until


def ask(kind="trial-note", key="7"):
    return jobs.request(kind=kind, key=key, args={"id": 7})


def owe():
    return mail.queue(
        template="trial/letter", to="alice@example.be", language="fr", ids={"name": "Zoé"}, secrets={"link": "l"}
    )


def finished(work):
    work.refresh_from_db()
    return work.finished_at


def lapse(model):
    model.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_worker_makes_a_job_and_sends_a_mail(worker, smtp):
    job, owed = ask(), owe()

    wait_until(lambda: finished(job) and finished(owed))

    assert (job.state, owed.state) == ("done", "sent")
    assert content(job.file) == b"note 7, attempt 1"
    assert [message["Message-ID"] for message in smtp.messages] == [owed.message_id]


def test_worker_killed_in_the_middle_of_a_job_makes_one_file(worker):
    job = ask("trial-slow-once")
    wait_until(lambda: Job.objects.filter(pk=job.pk, step="in the middle").exists())

    worker.kill()
    worker.start()
    lapse(Job)
    tasks.sweep()
    wait_until(lambda: finished(job))

    assert (job.state, job.attempt) == ("done", 2)
    assert (File.objects.count(), content(job.file)) == (1, b"attempt 2")


def test_worker_killed_while_sending_sends_the_same_mail_again(worker, smtp):
    """The one case where a mail may come twice: killed after the server had it, before the fact was recorded."""
    smtp.hold()
    owed = owe()
    smtp.is_waiting.wait(10)

    worker.kill()
    smtp.go_on.set()
    worker.start()
    lapse(Mail)
    tasks.sweep()
    wait_until(lambda: finished(owed))

    assert (owed.state, owed.attempt) == ("sent", 2)
    assert [message["Message-ID"] for message in smtp.messages] == [owed.message_id] * 2


def test_broker_emptied_loses_nothing(worker):
    worker.kill()
    jobs_asked = [ask(key=str(number)) for number in range(3)]
    owed = owe()
    worker.empty_broker()
    worker.start()
    at_first = set(Job.objects.values_list("state", flat=True))

    Job.objects.update(rung_at=timezone.now() - timedelta(seconds=61))
    Mail.objects.update(rung_at=timezone.now() - timedelta(seconds=61))
    tasks.sweep()
    wait_until(lambda: all(finished(work) for work in [*jobs_asked, owed]))

    assert at_first == {"requested"}
    assert File.objects.count() == 3


def test_broker_emptied_under_a_running_worker_goes_on(worker):
    first = ask(key="1")
    wait_until(lambda: finished(first))
    worker.empty_broker()

    second = ask(key="2")

    wait_until(lambda: finished(second))


@pytest.mark.parametrize("entry", settings.CELERY_BEAT_SCHEDULE.values(), ids=str)
def test_beat_calls_tasks_that_exist(entry):
    app.loader.import_default_modules()

    assert entry["task"] in app.tasks
    by_night = 24 * 3600
    assert entry["options"]["expires"] <= (entry["schedule"] if isinstance(entry["schedule"], int) else by_night)


def test_sweeper_runs_in_the_worker(worker):
    job = ask("trial-nothing")
    wait_until(lambda: finished(job))
    Job.objects.update(state="requested", finished_at=None, rung_at=None)

    app.send_task(settings.CELERY_BEAT_SCHEDULE["outbox: sweep"]["task"])

    wait_until(lambda: finished(job))
    assert job.attempt == 2
