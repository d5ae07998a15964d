from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils import timezone

from outbox.models import Mail
from tests.programmes.makers import make_city, make_programme, make_topic
from tests.trainings.sessions import make_module, make_person, make_session, make_training, register, states
from tests.trainings.staff import do, told
from trainings import scheduling
from trainings.expecting import outlook_of
from trainings.interests import ask
from trainings.models import Interest, Registration, Session, SessionDate
from trainings.outlook import Every, days_of, neighbours

pytestmark = pytest.mark.django_db
SESSIONS = "/admin/trainings/session/"
LIST_QUERIES = 14
PAGE_QUERIES = 24


def soon(days=20):
    return timezone.now().replace(hour=17, minute=0, second=0, microsecond=0) + timedelta(days=days)


def page_of(session, name="change"):
    return f"{SESSIONS}{session.pk}/{name}/"


def typed_for(session, *days, **changed):
    """What the form of a session sends, with its dates or others."""
    rows = [*session.dates.all()] if session.pk else []
    starts = days or [timezone.localdate(row.starts_at) for row in rows]
    given = {
        "programme": session.programme_id,
        "campaign": session.campaign_id,
        "kind": session.kind,
        "topic": session.topic_id or "",
        "module": session.module_id or "",
        "titles_en": session.titles.get("en", ""),
        "level": session.level,
        "host": session.host_id,
        "cities": [session.host_id],
        "venue": session.venue,
        "address": session.address,
        "languages": session.languages,
        "capacity": session.capacity,
        "minimum": session.minimum,
        "dates-TOTAL_FORMS": len(starts),
        "dates-INITIAL_FORMS": len(rows),
    }
    for number, day in enumerate(starts):
        row = rows[number] if number < len(rows) else None
        given |= {
            f"dates-{number}-id": row.pk if row else "",
            f"dates-{number}-session": session.pk or "",
            f"dates-{number}-day": f"{day:%Y-%m-%d}",
            f"dates-{number}-begins": f"{timezone.localtime(row.starts_at):%H:%M}" if row else "18:00",
            f"dates-{number}-ends": f"{timezone.localtime(row.ends_at):%H:%M}" if row else "21:00",
        }
    return given | changed


# Making


def test_new_session_is_a_draft_with_its_dates(staff):
    city = make_city(make_programme())
    known = make_session(city.programme, state="draft")
    typed = typed_for(Session(**{name: getattr(known, name) for name in scheduling.COPIED}), date(2036, 11, 3))
    do(staff, f"{SESSIONS}add/", **typed, titles_fr="Atelier")
    made = Session.objects.latest("pk")
    assert (made.state, made.titles, made.languages, [*made.cities.all()]) == (
        "draft",
        {"fr": "Atelier"},
        ["fr"],
        [city],
    )
    assert f"{timezone.localtime(made.starts_at):%Y-%m-%d %H:%M}" == "2036-11-03 18:00"


def test_what_belongs_to_another_programme_is_refused(staff):
    session, other = make_session(), make_session()
    shown = staff.post(page_of(session), typed_for(session, host=other.host_id, cities=[other.host_id]))
    assert {*shown.context["adminform"].form.errors} == {"host", "cities"}


def test_series_by_the_week_is_drafts_at_the_same_hour(staff):
    session = make_session(starts=(soon(),))
    shown = do(staff, page_of(session, "copy"), first="2036-11-03", every="week", times=3)
    made = Session.objects.filter(state="draft").order_by("starts_at")
    assert told(shown) == ["3 drafts are made."]
    assert [timezone.localdate(each.starts_at) for each in made] == [date(2036, 11, day) for day in (3, 10, 17)]


def test_series_by_the_month_keeps_the_weekday_of_the_month():
    assert days_of(date(2026, 11, 10), Every.MONTH, 3) == [date(2026, 11, 10), date(2026, 12, 8), date(2027, 1, 12)]
    assert days_of(date(2026, 12, 31), Every.MONTH, 3) == [date(2026, 12, 31), date(2027, 1, 28), date(2027, 2, 25)]
    assert days_of(date(2026, 11, 10), Every.FORTNIGHT, 2) == [date(2026, 11, 10), date(2026, 11, 24)]


def test_copies_are_asked_for_in_bounds(staff):
    session = make_session(starts=(soon(),))
    assert (
        "times"
        in staff.post(page_of(session, "copy"), {"first": "2036-11-03", "every": "week", "times": 500})
        .context["form"]
        .errors
    )


# Changing


