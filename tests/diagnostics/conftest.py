import math
from dataclasses import replace

import pytest
from django.test import Client

import diagnostics.tasks  # noqa: F401  registers its makers and mails, as the worker finds them
import trainings.tasks  # noqa: F401
from diagnostics import links
from outbox.bell import bell
from portal import loading
from tests.conftest import folder


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
    """Commerce connecté as it is shipped, but for what takes longest to load: roles, which open nothing here, and most cities."""
    monkeypatch.setattr(loading, "apply_roles", lambda: None)
    shipped = folder("commerce-connecte")
    named = [city for city in shipped.programme.cities if city.names["fr"].startswith(("Namur", "Saint"))]
    return loading.load(replace(shipped, programme=replace(shipped.programme, cities=named))).programme


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
