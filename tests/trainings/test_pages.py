"""What visitors, shopkeepers and staff see of sessions, and what the buttons do."""

from datetime import timedelta

import pytest
from django.core import signing
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.applying import apply_roles
from accounts.inviting import invite
from accounts.roles import Role
from businesses.models import Person
from outbox.models import Mail
from programmes.models import City
from tests.accounts.conftest import signed_in, with_app
from tests.programmes.makers import make_business, make_member
from tests.trainings.evenings import fill, make_evening, make_person, seat
from tests.trainings.sessions import make_training
from trainings import certifying, finding, interests, links, registering
from trainings.models import Attendance, Interest, Registration, Session

State = Registration.State
SOON = timedelta(days=3)


@pytest.fixture(autouse=True)
def _in_english(db, settings, client):
    settings.LANGUAGE_CODE = "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    cache.clear()


@pytest.fixture
def programme(programme):
    programme.prices = {"voucher_share": "1/2", "helper_share": "0", "voucher_cities": None}
    programme.save(update_fields=["prices"])
    return programme


@pytest.fixture
def liege(programme):
    return City.objects.create(
        programme=programme, code="62063", names={"fr": "Liège"}, postal_codes=["4000"], province="liege",
        name_key="liege", search_key=" liege 4000", latitude=50.6337, longitude=5.5675,
    )  # fmt: skip


@pytest.fixture
def namur(namur):
    namur.latitude, namur.longitude = 50.4669, 4.8675
    namur.save(update_fields=["latitude", "longitude"])
    return namur


@pytest.fixture
def evening(namur, photos):
    return make_evening(namur, photos)


@pytest.fixture
def hers(alice):
    """Alice, signed in."""
    client = Client()
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def staff(db):
    apply_roles()
    dana = with_app(invite(email="dana@example.org", role=Role.PROGRAMME_STAFF, by=None, name="Dana").user)
    return signed_in(dana)


def sessions_url(programme, **wanted):
    return reverse("trainings:sessions", args=[programme.code], query=wanted)


def url_of(session, page="session"):
    return reverse(f"trainings:{page}", args=[session.uid])


def link_to(registration):
    return reverse("trainings:registration", args=[links.token_of(registration)])


def listed(response):
    return [view.session for view in response.context["sessions"]]


def heading(response):
    return " ".join(response.content.decode().split("<h1>")[1].split("</h1>")[0].split())


def words(response):
    return " ".join(response.content.decode().split())


def asks(client, session, **typed):
    given = {"name": "Zoé Lambert", "shop": "Fleurs Dupont", "postal_code": "5000", "email": "zoe@fleurs.example"}
    return client.post(url_of(session, "register"), {**given, **typed}, follow=True)


# The catalogue


def test_catalogue_lists_what_is_to_come(client, programme, namur, photos):
    later = make_evening(namur, photos, starts=[timezone.now() + timedelta(days=20)])
    closed = make_evening(namur, photos, state="closed", starts=[timezone.now() + timedelta(days=12)])
    soon = make_evening(namur, photos)
    make_evening(namur, photos, state="draft")
    make_evening(namur, photos, state="cancelled", cancelled_at=timezone.now())
    make_evening(namur, photos, starts=[timezone.now() - SOON])
    response = client.get(sessions_url(programme))
    assert listed(response) == [soon, closed, later]
    assert "registration is closed" in words(response)


def test_each_filter_narrows(client, programme, namur, liege, photos, payments):
    far = timezone.now() + timedelta(days=40)
    here = make_evening(namur, photos)
    there = make_evening(liege, payments, kind="workshop", languages=["fr", "nl"], starts=[far])
    full = make_evening(namur, capacity=1, starts=[timezone.now() + timedelta(days=11)])
    seat(full)
    found = {
        "topic=payments": [there],
        "near=Namur&within=20": [here, full],
        "kind=workshop": [there],
        "language=nl": [],
        "free=on": [here, there],
        f"first={timezone.localdate(far)}": [there],
        f"last={timezone.localdate(far) - timedelta(days=1)}": [here, full],
        "topic=photos&near=4000&within=50": [],
    }
    programme.languages = ["fr", "nl"]
    programme.save(update_fields=["languages"])
    found["language=nl"] = [there]
    assert {query: listed(client.get(f"{sessions_url(programme)}?{query}")) for query in found} == found


