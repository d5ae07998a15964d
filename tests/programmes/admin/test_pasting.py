"""Pasting from a spreadsheet: read, shown, applied as it was shown."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction
from django.utils import timezone, translation

from accounts.models import User
from programmes import engaging, pasting
from programmes.models import Engagement, StateChange
from tests.programmes.engagements import engage, make_territory
from tests.trainings.staff import told
from tests.waiting import waiting_for_a_lock
from tests.workers import wait_until

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
        ("invited\t31/2/2026\t", "Invited: “31/2/2026” is no day."),
        ("invited\t2026-02-08x\t", "Invited: “2026-02-08x” is no day."),
        ("invited\t\tNobody", "“Nobody” can’t be read as: Owner."),
        ("refused\t\t", "Choose the reason of the refusal."),
    ],
)
def test_what_can_not_be_read_is_told_and_left_out(territory, staff, cells, mistake):
    (row,) = foreseen(staff, f"City\tState\tInvited\tOwner\nNamur\t{cells}").rows
    assert (row.fate, row.mistakes) == ("bad", [mistake])
    paste(staff, f"City\tState\tInvited\tOwner\nNamur\t{cells}")
    assert not Engagement.objects.exists()


@pytest.mark.parametrize("head", ["Invited on", "Invitée le", "Invited", "Invitée"])
def test_day_of_an_invitation_is_read_under_each_of_our_heads(territory, staff, head):
    paste(staff, f"City\tState\t{head}\nLiège\tinvited\t1/3/2026")
    assert Engagement.objects.get().invited_on == date(2026, 3, 1)


def test_invitation_is_not_dated_today_where_its_day_may_stand_in_a_column_that_is_not_read(territory, staff):
    campaign, cities = territory
    engage(campaign, cities["Mons"], state="invited", invited_on=date(2026, 2, 8))
    text = "City\tState\tAsked\nLiège\tinvited\t1/3/2026\nMons\tno-answer\t8/2/2026\nNamur\tinterested\t"
    first, *others = foreseen(staff, text).rows
    assert (first.fate, [row.fate for row in others]) == ("bad", ["changed", "new"])
    assert "call the one with that day “Invited”" in first.mistakes[0]
    paste(staff, text)
    assert not Engagement.objects.filter(city=cities["Liège"]).exists()
    paste(staff, "City\tState\nLiège\tinvited")
    assert Engagement.objects.get(city=cities["Liège"]).invited_on == timezone.localdate()


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


def given(campaign, text):
    by = User.objects.create_user("dana@programme.example")
    return {"table": pasting.read(text), "campaign": campaign, "owners": {}, "by": by}


def click(text, digest):
    """What a request of its own comes to."""
    try:
        return pasting.apply(**text, digest=digest).good
    except pasting.LooksDifferentNow:
        return "again"
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_known", [True, False])
def test_double_click_writes_once(is_known):
    campaign, cities = make_territory()
    if is_known:
        engage(campaign, cities["Namur"])
    text = given(campaign, "City\tContact\nNamur\tAnne")
    digest = pasting.foresee(**text).digest
    with ThreadPoolExecutor(4) as pool:
        clicks = [*pool.map(lambda _number: click(text, digest), range(4))]
    assert (sorted(map(str, clicks)), Engagement.objects.get().revision) == (["1", "again", "again", "again"], 1)


@pytest.mark.django_db(transaction=True)
def test_what_somebody_writes_just_now_is_not_written_over():
    campaign, cities = make_territory()
    row = engage(campaign, cities["Namur"])
    text = given(campaign, "City\tContact\nNamur\tAnne")
    digest = pasting.foresee(**text).digest
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            engaging.change(engagement=row, values={"contact": "Bart"}, by=None)
            other = pool.submit(click, text, digest)
            wait_until(waiting_for_a_lock)
        assert other.result(timeout=20) == "again"
    row.refresh_from_db()
    assert (row.contact, row.revision) == ("Bart", 1)


@pytest.mark.parametrize("names", [["Namur"], ["Namur", "Liège", "Mons"]])
def test_any_number_of_rows_is_a_few_statements(territory, dana, django_assert_num_queries, names):
    """Cities and rows; then with the lock of the campaign, and within the savepoint of the test, rows and states."""
    campaign, _cities = territory
    for state in ("invited", "interested"):
        rows = "".join(f"\n{name}\tAnne\t{state}" for name in names)
        text = {"table": pasting.read(f"City\tContact\tState{rows}"), "campaign": campaign, "owners": {}, "by": dana}
        with django_assert_num_queries(2):
            digest = pasting.foresee(**text).digest
        with django_assert_num_queries(7):
            pasting.apply(**text, digest=digest)
    assert [*Engagement.objects.values_list("state", "contact", "revision")] == [("interested", "Anne", 2)] * len(names)
    assert StateChange.objects.count() == 3 * len(names)


def test_states_of_a_new_row_come_in_their_order(territory, staff):
    paste(staff, "City\tState\nNamur\tinterested")
    steps = [(step.was, step.became, step.by.email) for step in StateChange.objects.order_by("at", "pk")]
    assert steps == [("", "to-invite", "dana@programme.example"), ("to-invite", "interested", "dana@programme.example")]


def test_city_is_known_by_any_of_its_names_its_code_and_its_postal_codes(territory, staff):
    _campaign, cities = territory
    for typed in ("liege", " LIÈGE ", "62063", "4000"):
        assert [row.name for row in foreseen(staff, f"City\n{typed}").rows] == [cities["Liège"].name]


def test_more_rows_than_are_read_are_said(territory, staff):
    page = staff.post(PASTE, {"text": "City\n" + "Namur\n" * (pasting.MOST_ROWS + 1)})
    assert f"Only the first {pasting.MOST_ROWS} rows are read." in page.getvalue().decode()


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
        head, row, *rest = answer.getvalue().decode("utf-8-sig").splitlines()
        assert (head[:12], "Namur,92094,'=Anne," in row, rest) == ("City,Code,Co", True, [])
    assert staff.get("/admin/programmes/engagement/download/?form=pdf").status_code == 404


@pytest.mark.parametrize("is_demo", [False, True])
def test_what_was_downloaded_can_be_pasted_back(territory, staff, settings, is_demo):
    settings.DEMO = is_demo
    campaign, cities = territory
    engage(campaign, cities["Namur"], contact="Anne", state="invited", due_on=date(2026, 3, 3))
    text = staff.get("/admin/programmes/engagement/download/?form=csv").getvalue().decode("utf-8-sig")
    pasted = text.replace(",", "\t")
    assert [row.fate for row in foreseen(staff, pasted).rows] == ["same"]
