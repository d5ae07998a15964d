"""How the demo's activity is loaded: step by step, by a worker that may be killed in the middle of it."""

from functools import partial

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import transaction

from outbox import leasing, tasks
from outbox.models import Job
from portal import loading as content
from portal.demo import loading, people
from programmes.models import Programme
from tests.conftest import folder
from tests.portal.demo_activity import AT, KNOWN, digest, load_in_one_go
from tests.programmes.makers import make_programme
from tests.workers import wait_until


def test_activity_is_no_ones_but_the_demos(commerce, settings):
    settings.DEMO = True
    job = loading.begin(seed=1, at=AT)
    settings.DEMO = False
    with pytest.raises(ImproperlyConfigured, match="Made-up people"):
        loading.load(job)
    with pytest.raises(CommandError, match="This is not the demo"):
        call_command("demo")


def test_job_that_stopped_goes_on_behind_the_last_step_that_was_kept(db, settings, monkeypatch):
    settings.DEMO = True
    job = leasing.take(Job, loading.begin(seed=1, at=AT).pk)

    def broken():
        make_programme("lost")
        raise InterruptedError

    first = loading.Step(AT, "first", make_programme)
    monkeypatch.setattr(loading, "steps", lambda seed, now: iter([first, loading.Step(AT, "second", broken)]))
    with pytest.raises(InterruptedError):
        loading.load(job)
    second = loading.Step(AT, "second", partial(make_programme, "other"))
    monkeypatch.setattr(loading, "steps", lambda seed, now: iter([first, second]))
    loading.load(Job.objects.get(pk=job.pk))
    assert [*Programme.objects.values_list("code", flat=True)] == ["commerce", "other"]
    assert Job.objects.values_list("steps_done", "steps_total", "step").get() == (2, 2, "second")


def test_chance_is_the_same_for_the_same_seed():
    assert people.chance_of("1 x").random() == people.chance_of("1 x").random() != people.chance_of("2 x").random()


# With a real worker


@pytest.fixture
def demo_worker(worker, settings, monkeypatch):
    """A worker of the demo: the others are none."""
    settings.DEMO = True
    monkeypatch.setenv("TREMPLIN_DEMO", "1")
    worker.stop()
    worker.start()
    yield worker
    worker.stop()


@pytest.mark.long
def test_worker_killed_in_the_middle_goes_on_and_makes_nothing_twice(demo_worker):
    if not KNOWN:  # this test was asked for alone
        with transaction.atomic():
            load_in_one_go()
            transaction.set_rollback(True)
    content.load(folder("commerce-connecte"))
    job = loading.begin(seed=1, at=AT)
    wait_until(lambda: Job.objects.get(pk=job.pk).steps_done > 30, seconds=120)

    demo_worker.kill()
    stopped_at = Job.objects.get(pk=job.pk).steps_done
    demo_worker.start()
    Job.objects.update(lease_until=AT)  # long ago
    tasks.sweep()
    wait_until(lambda: Job.objects.get(pk=job.pk).state == "done", seconds=240)

    done = Job.objects.get(pk=job.pk)
    assert (done.attempt, done.steps_done, 30 < stopped_at < done.steps_total) == (2, done.steps_total, True)
    assert digest() == KNOWN["digest"]