def test_nearest_come_first_with_their_distance_and_online_ones_stay(client, programme, namur, liege, photos):
    online = make_evening(namur, photos, kind="webinar", venue="", address="")
    far = make_evening(liege, photos)
    near = make_evening(namur, photos, starts=[timezone.now() + timedelta(days=30)])
    response = client.get(sessions_url(programme, near="5000"))
    assert listed(response) == [near, far, online]
    assert "about 53 km away" in words(response)
    assert listed(client.get(sessions_url(programme, near="5000", within=20))) == [near, online]


def test_without_positions_the_province_says_what_is_near(programme, namur, liege):
    City.objects.update(latitude=None, longitude=None)
    near, far = make_evening(namur), make_evening(liege)
    other = City.objects.create(
        programme=programme, code="92142", names={"fr": "Gembloux"}, postal_codes=["5030"], province="namur"
    )
    found = finding.sessions_to_come(programme, finding.Wanted(near=other))
    assert [*found] == [near, far]


def test_unknown_place_is_said_and_the_other_filters_hold(client, programme, namur, photos, payments):
    make_evening(namur, payments)
    mine = make_evening(namur, photos)
    response = client.get(sessions_url(programme, near="Atlantis", topic="photos"))
    assert listed(response) == [mine]
    assert "No municipality of the programme is called so." in words(response)
    assert 'value="Atlantis"' in words(response)


def test_pages_keep_the_filters(client, programme, namur, photos):
    for day in range(21):
        make_evening(namur, photos, starts=[timezone.now() + timedelta(days=1 + day)])
    first = client.get(sessions_url(programme, topic="photos"))
    assert len(listed(first)) == 20
    assert f'href="{sessions_url(programme, topic="photos", page=2)}"'.replace("&", "&amp;") in words(first)
    assert len(listed(client.get(sessions_url(programme, topic="photos", page=2)))) == 1


def test_nothing_planned_says_what_to_do(client, programme, photos):
    assert "The next sessions will stand here." in words(client.get(sessions_url(programme)))
    narrowed = words(client.get(sessions_url(programme, topic="photos")))
    assert "No session fits all of that." in narrowed
    assert reverse("trainings:topic", args=[programme.code, "photos"]) + "#tell-me" in narrowed


def test_filter_by_htmx_sends_the_list_alone(client, programme, evening):
    response = client.get(sessions_url(programme), headers={"HX-Request": "true"})
    assert "<html" not in words(response)
    assert evening.title in words(response)
    assert "HX-Request" in response["Vary"]


def test_catalogue_is_the_same_few_queries_for_one_session_and_three(
    client, programme, namur, photos, django_assert_num_queries
):
    for _ in range(2):
        make_evening(namur, photos)
        with django_assert_num_queries(7):
            client.get(sessions_url(programme, near="Namur"))
        make_evening(namur, photos)


# A topic


def test_topic_says_when_it_is_held_and_what_it_costs(client, programme, evening, photos):
    photos.data |= {"promise": {"fr": "Ils voient."}, "alone": {"fr": "Essayez."}, "contents": {"fr": ["La lumière"]}}
    photos.save(update_fields=["data"])
    photos.modules.create(
        programme=programme, provider="Agence", price="180.00", approval="approved", approval_number="A-1"
    )
    response = client.get(reverse("trainings:topic", args=[programme.code, "photos"]))
    assert listed(response) == [evening]
    for part in (
        "Ils voient.",
        "Essayez.",
        "La lumière",
        "€180",
        "A training voucher pays 50% of it.",
        "pays nothing.",
    ):
        assert part in words(response)


def test_topics_are_listed_with_the_dates_planned(client, programme, evening, payments):
    response = client.get(reverse("trainings:topics", args=[programme.code]))
    assert [(topic.code, planned) for topic, planned in response.context["topics"]] == [("photos", 1), ("payments", 0)]


def test_tell_me_asks_a_visitor_to_confirm_by_mail(client, programme, namur, photos):
    url = reverse("trainings:topic", args=[programme.code, "photos"])
    assert client.post(url, {"place": "Atlantis", "email": "zoe@fleurs.example"}).status_code == 422
    response = client.post(url, {"place": "Namur", "email": "zoe@fleurs.example"}, follow=True)
    assert "We have sent you a mail" in words(response)
    assert [(one.city, one.email) for one in Interest.objects.pending()] == [(namur, "zoe@fleurs.example")]


