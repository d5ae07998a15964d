import pytest

from tests.accounts.conftest import roles  # noqa: F401  a fixture


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
