"""Turnout by channel: what each action brought, by kind and action by action, for staff, the ministry, and an official of one's own."""

from dataclasses import astuple
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from figures.definition import Filters
from programmes import entrusting, mobilising
from programmes.models import City
from reports.registry import definition_of
from tests.trainings.sessions import make_session, register
from trainings import attending, registering

PAGE = "/reports/commerce-connecte/turnout/"


@pytest.fixture
def session(commerce, namur):
    campaign = commerce.campaign_at(timezone.localdate())
    return make_session(commerce, cities=[namur], starts=[timezone.now() + timedelta(hours=2)], campaign=campaign)


def act(session, city, kind="letter", **effort):
    campaign, day = session.campaign, timezone.localdate()
    return mobilising.mobilise(campaign=campaign, city=city, kind=kind, on=day, by=None, **effort)


def come(session, action, *, is_there=True):
    seat = register(session, via=action, at=timezone.now())
    if is_there:
        attending.mark(registration=seat, date=session.dates.get(), is_present=True, key=uuid4())


def over(session):
    now = timezone.now()
    session.dates.update(starts_at=now - timedelta(hours=4), ends_at=now - timedelta(hours=1))
    session.settle_dates()


@pytest.fixture
def actions(session, commerce, namur):
    """A letter that brought three, two of whom came; a second letter that brought nobody; stewards in Dinant, who brought one."""
    dinant = City.objects.get(programme=commerce, code="91034")
    letter = act(session, namur, about="=Letter", hours=3)
    for is_there in (True, True, False):
        come(session, letter, is_there=is_there)
    act(session, namur)
    come(session, act(session, dinant, "stewards"))
    over(session)
    return session.campaign


def test_page_sums_by_kind_and_lists_each_action(actions, ministry):
    context = ministry.get(PAGE, {"campaign": actions.code}).context
    assert said(context["kinds"].lines) == ["Letter 2 3 3 3 2 2", "Visits of stewards 1 – 1 1 1 1"]
    assert said([context["kinds"].sums]) == ["3 3 4 4 3 3"]
    assert sorted(each.brought.participants for each in context["actions"].rows) == [0, 1, 2]
    assert said([context["actions"].sums]) == ["   4 4 3 3"]


def said(lines):
    return [" ".join(cell.words for cell in line) for line in lines]


def test_columns_are_the_figures_split_by_channel(actions, ministry):
    context = ministry.get(PAGE, {"campaign": actions.code}).context
    filters = Filters(programme=actions.programme_id, campaign=actions.pk)
    for code, column in (
        ("registrations", "registrations"),
        ("turnout", "registered"),
        ("participants", "participants"),
    ):
        found = definition_of(code).split(filters, "channel")
        shown = [getattr(each.brought, column) for each in context["kinds"].rows]
        assert shown == [found[kind].n for kind in ("letter", "stewards")]
        assert sum(getattr(each.brought, column) for each in context["actions"].rows) == sum(shown)


def test_session_that_is_not_over_has_registrations_and_no_participants_yet(session, namur, ministry):
    come(session, act(session, namur))
    assert [astuple(each.brought) for each in ministry.get(PAGE).context["kinds"].rows] == [(1, 0, 0, 0)]
    over(session)
    assert [astuple(each.brought) for each in ministry.get(PAGE).context["kinds"].rows] == [(1, 1, 1, 1)]


def test_helper_is_a_participant_and_who_was_moved_counts_where_they_went(session, namur, dana, ministry):
    letter = act(session, namur)
    seat = register(session, via=letter, with_helper=True, at=timezone.now())
    for is_helper in (False, True):
        attending.mark(registration=seat, date=session.dates.get(), is_helper=is_helper, is_present=True, key=uuid4())
    other = make_session(session.programme, cities=[namur], campaign=session.campaign)
    registering.move(registration=register(session, via=letter, at=timezone.now()), to=other, by=dana)
    over(session)
    [turnout] = ministry.get(PAGE).context["actions"].rows
    assert astuple(turnout.brought) == (2, 1, 1, 2)


def test_action_of_an_earlier_campaign_that_still_brings_people_is_listed(session, namur, commerce, ministry):
    earlier = commerce.campaigns.exclude(pk=session.campaign_id).first()
    letter = mobilising.mobilise(campaign=earlier, city=namur, kind="letter", on=timezone.localdate(), by=None)
    come(session, letter)
    over(session)
    context = ministry.get(PAGE).context
    assert [each.mobilisation for each in context["actions"].rows] == [letter]
    assert [(each.actions, each.brought.participants) for each in context["kinds"].rows] == [(None, 1)]


def test_link_of_a_city_counts_whom_it_brings_and_is_no_action_until_something_is_noted(session, namur, ministry):
    link = mobilising.own_channel(campaign=session.campaign, city=namur, by=None)
    come(session, link)
    over(session)
    filters = Filters(programme=session.programme_id, campaign=session.campaign_id)
    [kind] = ministry.get(PAGE).context["kinds"].rows
    assert (kind.actions, kind.brought.participants) == (None, 1)
    assert definition_of("mobilisations").compute(filters).value == 0
    link.pieces = 200
    link.save(update_fields=["pieces"])
    assert definition_of("mobilisations").compute(filters).value == 1