def test_tell_me_is_noted_at_once_for_who_is_signed_in(hers, alice, programme, namur, photos):
    hers.post(reverse("trainings:topic", args=[programme.code, "photos"]), {"place": "5000"})
    assert [one.user for one in Interest.objects.standing()] == [alice]


# A session


def test_session_shows_all_one_must_know(client, programme, namur, liege, photos, alice):
    module = photos.modules.create(
        programme=programme, provider="Agence", price="180.00", approval="approved", approval_number="A-1"
    )
    start = timezone.now() + SOON
    session = make_evening(
        namur, photos, kind="training", module=module, bring={"fr": "Votre téléphone"}, starts=[start, start + SOON]
    )
    session.cities.add(liege)
    session.trainers.add(alice)
    shown = words(client.get(url_of(session)))
    for part in (
        "Votre téléphone", "Organised together with Liège", "€180", "€90 with a training voucher",
        "the helper who comes along: free", "16 seats left", "Alice", "Book my seat",
        "https://www.openstreetmap.org/search?query=Rue+de+Fer+1%2C+Namur",
    ):  # fmt: skip
        assert part in shown
    assert len(client.get(url_of(session)).context["view"].dates) == 2


@pytest.mark.parametrize(
    ("fields", "told", "button"),
    [
        ({"state": "cancelled", "cancelled_at": timezone.now(), "cancel_reason": "Snow"}, "Snow", "See other dates"),
        ({"state": "closed"}, "Registration is closed.", "See other dates"),
        ({"state": "held", "starts": [timezone.now() - SOON]}, "This session has taken place.", "See other dates"),
        ({"opens_at": timezone.now() + SOON}, "Registration opens on", "See other dates"),
        ({"capacity": 0}, "Full: you can join the waiting list", "Join the waiting list"),
    ],
)
def test_session_says_how_it_stands(client, namur, photos, fields, told, button):
    shown = words(client.get(url_of(make_evening(namur, photos, **fields))))
    assert told in shown
    assert shown.count("btn-primary") == 1
    assert button in shown.split("btn-primary")[1]


def test_session_shows_ones_own_registration_and_nobody_elses(hers, alice, evening):
    seat(evening)
    before = hers.get(url_of(evening)).context["mine"]
    own = seat(evening, make_person("Alice", alice.email))
    assert (before, hers.get(url_of(evening)).context["mine"]) == (None, own)


def test_draft_is_for_staff_only(client, staff, namur, photos):
    draft = make_evening(namur, photos, state="draft")
    assert [client.get(url_of(draft, page)).status_code for page in ("session", "session_calendar", "register")] == [
        404
    ] * 3
    assert "Draft: only you and the team see it" in words(staff.get(url_of(draft)))


def test_session_is_the_same_few_queries_for_one_date_and_three(client, namur, photos, django_assert_num_queries):
    for number in (1, 3):
        starts = [timezone.now() + SOON * (1 + date) for date in range(number)]
        session = make_evening(namur, photos, starts=starts)
        with django_assert_num_queries(4):
            client.get(url_of(session))


def test_calendar_has_an_entry_a_date(client, namur, photos):
    session = make_evening(namur, photos, starts=[timezone.now() + SOON, timezone.now() + 2 * SOON])
    response = client.get(url_of(session, "session_calendar"))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.content.count(b"BEGIN:VEVENT") == 2


# Taking a seat


def test_looking_at_the_form_changes_nothing(client, evening):
    assert heading(client.get(url_of(evening, "register"))) == "Book my seat"
    assert [Registration.objects.count(), Mail.objects.count()] == [0, 0]


def test_seat_is_held_until_the_mail_is_answered(client, evening):
    response = asks(client, evening, with_helper="on", helper_name="Bob")
    registration = Registration.objects.get()
    assert (registration.state, registration.seats, registration.helper_name) == (State.HELD, 2, "Bob")
    assert heading(response) == "One more step: look in your mail"
    assert "Your seat is held until" in words(response)
    assert [mail.to for mail in Mail.objects.all()] == ["zoe@fleurs.example"]


def test_naming_a_helper_is_bringing_one(client, evening):
    asks(client, evening, helper_name="Bob")
    assert Registration.objects.get().seats == 2


