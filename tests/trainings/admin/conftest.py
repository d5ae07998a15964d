import pytest

import portal.urls  # noqa: F401  views bind what is replaced below when they are first imported: let that be now
from accounts.applying import apply_roles
from accounts.roles import Role
from tests.remembered import remembered
from tests.trainings.staff import browser_of, user_as


@pytest.fixture
def roles(db, monkeypatch, settings):
    remembered("roles", apply_roles)
    settings.LANGUAGE_CODE = "en"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    monkeypatch.setattr("accounts.access.has_second_factor", lambda request: True)


@pytest.fixture
def staff(roles):
    return browser_of(user_as(Role.PROGRAMME_STAFF, "dana@programme.example"))


@pytest.fixture
def adviser(roles):
    return browser_of(user_as(Role.ADVISER, "ada@programme.example"))


@pytest.fixture
def trainer(roles):
    return browser_of(user_as(Role.TRAINER, "tom@programme.example"))


@pytest.fixture
def official(roles):
    return browser_of(user_as(Role.CITY_OFFICIAL, "omar@programme.example"))
