"""The grid of the cities, in a browser: a cell at a time with script, a row at a time without, and a paste."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from accounts.applying import apply_roles
from programmes import engaging
from programmes.models import City, Engagement
from tests.browser.visitor import AXE, DESKTOP, DEVICES, PHONE

GRID = "/admin/programmes/engagement/"
NAMES = ("Namur", "Liège", "Mons", "Charleroi", "Arlon")


@pytest.fixture
def rows(commerce, dana):
    """Five cities of the campaign that runs: one overdue, one that refused."""
    campaign = commerce.campaign_at(timezone.localdate())
    cities = {city.name: city for city in City.objects.filter(programme=commerce)}
    made = [engaging.engage(campaign=campaign, city=cities[name], by=dana) for name in NAMES]
    late = timezone.localdate() - timedelta(days=3)
    said = [
        {
            "state": "interested",
            "contact": "Anne Lejeune",
            "next_action": "Ask for the hall",
            "due_on": late,
            "owner": dana,
        },
        {"state": "refused", "reason": "cost"},
        {"state": "invited"},
    ]
    return [engaging.change(engagement=row, values=values, by=dana) for row, values in zip(made, said, strict=False)]


@pytest.fixture
def staff(visitor, dana, signed_in, monkeypatch):
    """staff(device=...) is Dana's browser, with her second factor shown."""
    apply_roles()
    monkeypatch.setattr("accounts.access.has_second_factor", lambda request: True)
    monkeypatch.setattr("accounts.admin_site.is_staff_with_second_factor", lambda request: True)

    def come(**device):
        one = visitor(language="en-GB", **device)
        cookie = signed_in(dana).cookies[settings.SESSION_COOKIE_NAME].value
        one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": one.address}])
        return one

    return come


def picture(page, device, name):
    if folder := os.environ.get("TREMPLIN_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}-{device['viewport']['width']}.png", full_page=True)


def unfold(page):
    """On a phone the rows are folded."""
    folded = page.locator(".unfold:not([open]) > summary:visible")
    while folded.count():
        folded.first.click()


@pytest.mark.parametrize("device", DEVICES)
def test_cells_are_kept_by_keyboard_alone(staff, rows, device):
    one = staff(device=device)
    page = one.page
    page.goto(GRID)
    picture(page, device, "grid")
    unfold(page)
    namur, liege, _mons = rows
    contact = page.get_by_label("Contact, Namur", exact=True)
    contact.fill("Bart Simon")
    contact.press("Enter")
    expect(page.locator(f"#beside-{namur.pk} .kept")).to_have_text("kept")
    with page.expect_response("**/keep/"):
        page.get_by_label("Next action, Namur", exact=True).fill("Send the letter")
        page.keyboard.press("Tab")
    page.get_by_label("Contact, Liège", exact=True).fill("Carla")
    page.keyboard.press("Tab")
    expect(page.locator(f"#beside-{liege.pk} .kept")).to_have_text("kept")
    for row in (namur, liege):
        row.refresh_from_db()
    assert (namur.contact, namur.next_action, liege.contact) == ("Bart Simon", "Send the letter", "Carla")
    found = Axe().run(page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    engaging.change(engagement=namur, values={"contact": "Somebody"}, by=None)
    with one.refused(409):
        page.get_by_label("Contact, Namur", exact=True).fill("Dirk")
        page.keyboard.press("Tab")
        expect(page.locator(f"#beside-{namur.pk} .errornote")).to_contain_text("You had: Contact: Dirk")
    picture(page, device, "overtaken")
    page.get_by_role("link", name="Show the row as it is now").click()
    expect(page.get_by_label("Contact, Namur", exact=True)).to_have_value("Somebody")
    unfold(page)
    with one.refused(422):
        page.get_by_label("State, Mons", exact=True).select_option("refused")
        expect(page.locator(f"#beside-{rows[2].pk} .errornote")).to_contain_text("Choose the reason of the refusal.")
    page.get_by_label("Reason of the refusal, Mons", exact=True).select_option("not-now")
    expect(page.locator(f"#beside-{rows[2].pk} .kept")).to_have_text("kept")
    assert page.evaluate("document.documentElement.scrollWidth") <= device["viewport"]["width"]


def test_enter_goes_to_the_cell_below_and_shift_to_the_one_above(staff, rows):
    page = staff(device=DESKTOP).page
    page.goto(GRID)
    names = page.locator("table.grid tbody th a").all_text_contents()
    page.get_by_label(f"Contact, {names[0]}", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label(f"Contact, {names[1]}", exact=True)).to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(page.get_by_label(f"Contact, {names[0]}", exact=True)).to_be_focused()


def test_enter_in_the_last_row_keeps_it(staff, rows):
    page = staff(device=DESKTOP).page
    page.goto(GRID)
    last = page.locator("table.grid tbody tr").last
    last.locator("[name=contact]").fill("Hanna")
    page.keyboard.press("Enter")
    expect(last.locator(".kept")).to_have_text("kept")


def test_what_could_not_be_sent_says_so_and_has_its_button(staff, rows):
    one = staff(device=DESKTOP)
    one.page.goto(GRID)
    namur, button = rows[0], one.page.get_by_role("button", name="Keep the row of Namur")
    expect(button).to_be_hidden()
    one.context.set_offline(True)
    one.page.get_by_label("Contact, Namur", exact=True).fill("Bart")
    one.page.keyboard.press("Tab")
    beside = one.page.locator(f"#beside-{namur.pk}")
    expect(beside).to_contain_text("the portal was not reached")
    one.context.set_offline(False)
    button.click()
    expect(beside.locator(".kept")).to_have_text("kept")
    expect(button).to_be_hidden()
    one.troubles.clear()  # that the net was gone


def test_rows_are_folded_on_a_phone_and_all_columns_in_sight_at_a_desk(staff, rows):
    phone, desk = staff(device=PHONE).page, staff(device=DESKTOP).page
    phone.goto(GRID)
    field = phone.get_by_label("Contact, Namur", exact=True)
    expect(field).to_be_hidden()
    phone.locator(".unfold > summary", has_text="Namur").click()
    expect(field).to_be_visible()
    desk.goto(GRID)
    last = desk.get_by_label("Last contact, Namur", exact=True).bounding_box()
    assert last["x"] + last["width"] <= DESKTOP["viewport"]["width"]


@pytest.mark.parametrize("device", DEVICES)
def test_without_script_a_row_is_kept_by_its_button_and_a_list_is_pasted(staff, rows, device):
    page = staff(device=device, script=False).page
    page.goto(GRID)
    unfold(page)
    page.get_by_label("Contact, Mons", exact=True).fill("Eva")
    page.get_by_role("button", name="Keep the row of Mons").click()
    expect(page.locator(".messagelist")).to_contain_text("Mons: kept.")
    page.get_by_role("link", name="Paste from a spreadsheet").click()
    page.get_by_label("Rows of your spreadsheet").fill(
        "City\tContact\tState\nMons\tFred\t\nTournai\tGina\tinvited\nX\t\t"
    )
    page.get_by_role("button", name="Show what would happen").click()
    picture(page, device, "paste")
    page.get_by_role("button", name="Write 2 rows").click()
    assert Engagement.objects.get(city__names__fr="Tournai").contact == "Gina"
    page.get_by_role("link", name="Mons", exact=True).click()
    page.get_by_label("What was said").fill("They wait for the council")
    page.get_by_role("button", name="Add the note").click()
    picture(page, device, "city")
    expect(page.locator("#notes article")).to_contain_text("They wait for the council")
    assert page.evaluate("document.documentElement.scrollWidth") <= device["viewport"]["width"]
