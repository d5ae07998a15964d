"""Who reads reports, from the sign-in to the file: an official of a city, and the ministry."""

import os
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from programmes import entrusting, mobilising
from tests.browser.visitor import DESKTOP, DEVICES, PHONE
from tests.conftest import user
from tests.reports.cities import make_cities
from tests.trainings.sessions import make_session, make_shop, register
from trainings import attending

HOME = "/reports/commerce-connecte/"


@pytest.fixture
def namur_in_autumn(commerce):
    """Omar speaks for Namur, which organises together with the programme; a shop has come through it to the next session."""
    world = make_cities(commerce)
    namur = world.cities["namur"]
    titles = {"fr": "Votre fiche sur la carte", "en": "Your shop on the map"}
    campaign = commerce.campaign_at(timezone.localdate())
    now = timezone.now()
    session = make_session(commerce, cities=[namur], starts=[now + timedelta(days=9)], titles=titles, campaign=campaign)
    entrusting.entrust(email="omar@namur.example", city=namur, by=None, language="en")
    letter = mobilising.mobilise(campaign=campaign, city=namur, kind="letter", on=timezone.localdate(), by=None)
    register(session, via=letter, names_told_at=now, business=make_shop(session), at=now)
    for days, shops in ((75, 6), (40, 9)):
        evening = make_session(commerce, cities=[namur], starts=[now - timedelta(days=days)], campaign=campaign)
        hold(evening, shops, letter)
    return world


def hold(evening, shops, letter):
    """So many came, the first three through the letter."""
    [start, date] = evening.starts_at, evening.dates.get()
    for number in range(shops):
        via, shop = (letter if number < 3 else None), make_shop(evening)
        seat = register(evening, via=via, business=shop, at=start - timedelta(days=5))
        attending.mark(registration=seat, date=date, is_present=True, key=uuid4(), at=start)


@pytest.mark.parametrize("device", DEVICES)
def test_official_signs_in_with_a_code_and_takes_report_and_poster_home(visitor, worker, smtp, namur_in_autumn, device):
    one = visitor(device=device).signs_in("omar@namur.example", smtp)
    one.presses("Reports of Commerce connecté")
    assert one.title == "Namur"
    seen(one, device, "1-home")
    one.page.get_by_text("Another period, or tables").click()
    one.page.select_option("#id_period", label="2016 campaign")
    one.presses("Make the report")
    assert one.downloads_once_made() == ("report-cc-2016-namur-1.pdf", b"%PDF")
    seen(one, device, "2-report")
    one.goes(HOME)
    one.page.locator("section.card").get_by_role("button", name="English (PDF)").click()
    assert one.downloads_once_made() == ("poster-namur.pdf", b"%PDF")
    seen(one, device, "3-poster")
    one.presses("Back")
    assert one.page.get_by_label("Address to share").input_value().endswith("/92094/")
    seen(one, device, "4-share")
    one.goes(HOME).presses("Shops that came through Namur")
    one.reads("Fleurs Dupont")
    seen(one, device, "5-shops")


def test_ministry_signs_in_reads_the_balance_and_what_brought_people(visitor, worker, smtp, namur_in_autumn):
    user("mina@ministry.example", Role.MINISTRY_READER, name="Mina", language="en")
    one = visitor(device=DESKTOP).signs_in("mina@ministry.example", smtp)
    one.presses("Reports of Commerce connecté")
    one.page.select_option("#id_about", label="The whole programme")
    one.page.select_option("#id_period", label="2016 campaign")
    one.presses("Make the report")
    assert one.downloads_once_made() == ("report-cc-2016-all-1.pdf", b"%PDF")
    one.goes(HOME)
    seen(one, DESKTOP, "6-ministry")
    one.page.get_by_role("link", name="Read CC-2016-ALL-1").click()
    seen(one, DESKTOP, "7-balance")
    one.goes(f"{HOME}turnout/")
    one.reads("Letter")
    seen(one, DESKTOP, "8-turnout")
    one.page.set_viewport_size(PHONE["viewport"])
    one.page.locator("#kinds").get_by_role("link", name="Registrations", exact=True).click()
    expect(one.page.locator("#kinds th[aria-sort=descending]")).to_have_text("Registrations")


def seen(one, device, name):
    """Looked at by axe; and by a person, where TREMPLIN_PICTURES names a folder."""
    one.inspect()
    if folder := os.environ.get("TREMPLIN_PICTURES"):
        one.page.screenshot(path=Path(folder) / f"official-{name}-{device['viewport']['width']}.png", full_page=True)
