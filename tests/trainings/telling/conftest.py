import math

import pytest
from django.utils import timezone

from outbox.bell import bell
from tests.trainings.evenings import make_evening


@pytest.fixture(autouse=True)
def no_worker():
    bell.silent_until = math.inf
    yield
    bell.silent_until = 0


@pytest.fixture
def evening(namur, photos):
    return make_evening(namur, photos)


@pytest.fixture
def training(namur, photos):
    """One freed seat is offered."""
    return make_evening(namur, photos, kind="training", capacity=1)


@pytest.fixture
def now_is(monkeypatch):
    return lambda moment: monkeypatch.setattr(timezone, "now", lambda: moment)
