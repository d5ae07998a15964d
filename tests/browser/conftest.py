import math

import pytest
from django.core.cache import cache

import diagnostics.tasks  # noqa: F401  registers its makers and mails, as the worker finds them
import trainings.tasks  # noqa: F401
from diagnostics import links
from outbox.bell import bell
from tests.browser.visitor import Visitor
from tests.mail import smtp, smtp_server  # noqa: F401  fixtures
from tests.workers import worker, worker_process  # noqa: F401  fixtures


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _surroundings(settings, tmp_path):
    """Files of one's own, a bell that rings only with a worker, and no tries left over from other tests."""
    settings.MEDIA_ROOT = tmp_path
    bell.silent_until = math.inf
    yield
    bell.silent_until = 0


@pytest.fixture
def address(live_server, commerce, settings):
    """Where the portal is, with Commerce connecté in it."""
    cache.clear()
    settings.BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def visitor(address, browser, request):
    """visitor(...) is somebody with a browser; at the end nothing went wrong in any of them."""
    visitors, is_thorough = [], "not long" not in request.config.option.markexpr

    def come(**device):
        visitors.append(Visitor(browser, address, is_thorough=is_thorough, **device))
        return visitors[-1]

    yield come
    for one in visitors:
        one.close()
    assert [trouble for one in visitors for trouble in one.troubles] == []


@pytest.fixture
def link():
    """link(diagnostic) is its secret link."""
    return links.secret_path