def test_campaign_without_actions_says_so_and_one_of_nothing_is_not_found(session, ministry):
    assert "Nothing was noted in this campaign yet" in ministry.get(PAGE, {"campaign": "campaign-2016"}).text
    addresses = (f"{PAGE}?campaign=x", f"{PAGE}kinds.pdf", f"{PAGE}nothing.csv")
    assert [ministry.get(address).status_code for address in addresses] == [404, 404, 404]


def test_files_hold_each_action_with_real_numbers(actions, staff):
    query = {"campaign": actions.code}
    text = staff.get(f"{PAGE}actions.csv", query).getvalue().decode("utf-8-sig")
    assert (len(text.splitlines()), "'=Letter" in text) == (4, True)
    sheet = load_workbook(BytesIO(staff.get(f"{PAGE}actions.xlsx", query).content)).worksheets[0]
    assert sorted(row[-1] for row in sheet.iter_rows(min_row=2, max_row=4, values_only=True)) == [0, 1, 2]


def test_files_hold_each_kind_in_the_order_of_the_page(actions, ministry):
    query = {"campaign": actions.code, "kinds": "participants"}
    shown = said(ministry.get(PAGE, query).context["kinds"].lines)
    assert [words.split()[0] for words in shown] == ["Visits", "Letter"]
    head, *lines = ministry.get(f"{PAGE}kinds.csv", query).getvalue().decode("utf-8-sig").splitlines()
    assert (head.split(",")[:3], lines) == (
        ["Kind", "Actions", "Hours"],
        ["Visits of stewards,1,,1,1,1,1", "Letter,2,3,3,3,2,2"],
    )
    rows = load_workbook(BytesIO(ministry.get(f"{PAGE}kinds.xlsx", query).content)).worksheets[0].iter_rows(min_row=2)
    assert [[cell.value for cell in row][:3] for row in rows][:2] == [["Visits of stewards", 1, None], ["Letter", 2, 3]]


@pytest.mark.parametrize(
    ("order", "names"),
    [
        ("", ["Letter", "Letter", "Visits of stewards"]),
        ("-participants", ["Letter", "Visits of stewards", "Letter"]),
        ("-kind", ["Visits of stewards", "Letter", "Letter"]),
    ],
)
def test_each_head_puts_the_actions_in_order(actions, ministry, order, names):
    asked = {"campaign": actions.code, "actions": order}
    page = ministry.get(PAGE, asked)
    assert [line[0].words for line in page.context["actions"].lines] == names if order else sorted(names)
    assert ('aria-sort="descending"' in page.text) == bool(order)


def test_what_was_not_noted_stands_last_whichever_way_they_stand(actions, ministry):
    for order in ("hours", "-hours"):
        table = ministry.get(PAGE, {"campaign": actions.code, "kinds": order}).context["kinds"]
        assert [each.hours for each in table.in_order] == [3, None]


@pytest.mark.parametrize("order", ["nonsense", "pieces", "-", "__class__"])
def test_order_of_nothing_leaves_the_rows_as_they_are(actions, ministry, order):
    table = ministry.get(PAGE, {"campaign": actions.code, "actions": order}).context["actions"]
    assert table.in_order == table.rows


@pytest.mark.parametrize("table", ["kinds", "actions"])
def test_file_of_a_demonstration_says_that_it_is_one(actions, ministry, settings, table):
    settings.DEMO = True
    query, words = {"campaign": actions.code}, "Demonstration: the people, the shops and their answers are fictitious."
    assert words in ministry.get(f"{PAGE}{table}.csv", query).getvalue().decode("utf-8-sig").splitlines()[-1]
    method = load_workbook(BytesIO(ministry.get(f"{PAGE}{table}.xlsx", query).content))["Method"]
    assert [cell.value for cell in method[2]] == ["Note", words]


def test_official_sees_what_was_done_in_the_own_city_alone(actions, commerce, namur, signed_in):
    omar = signed_in(entrusting.entrust(email="omar@namur.example", city=namur, by=None).user)
    shown = omar.get("/reports/commerce-connecte/").context["actions"].rows
    assert sorted((each.mobilisation.city.code, each.brought.participants) for each in shown) == [
        ("92094", 0),
        ("92094", 2),
    ]
    assert omar.get(PAGE).status_code == 403


@pytest.mark.parametrize("more", [0, 2])
def test_page_asks_as_often_for_three_actions_as_for_one(session, namur, ministry, more, django_assert_num_queries):
    for _action in range(1 + more):
        come(session, act(session, namur))
    ministry.get(PAGE)
    with django_assert_num_queries(17):
        ministry.get(PAGE)
