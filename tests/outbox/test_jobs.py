from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from outbox import jobs, leasing, tasks
from outbox.models import File, Job
from tests.outbox import makers


def ask(kind="trial-note", key="7", **args):
    return jobs.request(kind=kind, key=key, args={"id": 7, **args})


def lapse(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def due_now(job):
    Job.objects.filter(pk=job.pk).update(not_before=None)


def on_disk(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_asked_twice_is_one_job(db):
    assert ask() == ask()
    assert Job.objects.count() == 1


def test_asked_by_several_at_once_is_one_job(transactional_db):
    def ask_and_close(_number):
        try:
            return ask().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        asked = set(pool.map(ask_and_close, range(8)))

    assert asked == set(Job.objects.values_list("pk", flat=True))
    assert len(asked) == 1


def test_other_key_is_another_job(db):
    assert ask(key="7") != ask(key="8")


def test_request_belongs_to_the_change_that_asked(transactional_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ask()
        1 / 0  # noqa: B018  # any error will do

    assert Job.objects.count() == 0


def test_run_makes_the_file(db):
    job = ask()

    tasks.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.lease_until, job.error) == ("done", 1, None, "")
    assert makers.content(job.file) == b"note 7, attempt 1"
    assert job.has_file


def test_run_twice_makes_one_file(db, settings):
    job = ask()

    tasks.run(job.pk)
    tasks.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempt) == ("done", 1)
    assert (File.objects.count(), len(on_disk(settings))) == (1, 1)


def test_run_without_a_file_is_done(db):
    job = ask("trial-nothing")

    tasks.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.file) == ("done", None)
    assert ask("trial-nothing") == job


def test_run_of_a_row_that_is_gone_does_nothing(db):
    tasks.run(0)

    assert Job.objects.count() == 0


def test_leased_job_is_not_taken_again(db):
    job = ask()

    assert leasing.take(Job, job.pk).attempt == 1
    assert leasing.take(Job, job.pk) is None


def test_lapsed_lease_is_taken_by_the_next_attempt(db):
    job = ask()
    leasing.take(Job, job.pk)
    lapse(job)

    assert leasing.take(Job, job.pk).attempt == 2


@pytest.fixture
def overtaken(monkeypatch):
    """A maker whose lease lapses while it works, so that another attempt starts."""

    def make(job):
        lapse(job)
        assert leasing.take(Job, job.pk).attempt == 2
        return makers.text("too late")

    monkeypatch.setitem(jobs.MAKERS, "trial-overtaken", make)


def test_result_of_an_old_attempt_is_refused(db, overtaken, settings):
    job = ask("trial-overtaken")

    tasks.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempt, job.file) == ("running", 2, None)
    assert (File.objects.count(), on_disk(settings)) == (0, [])


def test_crash_of_an_old_attempt_changes_nothing(db):
    job = ask()
    old = leasing.take(Job, job.pk)
    lapse(job)
    leasing.take(Job, job.pk)

    leasing.record_crash(old, "words")
    leasing.record_refusal(old, "words")

    job.refresh_from_db()
    assert (job.state, job.attempt, job.error) == ("running", 2, "")


def test_step_of_an_old_attempt_ends_it(db):
    job = ask()
    old = leasing.take(Job, job.pk)
    lapse(job)
    leasing.take(Job, job.pk)

    with pytest.raises(leasing.LeaseLost):
        jobs.report_step(old, 1, 2)


def test_step_is_shown_and_keeps_the_lease(db):
    job = leasing.take(Job, ask().pk)
    lapse(job)

    jobs.report_step(job, 3, 4, "charts")

    job.refresh_from_db()
    assert (job.steps_done, job.steps_total, job.step) == (3, 4, "charts")
    assert job.lease_until > timezone.now()


@pytest.mark.parametrize("kind", ["trial-crash", "trial-unknown"])
def test_three_crashes_are_given_up_with_words(db, kind):
    job = ask(kind)
    pauses = []

    for _attempt in range(3):
        tasks.run(job.pk)
        job.refresh_from_db()
        pauses.append(job.not_before and round((job.not_before - timezone.now()).total_seconds()))
        tasks.run(job.pk)  # not due yet
        due_now(job)
    tasks.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempt, pauses) == ("failed", 3, [10, 60, None])
    assert {"trial-crash": "ValueError", "trial-unknown": "KeyError"}[kind] in job.error
    assert "0123456" not in job.error


def test_three_killed_workers_are_given_up_with_words(db):
    job = ask()
    for _attempt in range(3):
        leasing.take(Job, job.pk)
        lapse(job)
    taken = leasing.take(Job, job.pk)

    tasks.sweep()

    job.refresh_from_db()
    assert (job.state, job.attempt, taken) == ("failed", 3, None)
    assert "3" in job.error


def test_refusal_costs_no_attempt_and_waits_longer_each_time(db):
    job = ask("trial-refused")
    waits = []

    for hours in [0, 0.05, 1, 20, 47.9]:
        Job.objects.filter(pk=job.pk, attempt__gt=0).update(first_refused_at=timezone.now() - timedelta(hours=hours))
        tasks.run(job.pk)
        job.refresh_from_db()
        waits.append(round((job.not_before - timezone.now()).total_seconds() / 60))
        due_now(job)

    assert waits == [1, 3, 60, 120, 120]
    assert (job.state, job.attempt, job.attempts_allowed, job.error) == ("requested", 5, 8, "The scanner is asleep.")


def test_refusal_is_given_up_after_two_days(db):
    job = ask("trial-refused")
    Job.objects.update(first_refused_at=timezone.now() - timedelta(hours=48))

    tasks.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The scanner is asleep.")


def fail(job):
    Job.objects.filter(pk=job.pk).update(
        state="failed", attempt=3, finished_at=timezone.now(), error="words", lease_until=None
    )


def test_asked_after_a_failure_is_a_new_job(db):
    job = ask()
    fail(job)

    again = ask()

    assert again != job
    assert again == ask()


def test_asked_after_the_file_expired_is_a_new_job(db):
    job = ask()
    tasks.run(job.pk)
    File.objects.update(expires_at=timezone.now())

    assert ask() != job


def test_asked_after_the_bytes_were_lost_is_a_new_job(db, settings):
    job = ask()
    tasks.run(job.pk)
    on_disk(settings)[0].unlink()

    assert ask() != job


def test_asked_while_the_file_is_there_is_the_same_job(db):
    job = ask()
    tasks.run(job.pk)

    assert ask() == job


def test_try_again_gives_three_more_attempts(db):
    job = ask("trial-crash")
    fail(job)

    assert leasing.try_again(Job.objects.all()) == 1

    job.refresh_from_db()
    assert (job.state, job.attempt, job.attempts_allowed, job.error) == ("requested", 3, 6, "")
    assert leasing.try_again(Job.objects.all()) == 0


def test_try_again_leaves_what_was_asked_for_anew(db):
    fail(ask())
    ask()

    assert leasing.try_again(Job.objects.all()) == 0


def test_old_attempt_does_not_count_after_try_again(db):
    job = ask()
    old = leasing.take(Job, job.pk)
    fail(job)
    leasing.try_again(Job.objects.all())
    leasing.take(Job, job.pk)

    with pytest.raises(leasing.LeaseLost):
        leasing.finish(old)


def test_running_without_a_lease_is_impossible(db):
    job = ask()

    with pytest.raises(IntegrityError, match="job_is_leased_while_under_way"):
        Job.objects.filter(pk=job.pk).update(state="running")
