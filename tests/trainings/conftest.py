import pytest

import trainings.tasks  # noqa: F401  the contexts of its mails, as the worker finds them
from accounts.models import User
from tests.programmes.makers import make_city, make_programme, make_topic


@pytest.fixture
def alice(db):
    return User.objects.create_user("alice@example.org", name="Alice")


@pytest.fixture
def programme(db):
    return make_programme()


@pytest.fixture
def namur(programme):
    return make_city(programme)


@pytest.fixture
def photos(programme):
    return make_topic(programme)


@pytest.fixture
def payments(programme):
    return make_topic(programme, "payments", "Encaisser sans espèces", order=2)
