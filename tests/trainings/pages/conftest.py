import pytest
from django.core.cache import cache
from django.test import Client

from accounts.applying import apply_roles
from accounts.inviting import invite
from accounts.roles import Role
from programmes.models import City
from tests.accounts.conftest import signed_in, with_app
from tests.remembered import remembered
from tests.trainings.evenings import make_evening


@pytest.fixture(autouse=True)
def _in_english(db, settings, client):
    settings.LANGUAGE_CODE = "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    cache.clear()


@pytest.fixture
def programme(programme):
    programme.prices = {"voucher_share": "1/2", "helper_share": "0", "voucher_cities": None}
    programme.save(update_fields=["prices"])
    return programme


@pytest.fixture
def liege(programme):
    return City.objects.create(
        programme=programme, code="62063", names={"fr": "Liège"}, postal_codes=["4000"], province="liege",
        name_key="liege", search_key=" liege 4000", latitude=50.6337, longitude=5.5675,
    )  # fmt: skip


@pytest.fixture
def namur(namur):
    namur.latitude, namur.longitude = 50.4669, 4.8675
    namur.save(update_fields=["latitude", "longitude"])
    return namur


@pytest.fixture
def evening(namur, photos):
    return make_evening(namur, photos)


@pytest.fixture
def hers(alice):
    """Alice, signed in."""
    client = Client()
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def staff(db):
    remembered("roles", apply_roles)
    dana = with_app(invite(email="dana@example.org", role=Role.PROGRAMME_STAFF, by=None, name="Dana").user)
    return signed_in(dana)