def test_whoever_waits_learns_the_place_in_the_line(client, namur, photos):
    session = make_evening(namur, photos, capacity=1)
    fill(session, 3)
    response = asks(client, session)
    assert heading(response) == "One more step: look in your mail"
    assert "You are number 3 on the waiting list." in words(response)


def test_phone_alone_is_enough_and_takes_the_seat(client, evening):
    response = asks(client, evening, email="", phone="081 12 34 56")
    assert heading(response) == "Your seat is booked"
    assert "We call you if something changes" in words(response)
    assert Registration.objects.get().state == State.REGISTERED


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"email": ""}, "Leave an e-mail or a phone number"),
        ({"email": "zoe@"}, "This e-mail is not complete."),
        ({"email": "", "phone": "12"}, "This phone number is too short."),
        ({"name": " "}, "Write your name: it will be on the list at the door."),
    ],
)
def test_mistakes_are_told_and_what_was_typed_stays(client, evening, typed, told):
    response = asks(client, evening, **typed)
    assert response.status_code == 422
    assert told in words(response)
    assert 'value="Fleurs Dupont"' in words(response)
    assert Registration.objects.count() == 0


def test_who_is_signed_in_is_registered_at_once(hers, alice, programme, evening):
    membership = make_member(make_business(programme, postal_code="5000"), alice, "Alice Dupont")
    Person.objects.filter(pk=membership.person_id).update(email=alice.email)
    form = words(hers.get(url_of(evening, "register")))
    assert 'value="Alice Dupont"' in form
    assert 'value="Fleurs Dupont"' in form
    assert 'name="email"' not in form
    response = asks(hers, evening, name="Alice Dupont", email="stranger@elsewhere.example")
    registration = Registration.objects.get()
    assert (registration.state, registration.person.user) == (State.REGISTERED, alice)
    assert [mail.to for mail in Mail.objects.all()] == [alice.email]
    assert heading(response) == "Your seat is booked"
    assert "See my registration" in words(hers.get(url_of(evening)))


def test_staff_register_somebody_at_once_without_an_address_even_when_closed(staff, namur, photos):
    session = make_evening(namur, photos, state="closed")
    asks(staff, session, email="", phone="")
    registration = Registration.objects.get()
    assert (registration.state, registration.channel) == (State.REGISTERED, Registration.Channel.STAFF)
    assert registration.person.user is None


def test_closed_session_registers_nobody(client, namur, photos):
    session = make_evening(namur, photos, state="closed")
    assert asks(client, session).redirect_chain == [(url_of(session), 302)]
    assert Registration.objects.count() == 0


def test_pressing_twice_gives_one_seat(client, evening):
    asks(client, evening)
    response = asks(client, evening)
    evening.refresh_from_db()
    assert (Registration.objects.count(), evening.seats_taken) == (1, 1)
    assert "Your seat is held until" in words(response)


def test_stranger_who_types_a_name_learns_nothing_of_it(client, evening):
    seat(evening)
    response = asks(client, evening)
    assert heading(response) == "One more step: look in your mail"
    assert "held until" not in words(response)
    assert Registration.objects.count() == 1


def test_one_connection_gets_so_many_seats_and_no_more(client, evening, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "registration": "2/h/ip"}
    for number in range(2):
        asks(client, evening, email=f"p{number}@shop.example")
    response = asks(client, evening, email="p3@shop.example")
    assert "Many seats were asked for from here." in words(response)
    assert Registration.objects.count() == 2


def test_place_of_the_diagnostic_is_filled_in(client, evening, namur, rf):
    session = client.session
    session[finding.PLACE] = {"name": "Namur", "postal_code": "5000"}
    session.save()
    assert 'value="5000"' in words(client.get(url_of(evening, "register")))


def test_page_after_asking_is_of_this_browser_only(client, evening):
    asks(client, evening)
    assert Client().get(url_of(evening, "asked")).status_code == 302


# One's registration, by the link


def test_looking_at_the_link_changes_nothing(client, evening):
    held = seat(evening, is_confirmed=False)
    assert heading(client.get(link_to(held))) == "Shall we keep your seat?"
    assert [*Registration.objects.values_list("state", flat=True)] == [State.HELD]


