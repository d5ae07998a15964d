import math
from pathlib import Path

import pytest

import tests.outbox.makers  # noqa: F401  registers the makers and mails of these tests
from outbox.bell import bell


@pytest.fixture(autouse=True)
def surroundings(settings, tmp_path):
    """Files of its own for each test, the tests' own mail templates, and a bell that rings only with a worker."""
    settings.MEDIA_ROOT = tmp_path
    template = {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]}
    settings.TEMPLATES = [template]
    bell.silent_until = math.inf
    yield
    bell.silent_until = 0
