import pytest

from accounts.models import User
from tests.programmes.makers import make_city, make_programme, make_sub_sector


@pytest.fixture
def alice(db):
    return User.objects.create_user("alice@example.org", name="Alice")


@pytest.fixture
def bob(db):
    return User.objects.create_user("bob@example.org", name="Bob")


@pytest.fixture
def charlie(db):
    return User.objects.create_user("charlie@example.org", name="Charlie")


@pytest.fixture
def programme(db):
    return make_programme()


@pytest.fixture
def namur(programme):
    return make_city(programme)


@pytest.fixture
def florist(programme):
    return make_sub_sector(programme)
