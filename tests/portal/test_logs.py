"""The log names no link that opens something to whoever holds it."""

import io
import logging
import re
import uuid

import pytest
from django.urls import URLPattern, get_resolver, reverse

CANARY = "897p-ncymv6xcud35cxmw"
# What a route calls the part that is the key.
KEYS = re.compile(r"<(str|uuid):(token|code)>")


@pytest.fixture
def log(monkeypatch):
    """What the handler of the settings writes."""
    lines = io.StringIO()
    monkeypatch.setattr(logging.getHandlerByName("console"), "stream", lines)
    return lines


def routes(patterns, before=""):
    for each in patterns:
        route = before + str(each.pattern)
        yield from [route] if isinstance(each, URLPattern) else routes(each.url_patterns, route)


def with_keys():
    return sorted(route for route in routes(get_resolver().url_patterns) if KEYS.search(route))


def test_every_route_with_a_key_is_written_without_it(log):
    known = with_keys()
    assert len(known) > 15
    for route in known:
        logging.getLogger("any").warning("Gone: %s", f"/{KEYS.sub(CANARY, route)}?page=2")
        assert (CANARY in log.getvalue(), route) == (False, route)
    assert log.getvalue().count("…") == len(known)


@pytest.mark.parametrize("name", ["surveys:answer", "trainings:registration", "portal:erase_by_link"])
def test_page_that_is_refused_is_logged_without_its_key(name, client, db, log):
    path = reverse(name, args=[CANARY])
    client.get(path + "more/than/there/is/")
    assert client.put(path).status_code == 405
    assert (log.getvalue().count("/…"), CANARY in log.getvalue()) == (2, False)


def test_address_without_a_key_is_logged_whole(log):
    path = f"/survey/{uuid.UUID(int=7)}/codes/"
    logging.getLogger("django.request").warning("Forbidden: %s", path)
    assert path in log.getvalue()


@pytest.mark.parametrize("name", ["django", "django.request", "django.server"])
def test_what_django_logs_goes_by_this_way_alone(name):
    assert (logging.getLogger(name).handlers, logging.getLogger(name).propagate) == ([], True)