def test_publishing_says_how_many_are_told_and_what_is_missing(staff, alice):
    programme = make_programme()
    topic, city = make_topic(programme), make_city(programme)
    session = make_session(programme, topic=topic, state="draft", starts=(soon(),))
    Interest.objects.filter(pk=ask(topic=topic, city=city, language="fr", user=alice).pk).update(
        confirmed_at=timezone.now()
    )
    assert "1 person who asked" in staff.get(page_of(session, "publish")).content.decode()
    assert Session.objects.get(pk=session.pk).state == "draft"
    do(staff, page_of(session, "publish"))
    assert Session.objects.get(pk=session.pk).state == "open"
    shown = do(staff, page_of(make_session(state="draft", venue="", starts=()), "publish"))
    assert told(shown) == ["It can’t be published yet. It still lacks: a date, a venue, an address or a link."]


def test_change_shows_who_is_told_of_what_before_it_is_made(staff):
    session = make_session(starts=(soon(),))
    somebody = register(session, at=timezone.now())
    Mail.objects.all().delete()
    asked = staff.post(page_of(session), typed_for(session, venue="Bibliothèque", _save="1"))
    assert (asked.context["count"], asked.context["told"][0].name) == (1, str(somebody.person))
    assert (Session.objects.get().venue, Mail.objects.count()) == ("Hôtel de Ville", 0)
    staff.post(page_of(session), QueryDict(urlencode(asked.context["question"].hidden)).copy())
    assert (Session.objects.get().venue, Session.objects.get().sequence, Mail.objects.count()) == ("Bibliothèque", 1, 1)


def test_change_that_nobody_is_told_of_is_made_at_once(staff):
    session = make_session(starts=(soon(),))
    register(session, at=timezone.now())
    Mail.objects.all().delete()
    do(staff, page_of(session), **typed_for(session, minimum=3))
    assert (Session.objects.get().minimum, Mail.objects.count()) == (3, 0)


def test_dates_move_past_each_other_and_one_goes(staff):
    session = make_session(starts=(soon(20), soon(27)))
    days = [timezone.localdate(soon(27)), timezone.localdate(soon(34))]
    do(staff, page_of(session), **typed_for(session, *days))
    assert [timezone.localdate(each.starts_at) for each in session.dates.all()] == days
    do(staff, page_of(session), **typed_for(session, **{"dates-0-DELETE": "on"}))
    assert [timezone.localdate(each.starts_at) for each in session.dates.all()] == days[1:]


@pytest.mark.parametrize(
    ("changed", "words"), [({"dates-0-ends": "10:00"}, "It ends after it starts."), ({}, "stands twice")]
)
def test_wrong_dates_are_refused_in_words(staff, changed, words):
    session = make_session(starts=(soon(20), soon(27)))
    same = [timezone.localdate(soon(20))] * 2
    shown = staff.post(page_of(session), typed_for(session, *(same if not changed else []), **changed))
    assert words in shown.content.decode()
    assert SessionDate.objects.count() == 2


def test_capacity_below_the_taken_is_refused_in_words(staff):
    session = make_session(capacity=4, starts=(soon(),))
    register(session, with_helper=True, at=timezone.now())
    shown = staff.post(page_of(session), typed_for(session, capacity=1))
    assert shown.context["adminform"].form.errors["capacity"][0].startswith("2 seats are taken")
    assert Session.objects.get().capacity == 4


def test_more_seats_go_to_who_waits(staff):
    session = make_session(capacity=1, starts=(soon(),))
    for _ in range(2):
        register(session, at=timezone.now())
    do(staff, page_of(session), **typed_for(session, capacity=2))
    assert states(session) == ["registered", "registered"]


def test_cancelling_asks_for_a_reason_and_tells_everybody(staff):
    session = make_training(starts=(soon(),))
    row = register(session, at=timezone.now())
    assert staff.get(page_of(session, "cancel")).context["count"] == 1
    assert "reason" in staff.post(page_of(session, "cancel"), {"reason": ""}).context["form"].errors
    do(staff, page_of(session, "cancel"), reason="Trainer ill")
    assert (Session.objects.get().cancel_reason, states(session)) == ("Trainer ill", ["cancelled"])
    assert row.voucher_entries.last().kind == "released"
    assert "published, closed, held or cancelled meanwhile" in told(do(staff, page_of(session, "hold")))[0]


def test_closing_reopening_and_holding(staff):
    session = make_session(kind="conference", starts=(timezone.now() - timedelta(hours=2),))
    found = []
    for name in ("close", "reopen", "hold"):
        do(staff, page_of(session, name), head_count=120)
        found.append(Session.objects.get().state)
    assert (found, Session.objects.get().head_count) == (["closed", "open", "held"], 120)
    shown = do(staff, page_of(make_session(starts=(soon(),)), "hold"))
    assert told(shown) == ["It has not begun yet."]


def test_only_drafts_are_deleted(staff):
    session, draft = make_session(starts=(soon(),)), make_session(state="draft")
    assert staff.post(page_of(session, "delete"), {"post": "yes"}).status_code == 403
    staff.post(page_of(draft, "delete"), {"post": "yes"})
    assert [*Session.objects.all()] == [session]