def test_link_confirms_and_gives_back(client, evening):
    held = seat(evening, is_confirmed=False)
    assert heading(client.post(link_to(held), {"do": "confirm"}, follow=True)) == "Your seat is booked"
    response = client.post(link_to(held), {"do": "cancel"}, follow=True)
    assert heading(response) == "You do not come"
    assert "Changed your mind? Book again" in words(response)
    evening.refresh_from_db()
    assert evening.seats_taken == 0


def test_offer_is_accepted_or_given_to_the_next(client, namur, photos):
    session = make_evening(namur, photos, kind="workshop", capacity=1)
    first, second, third = fill(session, 3)
    registering.cancel(registration=first)
    assert heading(client.get(link_to(second))) == "A seat is free for you"
    client.post(link_to(second), {"do": "refuse"})
    assert heading(client.post(link_to(third), {"do": "accept"}, follow=True)) == "Your seat is booked"


def test_waiting_list_is_left_by_the_link(client, namur, photos):
    session = make_evening(namur, photos, capacity=1)
    _, waiting = fill(session, 2)
    shown = words(client.get(link_to(waiting)))
    assert "You are first on the waiting list." in shown
    assert "Leave the waiting list" in shown
    client.post(link_to(waiting), {"do": "cancel"})
    waiting.refresh_from_db()
    assert waiting.state == State.CANCELLED


def test_seat_that_lapsed_is_asked_for_again(client, evening):
    held = seat(evening, is_confirmed=False)
    registering.expire(session=evening, at=timezone.now() + timedelta(days=1))
    assert heading(client.get(link_to(held))) == "Your seat was not confirmed in time"
    assert heading(client.post(link_to(held), {"do": "confirm"}, follow=True)) == "Your seat is booked"


def test_nothing_is_given_back_once_it_has_begun(client, evening):
    taken = seat(evening)
    Session.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert "give my seat back" not in words(client.get(link_to(taken)))
    response = client.post(link_to(taken), {"do": "cancel"}, follow=True)
    assert "That is no longer possible" in words(response)
    taken.refresh_from_db()
    assert taken.state == State.REGISTERED


@pytest.mark.parametrize("method", ["get", "post"])
def test_altered_link_is_told_in_plain_words(client, evening, method):
    taken = seat(evening)
    response = getattr(client, method)(link_to(taken)[:-2] + "/", {"do": "cancel"})
    assert (response.status_code, heading(response)) == (404, "This link is not complete")
    taken.refresh_from_db()
    assert taken.state == State.REGISTERED


def test_old_link_is_told_in_plain_words(client, evening, monkeypatch):
    with monkeypatch.context() as then:
        then.setattr(signing.time, "time", lambda: (timezone.now() - timedelta(days=366)).timestamp())
        url = link_to(seat(evening))
    response = client.post(url, {"do": "cancel"})
    assert (response.status_code, heading(response)) == (410, "This link is too old")
    assert Registration.objects.get().state == State.REGISTERED


def test_registration_of_somebody_else_does_not_exist(hers, client, evening):
    theirs = seat(evening)
    url = reverse("trainings:my_registration", args=[theirs.uid])
    assert [hers.get(url).status_code, hers.post(url, {"do": "cancel"}).status_code] == [404, 404]
    assert client.get(url).url.startswith("/accounts/sign-in/")
    theirs.refresh_from_db()
    assert theirs.state == State.REGISTERED


def test_what_was_asked_for_at_ones_address_is_ones_own(hers, alice, evening):
    mine = seat(evening, make_person("Alice", alice.email))
    url = reverse("trainings:my_registration", args=[mine.uid])
    assert heading(hers.post(url, {"do": "cancel"}, follow=True)) == "You do not come"


# My space


def test_my_space_shows_seats_and_mails(hers, alice, namur, photos, payments):
    past = make_evening(namur, payments, starts=[timezone.now() - SOON])
    person = make_person("Alice", alice.email, user=alice)
    Registration.objects.create(
        session=past, person=person, state=State.REGISTERED, language="en", confirmed_at=timezone.now()
    )
    seat(make_evening(namur, photos), person)
    response = hers.get(reverse("portal:my_space"))
    assert [one.registration.session.topic for one in response.context["coming"]] == [photos]
    assert [one.registration.session.topic for one in response.context["past"]] == [payments]
    assert "The seat is booked · Des photos qui vendent" in words(response)
    assert "on its way" in words(response)


