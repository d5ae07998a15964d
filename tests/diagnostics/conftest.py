import math
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

import diagnostics.tasks  # noqa: F401  registers its makers and mails, as the worker finds them
import trainings.tasks  # noqa: F401
from accounts.roles import Role
from diagnostics import links
from outbox.bell import bell
from portal import loading
from tests.conftest import folder, load_running, user
from tests.remembered import remembered
from tests.trainings.sessions import make_session


@pytest.fixture(autouse=True)
def _surroundings(settings, client, tmp_path):
    """Pages in English, whose words the tests read; files of one's own; a bell that rings only with a worker."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    settings.MEDIA_ROOT = tmp_path
    bell.silent_until = math.inf
    yield
    bell.silent_until = 0


@pytest.fixture
def commerce(db, monkeypatch):
    """Commerce connecté as it is shipped, but for what takes longest to load: roles, which open nothing here, most cities and all groupings."""
    monkeypatch.setattr(loading, "apply_roles", lambda: None)
    shipped = folder("commerce-connecte")
    named = [city for city in shipped.programme.cities if city.names["fr"].startswith(("Namur", "Saint"))]
    lighter = replace(shipped, programme=replace(shipped.programme, cities=named, groupings=()))
    return remembered("commerce, few cities", lambda: load_running(lighter))


@pytest.fixture
def elsewhere(settings):
    """Another browser, that holds nothing."""
    other = Client()
    other.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return other


@pytest.fixture
def holding(client):
    """holding(diagnostic) is this browser, which may open it."""

    def hold(diagnostic):
        client.post(links.secret_path(diagnostic))
        return client

    return hold


# The room of a session


@pytest.fixture
def tom(db):
    return user("tom@agency.example", Role.TRAINER, name="Tom Maes")


@pytest.fixture
def session(commerce, namur, tom):
    """Tonight's, in Namur."""
    starts = timezone.now() + timedelta(hours=1)
    return make_session(commerce, starts=(starts,), cities=[namur], trainers=[tom], titles={"fr": "Soirée"})


@pytest.fixture
def shop(florist):
    return {"sub_sector": florist.pk, "place": "Namur", "staff_size": "alone"}
