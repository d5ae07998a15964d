"""Pasting from a spreadsheet: read, shown, applied as it was shown."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.utils import translation

from accounts.models import User
from programmes import engaging, pasting
from programmes.models import Engagement
from tests.programmes.engagements import engage, make_territory
from tests.trainings.staff import told

PASTE = "/admin/programmes/engagement/paste/"
HEADS = "City\tState\tReason of the refusal\tInvited\tOwner\tColour"
ROWS = "Namur\tinvited\t\t8/2/2026\tprogramme-staff\tred\nMons\trefusé\tcost\t2026-02-08\t\t\nAtlantis\tinvited\t\t\t\t"


@pytest.fixture
def territory(db):
    return make_territory()


def foreseen(staff, text):
    return staff.post(PASTE, {"text": text}).context["found"]


def paste(staff, text):
    """Shows, then applies what was shown."""
    return staff.post(PASTE, {"text": text, "apply": "x", "digest": foreseen(staff, text).digest}, follow=True)


def test_rows_are_shown_one_by_one_and_nothing_is_written(territory, staff):
    found = foreseen(staff, f"{HEADS}\n{ROWS}")
    assert [(row.number, row.name, row.fate) for row in found.rows] == [
        (2, "Namur", "new"),
        (3, "Mons", "new"),
        (4, "Atlantis", "bad"),
    ]
    assert (found.unread, Engagement.objects.count()) == (("Colour",), 0)
    assert ("Reason of the refusal", "", "cost") in found.rows[1].changes


def test_good_rows_are_written_as_they_were_shown(territory, staff):
    page = paste(staff, f"{HEADS}\n{ROWS}")
    namur, mons = Engagement.objects.order_by("-city__name_key")
    assert told(page) == ["2 rows were written."]
    assert (namur.state, namur.invited_on, namur.owner.email) == ("invited", date(2026, 2, 8), "dana@programme.example")
    assert (mons.state, mons.reason, mons.owner) == ("refused", "cost", None)


def test_without_heads_the_columns_are_those_of_the_grid(territory, staff):
    paste(staff, "Namur\tAnne Lejeune\tinterested\t\t8.2.26\t\tCall back")
    row = Engagement.objects.get()
    assert (row.contact, row.state, row.invited_on, row.next_action) == (
        "Anne Lejeune",
        "interested",
        date(2026, 2, 8),
        "Call back",
    )


def test_empty_cell_changes_nothing_and_a_same_row_is_left(territory, staff):
    campaign, cities = territory
    engage(campaign, cities["Namur"], contact="Anne", state="interested")
    found = foreseen(staff, "City\tContact\tState\nNamur\t\tinterested\nnamur\tBart\t")
    assert [(row.fate, row.mistakes) for row in found.rows] == [
        ("same", []),
        ("bad", ["This city stands in an earlier row too."]),
    ]
    assert [row.fate for row in foreseen(staff, "City\tContact\n5000\tBart").rows] == ["changed"]


@pytest.mark.parametrize(
    ("cells", "mistake"),
    [
        ("away\t\t", "“away” can’t be read as: State."),
        ("invited\t31/2/2026\t", "“31/2/2026” can’t be read as: Invited."),
        ("invited\t2026-02-08x\t", "“2026-02-08x” can’t be read as: Invited."),
        ("invited\t\tNobody", "“Nobody” can’t be read as: Owner."),
        ("refused\t\t", "Choose the reason of the refusal."),
    ],
)
def test_what_can_not_be_read_is_told_and_left_out(territory, staff, cells, mistake):
    (row,) = foreseen(staff, f"City\tState\tInvited\tOwner\nNamur\t{cells}").rows
    assert (row.fate, row.mistakes) == ("bad", [mistake])
    paste(staff, f"City\tState\tInvited\tOwner\nNamur\t{cells}")
    assert not Engagement.objects.exists()


def test_too_long_a_text_is_told(territory, staff):
    (row,) = foreseen(staff, f"City\tContact\nNamur\t{'x' * 151}").rows
    assert row.fate == "bad"


def test_nothing_is_written_when_it_is_no_longer_what_was_shown(territory, staff):
    campaign, cities = territory
    row = engage(campaign, cities["Namur"], contact="Anne")
    text = "City\tContact\nNamur\tCarl"
    digest = foreseen(staff, text).digest
    engaging.change(engagement=row, values={"contact": "Bart"}, by=None)
    page = staff.post(PASTE, {"text": text, "apply": "x", "digest": digest})
    row.refresh_from_db()
    assert (row.contact, "Nothing was written" in told(page)[0], page.context["found"].good) == ("Bart", True, 1)


@pytest.mark.django_db(transaction=True)
def test_double_click_writes_once():
    campaign, cities = make_territory()
    row = engage(campaign, cities["Namur"])
    given = {"table": pasting.read("City\tContact\nNamur\tAnne"), "campaign": campaign, "owners": {}}
    given["by"] = User.objects.create_user("dana@programme.example")
    digest = pasting.foresee(**given).digest

    def click(_number):
        try:
            return pasting.apply(**given, digest=digest).good
        except pasting.LooksDifferentNow:
            return "again"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        clicks = [*pool.map(click, range(4))]
    row.refresh_from_db()
    assert (sorted(map(str, clicks)), row.revision) == (["1", "again", "again", "again"], 1)


def test_more_rows_than_are_read_are_said(territory, staff):
    page = staff.post(PASTE, {"text": "City\n" + "Namur\n" * (pasting.MOST_ROWS + 1)})
    assert f"Only the first {pasting.MOST_ROWS} rows are read." in page.content.decode()


def test_quotation_mark_that_is_never_closed_is_told(territory, staff):
    """It swallows more than a cell can hold."""
    text = 'City\tContact\nNamur\t"Anne\n' + "Mons\tBart\n" * 15_000
    page = staff.post(PASTE, {"text": text})
    assert (page.status_code, page.context["form"].errors["text"]) == (
        422,
        ["A cell begins with a quotation mark that is never closed: take the mark out, or close it."],
    )


@pytest.mark.parametrize("text", ["\t\t\n\t", 'City\n"', "\x01\x02", "Namur;Anne;invited", "City\tCity\nNamur\tMons"])
def test_any_text_gives_a_page(territory, staff, text):
    assert staff.post(PASTE, {"text": text}).status_code in {200, 422}


def test_heads_and_states_are_known_in_every_language(db):
    with translation.override("fr"):
        assert pasting.read("City\tDue\nNamur\t").fields == ("city", "due_on")


def test_spreadsheet_cell_with_a_line_break_stays_one_cell():
    assert pasting.read('City\tNext action\nNamur\t"Call,\nthen write"').rows == ((2, ("Namur", "Call,\nthen write")),)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_download_has_what_is_looked_at(territory, staff, form):
    campaign, cities = territory
    engage(campaign, cities["Namur"], contact="=Anne", state="invited")
    engage(campaign, cities["Mons"])
    answer = staff.get(f"/admin/programmes/engagement/download/?form={form}&state=invited")
    assert f".{form}" in answer["Content-Disposition"]
    if form == "csv":
        head, row, *rest = answer.content.decode("utf-8-sig").splitlines()
        assert (head[:12], "Namur,92094,'=Anne," in row, rest) == ("City,Code,Co", True, [])
    assert staff.get("/admin/programmes/engagement/download/?form=pdf").status_code == 404


def test_what_was_downloaded_can_be_pasted_back(territory, staff):
    campaign, cities = territory
    engage(campaign, cities["Namur"], contact="Anne", state="invited", due_on=date(2026, 3, 3))
    text = staff.get("/admin/programmes/engagement/download/?form=csv").content.decode("utf-8-sig")
    pasted = text.replace(",", "\t")
    assert [row.fate for row in foreseen(staff, pasted).rows] == ["same"]
