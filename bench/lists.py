"""The long lists: the admin's with 100,000 registrations, a session with 1,000 of them, the catalogue with 5,000 sessions."""

import random
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import batched

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from bench.client import chance_of
from bench.saying import median, say
from businesses.matching import name_key
from businesses.models import Business, Person
from businesses.searching import key_of
from programmes.models import City, Programme
from trainings.models import Registration, Session, SessionDate, Topic

AIM = 300
SESSIONS, REGISTRATIONS, IN_ONE, SHOPS = 5_000, 100_000, 1_000, 40_000
AT_ONCE = 5_000
STAFF = "bench@programme.example"
FIRST = ("Alice", "Élodie", "Bruno", "Chantal", "Dirk", "Fatima", "Hans", "Inès", "Jérôme", "Katrien", "Luc", "Zoé")
LAST = ("Dupont", "Peeters", "Lambert", "Maes", "Müller", "Janssens", "Lefèvre", "Claes", "Weber", "Noël", "Diallo")
SHOP = ("Fleurs", "Boulangerie", "Coiffure", "Librairie", "Optique", "Épicerie", "Menuiserie", "Chaussures")


def measure(*, rounds: int) -> None:
    load()
    browser, visitor = of_staff(), Client()
    registrations = reverse("admin:trainings_registration_changelist")
    long = Session.objects.annotate(n=Count("registrations")).order_by("-n")[:1].get()
    session = reverse("admin:trainings_session_change", args=[long.pk])
    catalogue = reverse("trainings:sessions", args=["commerce-connecte"])
    say(f"\nLists: {REGISTRATIONS:,} registrations, {SESSIONS:,} sessions; aim: each under {AIM} ms")
    for words, client, path in (
        ("the admin's registrations", browser, registrations),
        ("  searched by a name", browser, f"{registrations}?q=elodie+dupont+77"),
        ("  searched by a frequent name", browser, f"{registrations}?q=dupont"),
        ("  searched by the name of a shop", browser, f"{registrations}?q=boulangerie+dupont+77"),
        ("  searched by a phone", browser, f"{registrations}?q=0470000777"),
        ("  searched in vain", browser, f"{registrations}?q=qqqq"),
        ("  waiting, of a campaign", browser, f"{registrations}?state__exact=waiting"),
        ("the admin's sessions", browser, reverse("admin:trainings_session_changelist")),
        (f"a session with {IN_ONE:,} registrations", browser, session),
        ("the admin's persons, searched", browser, f"{reverse('admin:businesses_person_changelist')}?q=dupont+77"),
        ("the catalogue", visitor, catalogue),
        ("  of a kind, in a language", visitor, f"{catalogue}?kind=training&language=fr"),
    ):
        say(f"  {words:36} {taken(lambda client=client, path=path: client.get(path), rounds)}")


def taken(ask: Callable[[], HttpResponse], rounds: int) -> str:
    """Milliseconds as somebody waits for them, after one that nobody counts; statements to the database."""
    statements: list[str] = []
    with connection.execute_wrapper(noting(statements)):
        answer = ask()
    assert answer.status_code == 200, answer  # noqa: S101
    waited = [milliseconds(ask) for _round in range(rounds)]
    verdict = "" if statistics.median(waited) < AIM else "  TOO LONG"
    return f"{median(waited, 0)} ms, {len(statements)} statements{verdict}"


def noting(statements: list[str]) -> Callable[..., object]:
    def note(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    return note


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def of_staff() -> Client:
    """A browser of an administrator who has just shown the second factor."""
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    user = User.objects.filter(email=STAFF).first() or User.objects.create_user(STAFF, is_staff=True, is_superuser=True)
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, secret := generate_totp_secret())
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    browser.post(reverse("mfa_reauthenticate"), {"code": format_hotp_value(hotp_value(secret, int(time.time()) // 30))})
    return browser


# Rows, written as they are


@transaction.atomic
def load() -> None:
    """Idempotent: some past, most to come; one session has a thousand registrations."""
    if Registration.objects.count() >= REGISTRATIONS:
        return
    programme, chance = Programme.objects.get(code="commerce-connecte"), chance_of(4)
    sessions = _in_pages(Session, _sessions(programme, chance))
    _in_pages(SessionDate, (SessionDate(session=one, starts_at=one.starts_at, ends_at=one.ends_at) for one in sessions))
    of_cities = Session.cities.through
    _in_pages(of_cities, (of_cities(session=one, city_id=one.host_id) for one in sessions))
    shops = _in_pages(Business, _shops(programme, chance))
    people = _in_pages(Person, _people())
    _in_pages(Registration, _registrations(sessions, people, shops, chance))
    seated = Registration.objects.seated().filter(session__in=sessions).values_list("session").annotate(Count("pk"))
    for pk, count in seated.order_by().iterator():
        Session.objects.filter(pk=pk).update(seats_taken=count)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _in_pages(model, rows: Iterable) -> list:
    return [row for some in batched(rows, AT_ONCE) for row in model.objects.bulk_create(some)]


def _sessions(programme: Programme, chance: random.Random) -> Iterable[Session]:
    campaign = programme.campaigns.get_or_create(
        code="bench", defaults={"names": {"fr": "Mesure"}, "starts_on": "2026-01-01", "ends_on": "2030-12-31"}
    )[0]
    cities, topics, now = [*City.objects.offered()], [*Topic.objects.offered()], timezone.now()
    kinds = [Session.Kind.AWARENESS, Session.Kind.TRAINING, Session.Kind.WORKSHOP, Session.Kind.WEBINAR]
    for number in range(SESSIONS):
        starts = (now + timedelta(days=chance.randint(-60, 300))).replace(minute=0)
        yield Session(
            programme=programme,
            campaign=campaign,
            kind=chance.choice(kinds),
            topic=chance.choice(topics),
            host=chance.choice(cities),
            venue=f"Salle {number}",
            languages=["fr"],
            capacity=IN_ONE + 200 if number == 0 else 60,
            starts_at=starts,
            ends_at=starts + timedelta(hours=3),
            state=Session.State.HELD if starts < now else Session.State.OPEN,
            published_at=now,
        )


def _shops(programme: Programme, chance: random.Random) -> Iterable[Business]:
    cities = [*City.objects.offered()]
    for number in range(SHOPS):
        city, name = chance.choice(cities), f"{chance.choice(SHOP)} {chance.choice(LAST)} {number}"
        place = {"city": city, "postal_code": city.postal_codes[0]}
        yield Business(programme=programme, name=name, name_key=name_key(name), **place)


def _people() -> Iterable[Person]:
    for number in range(REGISTRATIONS):
        name = f"{FIRST[number % len(FIRST)]} {LAST[number // 5 % len(LAST)]} {number}"
        email, phone = f"person-{number}@shop-{number % 997}.example", f"0470{number:06}"
        yield Person(name=name, email=email, phone=phone, search_key=key_of([name, email, phone]))


def _registrations(
    sessions: list[Session], people: list[Person], shops: list[Business], chance: random.Random
) -> Iterable[Registration]:
    now = timezone.now()
    for number, person in enumerate(people):
        session = sessions[0] if number < IN_ONE else sessions[1 + number % (SESSIONS - 1)]
        state = chance.choice(["registered"] * 8 + ["waiting", "cancelled"])
        yield Registration(
            session=session,
            person=person,
            business=shops[number % len(shops)],
            language="fr",
            state=state,
            rank=number if state == "waiting" else None,
            confirmed_at=now,
            cancelled_at=now if state == "cancelled" else None,
            asked_at=now - timedelta(minutes=number),
        )
