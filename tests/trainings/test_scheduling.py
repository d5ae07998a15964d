from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from outbox.models import Mail
from tests.programmes.makers import make_campaign, make_city
from tests.trainings.sessions import IN_TEN_DAYS, NOW, make_session, make_training, register, states
from trainings import registering, scheduling
from trainings.models import Session
from trainings.registering import BelowTaken, NoPlace, NotOpen
from trainings.scheduling import NotReady, TooEarly, WrongState

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def mails():
    """Which were asked for since the last time."""
    sent = [mail.template.rpartition("/")[2] for mail in Mail.objects.order_by("pk")]
    Mail.objects.all().delete()
    return sent


def spans(session):
    return [(each.starts_at, each.ends_at) for each in session.dates.all()]


def test_copy_is_a_draft_with_its_own_dates_and_nobody_in_it(charlie):
    session = make_session(starts=(IN_TEN_DAYS, IN_TEN_DAYS + WEEK), trainers=[charlie], address="Grand-Place 1")
    register(session)
    new = scheduling.copy(session=session, starts=[IN_TEN_DAYS + 4 * WEEK])
    assert (new.state, new.seats_taken, new.address, [*new.trainers.all()]) == ("draft", 0, "Grand-Place 1", [charlie])
    assert spans(new) == [(IN_TEN_DAYS + 4 * WEEK, IN_TEN_DAYS + 4 * WEEK + timedelta(hours=3))]
    assert (new.uid != session.uid, new.starts_at, [*new.cities.all()]) == (
        True,
        IN_TEN_DAYS + 4 * WEEK,
        [session.host],
    )


def test_copy_belongs_to_the_campaign_of_its_first_day():
    session = make_session()
    later = make_campaign(session.programme, 2037)
    assert scheduling.copy(session=session, starts=[datetime(2037, 5, 4, 18, tzinfo=UTC)]).campaign == later


def test_series_keeps_the_hour_on_the_wall_when_the_clocks_change():
    evenings = (datetime(2026, 10, 22, 16, tzinfo=UTC), datetime(2026, 10, 23, 16, tzinfo=UTC))  # 18 h in summer time
    new = scheduling.series(session=make_session(starts=evenings), days=[date(2026, 10, 24), date(2027, 3, 27)])
    local = [[f"{timezone.localtime(start):%d %H:%M %z}" for start, _end in spans(session)] for session in new]
    assert local == [["24 18:00 +0200", "25 18:00 +0100"], ["27 18:00 +0100", "28 18:00 +0200"]]


