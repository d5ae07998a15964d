"""Evenings of today, and who stands at their doors."""

from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.trainings.sessions import make_person, make_session, register
from trainings import doors


def at_six(days=0):
    """Six o'clock of today, whatever the time is now, or so many days later."""
    return timezone.localtime().replace(hour=18, minute=0, second=0, microsecond=0) + timedelta(days=days)


def tonight(**fields):
    return make_session(**{"starts": [at_six()], **fields})


def expected(session, name="Zoé Lambert", **fields):
    """Somebody with a seat."""
    return register(session, person=make_person(name), at=session.starts_at - timedelta(days=5), **fields)


def address(session, page="door"):
    return reverse(f"trainings:{page}", args=[doors.token_of(session)])


def types_pin(session, pin=None, client=None, **headers):
    client = client or Client()
    client.cookies["django_language"] = "en"
    return client.post(address(session), {"pin": pin or doors.door_pin(session)}, **headers)


def at_door(session, **given):
    """A browser that has typed the PIN."""
    client = Client(**given)
    assert types_pin(session, client=client).status_code == 302
    return client


def a_tap(registration, do="present", **fields):
    date = registration.session.dates.order_by("starts_at").first()
    return {"do": do, "key": str(uuid4()), "person": str(registration.uid), "date": date.pk, **fields}


def a_walk_in(session, **fields):
    given = {"do": "walk-in", "key": str(uuid4()), "name": "Max Poisson", "shop": "Poissonnerie", "contact": ""}
    return {**given, "date": session.dates.first().pk, **fields}


def send(client, session, *taps):
    return client.post(address(session, "door_taps"), {"taps": [*taps]}, content_type="application/json")
