"""Staff bring a list of participants: upload, columns, preview, report; on a desk and on a phone, without script."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from accounts.applying import apply_roles
from businesses.models import Business
from outbox import tasks
from outbox.models import Job
from tests.browser.visitor import DEVICES
from tests.trainings.importing.files import HEADS, YANN, ZOE, csv_of
from tests.trainings.sessions import make_session
from trainings.models import ImportRow

ROWS = [
    [*ZOE, "Bob"],
    [*YANN, ""],
    ["Anne-Marie de la Croix", "Boucherie du Marché", "5000", "anne@boucherie", "oui"],
    ["", "Sans nom", "5000", "", ""],
    ["Marc Petit", "Librairie Petit", "5100", "marc@petit.example", ""],
]


@pytest.mark.parametrize("device", DEVICES)
def test_list_is_brought_shown_and_reported(visitor, commerce, dana, signed_in, device, monkeypatch):
    apply_roles()
    monkeypatch.setattr("accounts.access.has_second_factor", lambda request: True)
    monkeypatch.setattr("accounts.admin_site.is_staff_with_second_factor", lambda request: True)
    session = make_session(commerce, capacity=2)
    Business.objects.create(programme=commerce, name="Librairie Petit", postal_code="5100", street="Rue du Pont 3")
    one = visitor(device=device, script=False, language="en-GB")
    cookie = signed_in(dana).cookies[settings.SESSION_COOKIE_NAME].value
    one.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": one.address}])
    page = one.page
    page.goto(f"/admin/trainings/session/{session.pk}/change/")
    page.get_by_role("link", name="Import participants").click()
    picture(page, device, "1-upload")
    content = csv_of(*ROWS, heads=["Wie", "Winkel", "Postcode", "E-mail", "Begeleider"], encoding="cp1252")
    page.get_by_label("List of participants").set_input_files(
        [{"name": "liste.csv", "mimeType": "text/csv", "buffer": content}]
    )
    page.get_by_role("button", name="Show what would happen").click()
    picture(page, device, "2-columns")
    page.get_by_label("Wie").select_option("name")
    page.get_by_role("button", name="Show what would happen").click()
    picture(page, device, "3-preview")
    page.get_by_label("Librairie Petit, Rue du Pont 3, 5100").check()
    page.get_by_role("button", name="Keep the choices").click()
    page.get_by_role("button", name="Register them").click()
    picture(page, device, "4-running")
    tasks.run(Job.objects.get(kind="import-of-participants").pk)
    page.reload()
    picture(page, device, "5-report")
    assert page.evaluate("document.documentElement.scrollWidth") <= device["viewport"]["width"]
    outcomes = ImportRow.objects.filter(number__gt=1).order_by("number").values_list("outcome", flat=True)
    assert [*outcomes] == ["registered", "waiting", "", "", "waiting"]
    assert len(HEADS) == 4


def picture(page, device, name):
    if folder := os.environ.get("TREMPLIN_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}-{device['viewport']['width']}.png", full_page=True)