def attended(session, person, *, is_helper=False, **fields):
    """A seat in a session that is over, and its certificate earned."""
    registration = Registration.objects.create(
        **{"session": session, "person": person, "state": State.REGISTERED, "language": "en", **fields},
        confirmed_at=session.starts_at,
    )
    Attendance.objects.create(registration=registration, date=session.dates.get(), is_present=True, is_helper=is_helper)
    return registration


def test_my_space_shows_the_certificates_that_are_earned(hers, alice, namur, photos, payments):
    person = make_person("Alice", alice.email, user=alice)
    attended(make_evening(namur, photos, starts=[timezone.now() - SOON]), person)
    by_address = make_person("Alain", alice.email)
    attended(
        make_evening(namur, payments, starts=[timezone.now() - 2 * SOON]),
        by_address,
        is_helper=True,
        seats=2,
        helper_name="Bob",
    )
    attended(make_evening(namur, photos, starts=[timezone.now() - SOON]), make_person("Zoé", "zoe@shop.example"))

    found = hers.get(reverse("portal:my_space")).context["certificates"]

    assert [(one.name, one.title, one.is_helper) for one in found] == [
        ("Bob", "Encaisser sans espèces", True),
        ("Alice", "Des photos qui vendent", False),
    ]
    assert [hers.get(one.path).status_code for one in found] == [200, 200]


def test_registration_shows_the_certificate_once_it_is_earned(client, alice, namur, photos):
    session = make_evening(namur, photos, starts=[timezone.now() - SOON])
    registration = attended(session, make_person())
    page = client.get(link_to(registration))
    [earned] = page.context["certificates"]
    assert (earned.is_helper, earned.path in page.content.decode()) == (False, True)
    assert client.get(earned.path).status_code == 200
    certifying.issue(registration=registration)
    certifying.revoke(certificate=registration.certificates.get(), by=alice, reason="Not there")
    assert client.get(link_to(registration)).context["certificates"] == []


def test_my_space_says_what_a_seat_costs(hers, alice, programme, namur):
    training = make_training(programme, cities=[namur])
    registration = seat(training, make_person("Alice", alice.email, user=alice))
    [mine] = hers.get(reverse("portal:my_space")).context["coming"]
    assert mine.cost == "€90 for you, €90 paid by the voucher"
    registering.cancel(registration=registration)
    [mine] = hers.get(reverse("portal:my_space")).context["past"]
    assert mine.cost == ""


def test_my_space_is_the_same_few_queries_for_one_seat_and_three(hers, alice, namur, photos, django_assert_num_queries):
    person = make_person("Alice", alice.email, user=alice)
    for _ in range(2):
        attended(make_evening(namur, photos, starts=[timezone.now() - SOON]), person)
        seat(make_evening(namur, photos), person)
        with django_assert_num_queries(14):
            hers.get(reverse("portal:my_space"))
        attended(make_evening(namur, photos, starts=[timezone.now() - SOON]), person)
        seat(make_evening(namur, photos), person)


# Beside a result


def test_next_sessions_nearby_are_proposed_on_each_topic(programme, namur, liege, photos, payments):
    near, nearer = [make_evening(namur, photos, starts=[timezone.now() + days * SOON]) for days in (5, 4)]
    make_evening(namur, photos, starts=[timezone.now() + 6 * SOON])
    make_evening(liege, payments)  # too far away
    seat(make_evening(namur, payments, capacity=1))  # full
    make_evening(namur, payments, opens_at=timezone.now() + SOON)  # not open yet
    found = finding.next_on_each(programme, ["photos", "payments"], namur, 2)
    assert dict(found) == {"photos": [nearer, near]}


def test_place_is_remembered_of_the_diagnostic(client, namur):
    request = client.get("/").wsgi_request
    finding.remember_place(request, namur)
    assert finding.place_of(request) == {"name": "Namur", "postal_code": "5000"}
    request.session.flush()
    assert finding.place_of(request) == {}


def test_interest_page_is_where_it_was(client, photos, namur):
    one = interests.ask(topic=photos, city=namur, language="en", email="zoe@fleurs.example")
    url = reverse("trainings:interest_confirm", args=[interests.link_token(one)])
    assert heading(client.get(url)) == "Shall we tell you when a session opens?"
