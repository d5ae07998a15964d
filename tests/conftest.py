"""People and programmes that every test may ask for."""

import os
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from businesses.models import SubSector
from diagnostics import taking
from portal import loading
from programmes.models import City
from tests.remembered import remembered

pytest_plugins = ["tests.workers", "tests.mail"]

CONTENT = Path(__file__).parents[1] / "content"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# The files that take longest: they begin first, so that at the end no core waits for the other.
LONGEST = [
    "house/test_demo.py",
    "portal/test_demo.py",
    "test_access.py",
    "reports/test_documents.py",
    "diagnostics/test_months.py",
    "browser/test_door.py",
    "browser/test_every_page.py",
    "browser/test_taking.py",
    "browser/test_room.py",
    "trainings/test_contention.py",
]


def pytest_collection_modifyitems(items):
    places = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    """Pages name static files as they lie in the tree, so that tests need no collectstatic."""
    settings.STATIC_ROOT = settings.BASE_DIR / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def _no_language_left_on():
    """A request in the test's own thread leaves its language active there: the next test starts without."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """PostgreSQL takes a moment to notice that a process was killed; until then its database can't be dropped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        cursor.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE {others}")  # noqa: S608  # no value in it


@pytest.fixture
def in_english():
    """For tests that compare words which are said outside of a request."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    # Playwright runs an event loop in the test's thread, where Django would refuse to talk to the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    chromium = os.environ.get("TREMPLIN_CHROMIUM", "/usr/bin/chromium")
    return {**browser_type_launch_args, "executable_path": chromium, "args": CHROMIUM_FLAGS}


@cache
def folder(name):
    return loading.read(CONTENT / name)


@pytest.fixture
def commerce(db):
    """Commerce connecté, loaded as it is shipped."""
    return remembered("commerce", lambda: load_running(folder("commerce-connecte")))


def load_running(shipped):
    """With the current campaign around today, whatever year it is."""
    programme = loading.load(shipped).programme
    year = timezone.localdate().year
    programme.campaigns.filter(code="demonstration").update(starts_on=date(year, 1, 1), ends_on=date(year, 12, 31))
    return programme


@pytest.fixture
def florist(commerce):
    return SubSector.objects.get(programme=commerce, code="florist")


@pytest.fixture
def namur(commerce):
    return City.objects.get(programme=commerce, code="92094")


@pytest.fixture
def diagnostic(commerce, florist, namur):
    """A florist's, begun and not answered yet."""
    return taking.start(programme=commerce, sub_sector=florist, city=namur, staff_size="alone", language="fr")


@pytest.fixture
def completed(diagnostic):
    """The same, with the first choice of every question, completed."""
    answers = {
        question.code: first_answer(question) for question in diagnostic.version.diagnoser.questionnaire.questions()
    }
    taking.keep(diagnostic=diagnostic, answers=answers)
    return taking.complete(diagnostic=diagnostic)


def first_answer(question):
    first = next(iter(question.points))
    return {"several": [first], "scale": int(first) if first.isdecimal() else first}.get(question.kind, first)


def user(email, role="", **fields):
    person = User.objects.create_user(email, **fields)
    if role:
        person.groups.add(Group.objects.get_or_create(name=role)[0])
    return person


@pytest.fixture
def alice(db):
    """A shopkeeper."""
    return user("alice@fleurs.example", name="Alice Dupont")


@pytest.fixture
def bob(db):
    """Her helper."""
    return user("bob@fleurs.example", name="Bob Petit")


@pytest.fixture
def charlie(db):
    """A stranger."""
    return user("charlie@elsewhere.example", name="Charlie Stone")


@pytest.fixture
def dana(db):
    """Programme staff."""
    return user("dana@programme.example", "programme-staff", name="Dana Klein", is_staff=True)


@pytest.fixture
def omar(db):
    """An official of Alice's city."""
    return user("omar@namur.example", "city-official", name="Omar Peeters")


@pytest.fixture
def odile(db):
    """An official of another city."""
    return user("odile@liege.example", "city-official", name="Odile Maes")


@pytest.fixture
def signed_in():
    """signed_in(alice) is a client of hers."""

    def client_of(person):
        client = Client()
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return client_of
