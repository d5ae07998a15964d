"""The made-up people and activity of the demo."""

import pytest
from django.core.management import CommandError, call_command

from diagnostics.models import Diagnostic
from outbox.bell import bell
from portal import demo
from trainings.models import Registration, Session


@pytest.fixture(autouse=True)
def _as_the_demo(settings, monkeypatch):
    settings.DEMO = True
    monkeypatch.setattr(bell, "silent_until", float("inf"))


def test_demo_makes_a_living_programme_once(commerce):
    made = demo.make(seed=1)

    assert (made, demo.make(seed=1)) == (Diagnostic.objects.count(), 0)
    alice = Diagnostic.objects.filter(person__user__email=demo.SHOPKEEPER).order_by("completed_at")
    assert [bool(diagnostic.result["previous"]) for diagnostic in alice] == [False, True]
    assert alice[1].result["peers"]["n"] >= 5
    assert Session.objects.to_come().count() == 24
    assert Registration.objects.waiting().count() == 2


def test_demo_is_the_same_for_the_same_seed(commerce):
    assert demo.chance_of("1 x").random() == demo.chance_of("1 x").random() != demo.chance_of("2 x").random()


def test_demo_command_refuses_to_run_anywhere_else(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="This is not the demo"):
        call_command("demo")