@pytest.mark.parametrize(
    ("night", "start"),
    [
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # 02:30 comes twice: the first one
        (date(2027, 3, 28), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # 02:30 is missing: an hour later on the wall
    ],
)
def test_session_in_the_night_the_clocks_change_begins_once_and_lasts_as_long(night, start):
    session = make_session(starts=(datetime(2026, 10, 1, 0, 30, tzinfo=UTC),), hours=1)
    (new,) = scheduling.series(session=session, days=[night])
    assert spans(new) == [(start, start + timedelta(hours=1))]
    assert [new.is_in_last_call(start - timedelta(hours=hours)) for hours in (25, 24)] == [False, True]
    assert new.is_on_the_day(start) is True


def test_publish_opens_it_and_says_what_is_missing(dana):
    session = make_session(state="draft")
    session.cities.clear()
    open_one = scheduling.publish(session=session, by=dana, at=NOW)
    assert (open_one.state, open_one.published_at, [*open_one.cities.all()]) == ("open", NOW, [session.host])
    with pytest.raises(WrongState):
        scheduling.publish(session=session, by=dana)
    with pytest.raises(NotReady) as refusal:
        scheduling.publish(session=make_session(state="draft", starts=(), venue="", languages=[]), by=dana)
    assert refusal.value.missing == ["dates", "languages", "place"]


def test_close_and_reopen(dana):
    session = make_session()
    assert [scheduling.close(session=session, by=dana).state for _ in range(2)] == ["closed"] * 2
    assert scheduling.reopen(session=session, by=dana).state == "open"
    with pytest.raises(WrongState):
        scheduling.close(session=make_session(state="draft"), by=dana)
    assert [event.reason for event in session.seat_events.all()] == ["closed", "open"]


def test_hold_once_it_has_begun_with_the_heads_of_a_conference(dana):
    session = make_session(kind="conference")
    with pytest.raises(TooEarly):
        scheduling.hold(session=session, by=dana, at=NOW)
    held = scheduling.hold(session=session, by=dana, head_count=120, at=IN_TEN_DAYS)
    assert (held.state, held.head_count) == ("held", 120)
    with pytest.raises(WrongState):
        scheduling.hold(session=session, by=dana, at=IN_TEN_DAYS)


def test_cancelled_session_tells_everybody_once_releases_vouchers_and_promotes_nobody(dana):
    session = make_training(capacity=2)
    rows = [register(session, is_confirmed=is_confirmed) for is_confirmed in (True, False, True, True)]
    mails()
    for _ in range(2):
        gone = scheduling.cancel_session(session=session, by=dana, reason="ill", at=NOW)
    assert (gone.state, gone.cancelled_at, gone.cancel_reason, gone.seats_taken, gone.sequence) == (
        "cancelled",
        NOW,
        "ill",
        0,
        1,
    )
    assert (states(session), mails()) == (["cancelled"] * 4, ["called_off"] * 4)
    assert [row.voucher_entries.last().kind for row in rows[:1]] == ["released"]
    assert session.seat_events.filter(kind__in=["promoted", "offered"]).count() == 0


def test_session_held_is_not_cancelled(dana):
    with pytest.raises(WrongState):
        scheduling.cancel_session(session=make_session(state="held"), by=dana, reason="")


def test_merge_moves_all_tells_them_once_and_they_may_refuse(dana):
    few, other = make_training(capacity=2), make_training(capacity=4)
    rows = [register(few), register(few, is_confirmed=False), register(few, with_helper=True)]
    mails()
    moved = scheduling.merge(session=few, into=other, by=dana, at=NOW)
    assert [row.state for row in moved] == ["registered", "held", "registered"]
    assert (states(few), few.registrations.seats(), mails()) == (["cancelled"] * 3, 4, ["moved"] * 3)
    few.refresh_from_db()
    other.refresh_from_db()
    assert (few.state, few.seats_taken, other.seats_taken) == ("cancelled", 0, 4)
    rows[0].refresh_from_db()
    registering.cancel(registration=rows[0], reason="the move was refused", at=NOW)
    other.refresh_from_db()
    assert other.seats_taken == 3


def test_merge_puts_who_waited_behind_and_needs_room_for_who_had_seats(dana):
    few, other = make_session(capacity=1), make_session(capacity=1)
    seated, waiting = register(few), register(few)
    queued = register(make_session(), person=seated.person)
    assert queued.state == "registered"
    scheduling.merge(session=few, into=other, by=dana, at=NOW)
    assert [waiting.standing.state for waiting in few.registrations.order_by("pk")] == ["registered", "waiting"]
    full = make_session(capacity=2)
    register(full, with_helper=True)
    with pytest.raises(NoPlace):
        scheduling.merge(session=other, into=full, by=dana, at=NOW)
    assert waiting.person_id in other.registrations.values_list("person", flat=True)


def test_merge_into_what_does_not_take_place_is_refused(dana):
    with pytest.raises(NotOpen):
        scheduling.merge(session=make_session(), into=make_session(state="draft"), by=dana, at=NOW)
    session = make_session()
    with pytest.raises(WrongState):
        scheduling.merge(session=session, into=session, by=dana, at=NOW)


def test_change_is_shown_before_and_told_after(dana):
    session = make_session()
    told = [register(session), register(session, is_confirmed=False)]
    registering.cancel(registration=register(session), at=NOW)
    mails()
    new = {"venue": "Bibliothèque", "address": session.address, "minimum": 2}
    dates = [(IN_TEN_DAYS + WEEK, IN_TEN_DAYS + WEEK + timedelta(hours=2))]
    preview = scheduling.changes_told(session, new, dates)
    assert (preview.changes, [*preview.registrations]) == (("place", "dates"), told)
    assert (Session.objects.get(pk=session.pk).venue, mails()) == ("Hôtel de Ville", [])
    scheduling.change(session=session, values=new, dates=dates, by=dana, at=NOW)
    session.refresh_from_db()
    assert (session.venue, session.minimum, session.starts_at, session.sequence) == ("Bibliothèque", 2, dates[0][0], 1)
    assert mails() == ["changed", "changed"]


def test_change_that_concerns_nobody_is_told_to_nobody(dana):
    session = make_session(capacity=2)
    register(session)
    mails()
    values = {"capacity": 3, "minimum": 1, "venue": session.venue, "closes_at": IN_TEN_DAYS}
    assert scheduling.changes_told(session, values, spans(session)).changes == ()
    assert scheduling.changes_told(make_session(state="draft"), {"venue": "x"}).changes == ()
    scheduling.change(session=session, values=values, by=dana, at=NOW)
    session.refresh_from_db()
    assert (session.capacity, session.sequence, mails()) == (3, 0, [])


def test_change_of_cities_and_trainers(dana, charlie):
    session = make_session()
    liege = make_city(session.programme, "62063", "Liège", ("4000",))
    values = {"trainers": [charlie], "cities": [session.host, liege]}
    assert scheduling.changes_told(session, values).changes == ("trainers",)
    scheduling.change(session=session, values=values, by=dana, at=NOW)
    assert (session.trainers.get(), session.cities.count()) == (charlie, 2)
    assert scheduling.changes_told(session, values).changes == ()


def test_course_moved_by_a_week_keeps_its_rows_and_one_evening_less_goes(dana):
    evenings = [IN_TEN_DAYS + place * WEEK for place in range(3)]
    session = make_session(starts=evenings)
    rows = [*session.dates.values_list("pk", flat=True)]
    new = [(start + WEEK, start + WEEK + timedelta(hours=3)) for start in evenings[:2]]
    scheduling.change(session=session, values={}, dates=new, by=dana, at=NOW)
    assert ([*session.dates.values_list("pk", flat=True)], spans(session)) == (rows[:2], new)


def test_date_put_off_ends_the_last_day_and_seats_who_waits(dana):
    session = make_session(capacity=1)
    first, waiting = register(session), register(session)
    last_day = IN_TEN_DAYS - timedelta(hours=2)
    registering.cancel(registration=first, at=last_day)
    waiting.refresh_from_db()
    assert waiting.state == "waiting"
    dates = [(IN_TEN_DAYS + WEEK, IN_TEN_DAYS + WEEK + timedelta(hours=3))]
    scheduling.change(session=session, values={}, dates=dates, by=dana, at=last_day)
    waiting.refresh_from_db()
    assert waiting.state == "registered"


def test_change_refuses_what_does_not_fit(dana):
    session = make_session(capacity=2)
    register(session, with_helper=True)
    with pytest.raises(BelowTaken):
        scheduling.change(session=session, values={"capacity": 1}, by=dana, at=NOW)
    with pytest.raises(ValidationError):
        scheduling.change(session=session, values={"minimum": 9}, by=dana, at=NOW)


def test_drafts_are_seen_by_staff_and_those_who_give_them(dana, charlie, bob):
    draft, shown = make_session(state="draft", trainers=[charlie]), make_session()
    seen = {user.email: {*Session.objects.visible_to(user)} for user in (dana, charlie, bob)}
    assert seen == {dana.email: {draft, shown}, charlie.email: {draft, shown}, bob.email: {shown}}


def test_under_minimum_is_within_a_week_and_counts_seats():
    session = make_session(minimum=2)
    register(session)
    asked = [IN_TEN_DAYS - WEEK - timedelta(hours=1), IN_TEN_DAYS - WEEK, IN_TEN_DAYS]
    assert [[*Session.objects.under_minimum(at)] for at in asked] == [[], [session], []]
    register(session)
    assert [*Session.objects.under_minimum(asked[1])] == []
