"""The person who is to be found everywhere, and then nowhere; files that are nobody else's."""

import pytest

from accounts.models import User
from tests.portal.privacy import canary


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def zenobie(db):
    return User.objects.create_user(canary.ADDRESS, name=canary.NAME)


@pytest.fixture
def life(zenobie, commerce, florist, namur, dana):
    return canary.of_login(zenobie, commerce, florist, namur, dana)
