"""Figures, read by staff at a desk and by the ministry on a phone."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from accounts.roles import Role
from tests.browser.visitor import DEVICES, PHONE
from tests.conftest import user
from tests.diagnostics.shops import copies, take
from tests.reports.world import make_year

PARTICIPANTS = "/reports/commerce/figures/participants/?as_of=2016-12-31"
COMPARED = f"{PARTICIPANTS}&first=campaign-2016&second=campaign-2017&report=2016-12-31&page=1"


@pytest.fixture
def reader(visitor, signed_in, dana, monkeypatch):
    """reader(device) is somebody at these pages: programme staff, unless a role is given."""
    monkeypatch.setattr("accounts.access.has_second_factor", lambda request: True)

    def come(role="", **device):
        one = visitor(**device)
        who = user("mina@ministry.example", role) if role else dana
        cookie = signed_in(who).cookies[settings.SESSION_COOKIE_NAME].value
        one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": one.address}])
        return one

    return come


@pytest.mark.parametrize("device", DEVICES)
def test_staff_find_a_figure_filter_it_and_see_what_is_behind_it(reader, device):
    make_year()
    one = reader(device=device)
    one.goes("/reports/commerce/figures/")
    one.inspect()
    picture(one, device, "1-list")
    one.page.fill("#q", "participants median")
    one.submits()
    one.presses("Participants per session, median")
    assert one.title == "Participants per session, median"
    one.goes(PARTICIPANTS)
    one.inspect()
    picture(one, device, "2-participants")
    one.page.select_option("#id_city", label="Namur")
    one.submits()
    assert one.page.locator(".figure-value").inner_text() == "5"
    one.presses("By city")
    one.reads("Namur")
    one.inspect()
    picture(one, device, "3-cities")
    one.presses("The rows behind it")
    one.inspect()
    picture(one, device, "4-rows")
    one.goes(COMPARED)
    one.inspect()
    picture(one, device, "5-compared")


@pytest.mark.parametrize("device", DEVICES)
def test_period_reversed_is_said_beside_its_field(reader, device):
    make_year()
    one = reader(device=device)
    with one.refused(422):
        one.goes("/reports/commerce/figures/participants/?since=2016-09-30&until=2016-09-01")
    one.reads("The period ends before it begins")
    one.inspect()
    picture(one, device, "6-reversed")


def test_ministry_is_led_to_the_releases_for_scores(reader, commerce, namur):
    copies(take(commerce, city=namur), 4)
    copies(take(commerce, "bakery"), 6)
    one = reader(role=Role.MINISTRY_READER, device=PHONE)
    one.goes("/reports/commerce-connecte/figures/score-mean/?by=sub_sector")
    one.reads("Scores, topics and slips are read in the reports")
    assert "The rows behind it" not in one.words
    one.inspect()
    picture(one, PHONE, "7-ministry")


def picture(one, device, name):
    if folder := os.environ.get("TREMPLIN_PICTURES"):
        one.page.screenshot(path=Path(folder) / f"{name}-{device['viewport']['width']}.png", full_page=True)
