"""The grid of the cities: looked at, filtered, edited in place, never over one another's."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from programmes import engaging
from programmes.models import Engagement, Grouping
from tests.programmes.engagements import engage, make_territory
from tests.trainings.staff import told

GRID = "/admin/programmes/engagement/"


@pytest.fixture
def territory(db):
    return make_territory()


@pytest.fixture
def row(territory):
    campaign, cities = territory
    return engage(campaign, cities["Namur"])


def typed(row, **values):
    """The row as a browser sends it, with these cells changed."""
    now = {name: getattr(row, name) for name in engaging.EDITABLE if name not in ("email", "phone")}
    sent = {name: str(value if value is not None else "") for name, value in now.items()} | {
        "owner": row.owner_id or ""
    }
    return sent | {"revision": str(row.revision), "back": ""} | values


def keep(browser, row, htmx=False, follow=False, **values):
    headers = {"HX-Request": "true"} if htmx else {}
    return browser.post(f"{GRID}{row.pk}/keep/", typed(row, **values), headers=headers, follow=follow)


def listed(browser, query=""):
    return [str(form.row) for form in browser.get(f"{GRID}{query}").context["rows"]]


def test_cell_is_kept_at_once_and_the_row_says_so(row, staff):
    answer = keep(staff, row, htmx=True, contact="Anne Lejeune", next_action="Call")
    row.refresh_from_db()
    assert (answer.status_code, row.contact, row.next_action, row.revision) == (200, "Anne Lejeune", "Call", 1)
    page = answer.content.decode()
    assert page.startswith(f'<div id="beside-{row.pk}"')
    assert ('value="1"' in page, ">kept" in page) == (True, True)


def test_invitation_that_follows_is_told_beside(row, staff):
    page = keep(staff, row, htmx=True, state="invited").content.decode()
    row.refresh_from_db()
    assert (row.invited_on, row.invited_by.email) == (timezone.localdate(), "dana@programme.example")
    assert "invited on" in page


def test_row_is_kept_by_its_button_and_leads_back_to_it(row, staff):
    page = keep(staff, row, follow=True, contact="Anne", back="state=to-invite")
    assert page.redirect_chain == [(f"{GRID}?state=to-invite#row-{row.pk}", 302)]
    assert told(page) == ["Namur: kept."]


def test_refusal_asks_why(row, staff):
    for htmx in (True, False):
        answer = keep(staff, row, htmx=htmx, state="refused", contact="Anne")
        assert (answer.status_code, "Choose the reason of the refusal." in answer.content.decode()) == (422, True)
    assert 'value="Anne"' in answer.content.decode()  # what was typed is still there
    row.refresh_from_db()
    assert (row.state, row.contact) == ("to-invite", "")
    assert keep(staff, row, htmx=True, state="refused", reason="cost").status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"state": "away"}, {"due_on": "tomorrow"}, {"owner": "999999"}, {"contact": "x" * 151}]
)
def test_what_can_not_be_is_refused(row, staff, wrong):
    assert keep(staff, row, htmx=True, **wrong).status_code == 422
    row.refresh_from_db()
    assert row.revision == 0


def test_last_write_is_refused_when_the_row_changed_since_it_was_shown(row, staff):
    engaging.change(engagement=row, values={"contact": "Bart"}, by=None)
    answer = keep(staff, row, htmx=True, contact="Anne")
    page = answer.content.decode()
    assert (answer.status_code, "Somebody changed this row" in page, "Contact: Anne" in page) == (409, True, True)
    assert 'name="revision" value="0"' in page  # what was refused once stays refused until the row is looked at
    (told_on_page,) = told(keep(staff, row, follow=True, contact="Anne"))
    assert told_on_page.startswith("Namur: Somebody changed this row")
    row.refresh_from_db()
    assert row.contact == "Bart"


def test_refused_row_keeps_the_revision_that_was_shown(row, staff):
    engaging.change(engagement=row, values={"contact": "Bart"}, by=None)
    page = keep(staff, row, state="away").content.decode()
    assert 'name="revision" value="0"' in page


@pytest.mark.parametrize("revision", ["", "x", "-1"])
def test_row_without_its_revision_is_refused(row, staff, revision):
    assert keep(staff, row, htmx=True, contact="Anne", revision=revision).status_code == 409
    row.refresh_from_db()
    assert row.contact == ""


def test_grid_is_filtered_and_overdue_come_first(territory, staff):
    campaign, cities = territory
    dana = User.objects.get(email="dana@programme.example")
    late = timezone.localdate() - timedelta(days=1)
    engage(campaign, cities["Namur"], state="invited", owner=dana)
    engage(campaign, cities["Liège"], state="refused", reason="cost", due_on=date(2099, 1, 1))
    engage(campaign, cities["Mons"], due_on=late, contact="Anne Lejeune")
    west = Grouping.objects.create(programme=campaign.programme, code="west", names={"fr": "Ouest"})
    west.cities.add(cities["Mons"])
    assert listed(staff) == ["Mons", "Liège", "Namur"]
    queries = (
        "?state=refused",
        f"?owner={dana.pk}",
        f"?grouping={west.pk}",
        "?late=on",
        "?q=lieg",
        "?q=lejeune",
        "?q=zzz",
    )
    assert [listed(staff, query) for query in queries] == [
        ["Liège"],
        ["Namur"],
        ["Mons"],
        ["Mons"],
        ["Liège"],
        ["Mons"],
        [],
    ]
    assert staff.get(GRID).content.decode().count('class="late"') == 1


def test_filter_that_says_nothing_is_left_out(row, staff):
    assert listed(staff, "?owner=x&grouping=999&state=away&campaign=0&page=77") == ["Namur"]


def test_city_is_added_by_its_name_once(territory, staff):
    campaign, _cities = territory
    for name, words in (
        ("liege", "Liège stands in the grid."),
        ("LIÈGE", "Liège stands in the grid."),
        ("Atlantis", "Choose one"),
    ):
        page = staff.post(f"{GRID}begin/", {"city": name, "back": f"campaign={campaign.pk}"}, follow=True)
        assert told(page)[0].startswith(words)
    assert [str(row) for row in Engagement.objects.all()] == ["Liège"]


def test_city_page_keeps_the_row_with_how_to_reach_the_contact(row, staff):
    one = f"{GRID}{row.pk}/change/"
    page = staff.post(one, typed(row, email="anne@namur.example", phone="081 24 60 00"), follow=True)
    row.refresh_from_db()
    assert (row.email, row.phone, told(page)) == ("anne@namur.example", "081 24 60 00", ["Namur: kept."])
    late = staff.post(one, typed(row, revision="0", email="", phone=""))
    assert (late.status_code, "Somebody changed this row" in late.content.decode()) == (422, True)


def test_note_is_added_with_its_day_and_its_author(row, staff):
    one = f"{GRID}{row.pk}/change/"
    staff.post(one, {"on": "2026-03-03", "text": "Asked for a date", "is_contact": "on"})
    note = row.notes.get()
    row.refresh_from_db()
    assert (note.text, note.by.email, str(row.last_contact_on)) == (
        "Asked for a date",
        "dana@programme.example",
        "2026-03-03",
    )
    assert "Asked for a date" in staff.get(one).content.decode()
    assert staff.post(one, {"on": "", "text": "x"}).status_code == 422


def test_adviser_looks_and_changes_nothing(row, adviser):
    page = adviser.get(GRID).content.decode()
    assert ("Namur" in page, '<input id="contact' in page, adviser.get(f"{GRID}{row.pk}/change/").status_code) == (
        True,
        False,
        200,
    )
    refused = [
        keep(adviser, row, contact="Anne"),
        adviser.post(f"{GRID}begin/", {"city": "Mons"}),
        adviser.post(f"{GRID}{row.pk}/change/", {"on": "2026-03-03", "text": "x"}),
        adviser.get(f"{GRID}paste/"),
    ]
    assert [answer.status_code for answer in refused] == [403] * 4


def test_without_the_second_factor_nothing_is_kept(row, staff, monkeypatch):
    monkeypatch.setattr("accounts.access.has_second_factor", lambda request: False)
    assert keep(staff, row, contact="Anne").status_code == 302
    row.refresh_from_db()
    assert row.contact == ""


def test_words_of_a_city_are_text(row, staff):
    engaging.change(engagement=row, values={"contact": '"><script>x</script>'}, by=None)
    assert "<script>x" not in staff.get(GRID).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_grid_asks_as_much_for_one_city_as_for_three(territory, staff, count, django_assert_num_queries):
    campaign, cities = territory
    for city in [*cities.values()][:count]:
        engage(campaign, city, state="invited", owner=User.objects.get(email="dana@programme.example"))
    staff.get(GRID)
    with django_assert_num_queries(11):
        staff.get(GRID)