# Somebody on the phone


def test_who_calls_is_registered_at_once_without_an_email(staff):
    session = make_session(starts=(soon(),))
    do(
        staff,
        page_of(session, "register"),
        name="Zoé Lambert",
        shop="Fleurs",
        phone="0470 12",
        language="fr",
        helper_name="Max",
    )
    row = Registration.objects.get()
    assert (row.state, row.seats, row.helper_name, row.channel, str(row.business)) == (
        "registered",
        2,
        "Max",
        "staff",
        "Fleurs",
    )


def test_who_calls_for_a_session_that_is_off_is_refused(staff):
    session = make_session(state="draft")
    shown = do(staff, page_of(session, "register"), name="Zoé", language="fr")
    assert told(shown) == ["That session does not take place, or is over."]
    assert Registration.objects.count() == 0


# Will it take place?


def test_expectation_says_over_how_many(staff):
    session = make_session(minimum=8, starts=(soon(3),))
    held = make_session(session.programme, state="open", starts=(timezone.now() - timedelta(days=9),))
    for _ in range(2):
        register(held, channel="staff", at=timezone.now() - timedelta(days=20))
    scheduling.hold(session=held, by=None)
    register(session, at=timezone.now())
    seen = outlook_of(session)
    assert (seen.registered, seen.minimum, seen.expected, seen.rate, seen.sessions, seen.people) == (1, 8, 1, 1, 1, 2)
    assert "2 registrations in 1 sessions" in staff.get(page_of(session, "few")).content.decode()
    listed = staff.get(f"{SESSIONS}?when=few").context["cl"]
    assert [*listed.result_list] == [session]


def test_session_with_few_is_held_all_the_same(staff):
    session = make_session(minimum=8, starts=(soon(3),))
    register(session, at=timezone.now())
    Mail.objects.all().delete()
    do(staff, page_of(session, "few"), keep="1")
    assert (Session.objects.get().minimum, Mail.objects.count()) == (1, 0)


def test_session_with_few_is_merged_into_a_neighbour_with_room(staff):
    session = make_session(minimum=8, starts=(soon(3),))
    near = make_session(session.programme, starts=(soon(9),))
    full = make_session(session.programme, capacity=1, starts=(soon(10),))
    register(full, at=timezone.now())
    row = register(session, at=timezone.now())
    assert [*neighbours(session, 1, timezone.now())] == [near]
    assert "to" in do(staff, page_of(session, "few"), merge="1", to=full.pk).context["form"].errors
    do(staff, page_of(session, "few"), merge="1", to=near.pk)
    row.refresh_from_db()
    assert (row.standing.session, Session.objects.get(pk=session.pk).state) == (near, "cancelled")


# Looking


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_for_three(staff, django_assert_num_queries, count):
    for _ in range(count):
        session = make_session(capacity=1, starts=(soon(),))
        for _ in range(2):
            register(session, at=timezone.now())
    staff.get(SESSIONS)
    with django_assert_num_queries(LIST_QUERIES):
        shown = staff.get(SESSIONS).content.decode()
    assert shown.count(">1/1</td>") == count


@pytest.mark.parametrize("count", [1, 3])
def test_page_of_a_session_costs_the_same_for_one_and_for_three(staff, django_assert_num_queries, count):
    session = make_session(capacity=count, starts=(soon(),))
    for number in range(count):
        make_module(session.programme, provider=f"Agence {number}")
    for _ in range(2 * count):
        register(session, at=timezone.now())
    staff.get(page_of(session))
    with django_assert_num_queries(PAGE_QUERIES):
        shown = staff.get(page_of(session))
    assert (len(shown.context["registrations"]), len(shown.context["in_line"])) == (count, count)


@pytest.mark.parametrize(
    "query", ["?q=hotel", "?state__exact=open", "?when=coming", "?q=Atelier", "?kind__exact=training"]
)
def test_list_is_searched_and_filtered(staff, query):
    session = make_training(titles={"fr": "Atelier"}, venue="Hotel", starts=(soon(),))
    make_session(state="draft", starts=(), venue="Gare")
    assert [*staff.get(SESSIONS + query).context["cl"].result_list] == [session]


def test_page_shows_long_lists_in_pages(staff, monkeypatch):
    monkeypatch.setattr("trainings.admin.sessions.REGISTRATIONS_A_PAGE", 2)
    session = make_session(starts=(soon(),))
    for name in ("Anne", "Bea", "Carl"):
        register(session, person=make_person(name), at=timezone.now())
    shown = staff.get(page_of(session) + "?page=2").context["registrations"]
    assert [str(row.person) for row in shown] == ["Carl"]
