import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.applying import apply_roles
from accounts.inviting import invite
from accounts.roles import Role
from tests.accounts.conftest import app_code, with_app
from tests.accounts.conftest import signed_in as signed_in_by_pages
from tests.conftest import user
from tests.remembered import remembered
from tests.reports.cities import make_cities
from tests.reports.world import make_year


@pytest.fixture(autouse=True)
def _in_english(settings):
    settings.LANGUAGE_CODE = "en"


@pytest.fixture
def year(db):
    return remembered("year", make_year)


@pytest.fixture
def cities(commerce):
    """Three evenings of two cities, counted by hand in tests/reports/cities.py."""
    return remembered("cities", lambda: make_cities(commerce))


@pytest.fixture
def staff(db):
    """A browser of programme staff who have shown their second factor."""
    remembered("roles", apply_roles)
    cache.clear()
    client = signed_in_by_pages(
        with_app(invite(email="dana@programme.example", role=Role.PROGRAMME_STAFF, by=None, name="Dana").user)
    )
    client.post(reverse("mfa_reauthenticate"), {"code": app_code()})
    return client


@pytest.fixture
def ministry(db):
    client = Client()
    reader = user("mina@ministry.example", Role.MINISTRY_READER, name="Mina")
    client.force_login(reader, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
