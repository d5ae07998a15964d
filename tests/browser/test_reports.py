"""An official reads what the own city has done, and asks for the report."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

import reports.tasks  # noqa: F401  registers its makers, as the worker finds them
from programmes.models import Official
from tests.browser.visitor import DEVICES
from tests.reports.cities import make_cities
from tests.trainings.sessions import make_session

HOME = "/reports/commerce-connecte/"


@pytest.fixture
def official(visitor, signed_in, omar, commerce):
    """official(device) is Omar's browser; he speaks for Namur."""
    world = make_cities(commerce)
    Official.objects.create(user=omar, city=world.cities["namur"])
    make_session(commerce, cities=[world.cities["namur"]], starts=[timezone.now() + timedelta(days=9)])
    released = world.released("namur", at=timezone.now())

    def come(**device):
        one = visitor(**device)
        cookie = signed_in(omar).cookies[settings.SESSION_COOKIE_NAME].value
        one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": one.address}])
        return one, released

    return come


@pytest.mark.parametrize("device", DEVICES)
def test_official_reads_the_release_of_the_own_city_and_asks_for_a_report(official, device):
    one, released = official(device=device)
    one.goes(HOME)
    picture(one, device, "1-space")
    one.inspect()
    one.goes(f"{HOME}releases/{released.reference}/")
    one.inspect()
    picture(one, device, "2-release")
    one.goes(HOME)
    one.page.locator("form.card button").click()
    one.page.wait_for_url("**/made/**")
    one.inspect()
    picture(one, device, "3-made")


def picture(one, device, name):
    """For a person to look at, where TREMPLIN_PICTURES names a folder."""
    if folder := os.environ.get("TREMPLIN_PICTURES"):
        one.page.screenshot(path=Path(folder) / f"reports-{name}-{device['viewport']['width']}.png", full_page=True)
