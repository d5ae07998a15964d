from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from programmes import engaging
from programmes.models import Engagement, StateChange
from tests.programmes.engagements import FEBRUARY, engage, make_territory, moment
from tests.programmes.makers import make_city, make_programme
from tests.waiting import waiting_for_a_lock
from tests.workers import wait_until

pytestmark = pytest.mark.usefixtures("in_english")

State = Engagement.State


@pytest.fixture
def territory(db):
    return make_territory()


@pytest.fixture
def row(territory):
    campaign, cities = territory
    return engaging.engage(campaign=campaign, city=cities["Namur"], by=None)


def change(row, by=None, revision=None, at=None, **values):
    return engaging.change(engagement=row, values=values, by=by, revision=revision, at=at)


def test_city_stands_once_in_a_campaign(row):
    again = engaging.engage(campaign=row.campaign, city=row.city, by=None)
    assert (again, again.state) == (row, State.TO_INVITE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.create(campaign=row.campaign, city=row.city)


def test_city_of_another_programme_is_refused(row):
    with pytest.raises(ValidationError):
        engaging.engage(campaign=row.campaign, city=make_city(make_programme("crafts")), by=None)


def test_invitation_has_its_day_and_its_author(row, dana):
    invited = change(row, state=State.INVITED, by=dana, at=moment(2, 8))
    assert (invited.invited_on, invited.invited_by, invited.revision) == (FEBRUARY, dana, 1)
    assert invited.invited_recorded_at > moment(2, 8)


def test_day_of_an_invitation_makes_it_invited(row, dana):
    assert change(row, invited_on=FEBRUARY, by=dana).state == State.INVITED


def test_invited_city_is_not_to_be_invited(row, dana):
    invited = change(row, state=State.INVITED, by=dana)
    with pytest.raises(ValidationError, match="no longer to be invited"):
        change(invited, state=State.TO_INVITE)
    cleared = change(invited, state=State.TO_INVITE, invited_on=None)
    assert (cleared.invited_by, cleared.invited_recorded_at) == (None, None)


def test_refusal_has_a_reason_and_only_a_refusal(row):
    with pytest.raises(ValidationError, match="Choose the reason of the refusal"):
        change(row, state=State.REFUSED)
    refused = change(row, state=State.REFUSED, reason="cost")
    assert change(refused, state=State.INTERESTED).reason == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.update(state=State.REFUSED, reason="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Engagement.objects.update(state=State.INTERESTED, reason="cost")


def test_changes_of_state_are_logged_with_who_and_when(row, dana):
    change(row, state=State.INVITED, by=dana, at=moment(2, 8))
    change(row, contact="Anne", by=dana, at=moment(2, 9))
    change(row, state=State.REFUSED, reason="cost", by=dana, at=moment(3, 1))
    change(row, reason="not-now", by=dana, at=moment(3, 2))
    logged = StateChange.objects.order_by("pk").values_list("was", "became", "reason", "by", "at")[1:]
    assert [*logged] == [
        ("to-invite", "invited", "", dana.pk, moment(2, 8)),
        ("invited", "refused", "cost", dana.pk, moment(3, 1)),
        ("refused", "refused", "not-now", dana.pk, moment(3, 2)),
    ]


def test_what_changes_nothing_is_no_change(row):
    assert change(row, contact="").revision == row.revision


def test_row_that_changed_since_it_was_shown_is_refused(row):
    change(row, contact="Anne", revision=0)
    with pytest.raises(engaging.ChangedMeanwhile) as refusal:
        change(row, contact="Bart", revision=0)
    assert refusal.value.current.contact == "Anne"
    row.refresh_from_db()
    assert row.contact == "Anne"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_one_is_refused():
    campaign, cities = make_territory()
    shown = engaging.engage(campaign=campaign, city=cities["Namur"], by=None)

    def write(name):
        try:
            return change(shown, contact=name, revision=0).contact
        except engaging.ChangedMeanwhile:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            change(shown, contact="a", revision=0)
            other = pool.submit(write, "b")
            wait_until(waiting_for_a_lock)
        assert other.result(timeout=20) == "refused"
    shown.refresh_from_db()
    assert (shown.revision, shown.contact) == (1, "a")


@pytest.mark.django_db(transaction=True)
def test_city_that_shows_interest_just_now_is_not_set_back_to_invited():
    campaign, cities = make_territory()
    rows = [engaging.engage(campaign=campaign, city=cities[name], by=None) for name in ("Namur", "Mons")]

    def invite():
        try:
            engaging.invite(rows=rows, by=None)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            change(rows[0], state=State.INTERESTED)
            other = pool.submit(invite)
            wait_until(waiting_for_a_lock)
        other.result(timeout=20)
    assert [*Engagement.objects.order_by("pk").values_list("state", flat=True)] == ["interested", "invited"]


def test_note_about_a_contact_moves_its_day_but_never_back(row, dana):
    for day, is_contact in ((date(2026, 3, 3), True), (date(2026, 3, 1), True), (date(2026, 3, 9), False)):
        engaging.note(engagement=row, text="Called", on=day, by=dana, is_contact=is_contact)
    row.refresh_from_db()
    assert (row.last_contact_on, [str(note.on) for note in row.notes.all()]) == (
        date(2026, 3, 3),
        ["2026-03-09", "2026-03-03", "2026-03-01"],
    )


def test_overdue_come_first_then_by_date_then_by_name(territory):
    campaign, cities = territory
    engage(campaign, cities["Namur"], due_on=date(2026, 5, 1))
    engage(campaign, cities["Liège"], contact="Anne")
    engage(campaign, cities["Mons"], due_on=date(2026, 4, 1))
    rows = Engagement.objects.of(campaign)
    assert [str(row) for row in rows.most_urgent_first(date(2026, 4, 15))] == ["Mons", "Namur", "Liège"]
    assert [str(row) for row in rows.overdue(date(2026, 4, 15))] == ["Mons"]
    assert [str(row) for row in rows.overdue(date(2026, 4, 1))] == []
    assert [str(row) for row in rows.named("lieg")] == ["Liège"]
    assert [str(row) for row in rows.named("ann")] == ["Liège"]
