"""Through which action people came: the code goes from the link to the registration."""

from datetime import date

import pytest
from django.core.cache import cache
from django.urls import reverse

from programmes import mobilising
from programmes.models import Mobilisation
from tests.programmes.makers import make_programme
from tests.trainings.sessions import NOW, make_session, register
from trainings import registering
from trainings.models import Registration, Session

TYPED = {"name": "Zoé", "shop": "Fleurs", "postal_code": "5000", "email": "", "phone": "081 22 33 44"}


@pytest.fixture
def session(db):
    cache.clear()
    return make_session()


def act(session, kind=Mobilisation.Kind.LETTER):
    return mobilising.mobilise(campaign=session.campaign, city=session.host, kind=kind, on=date(2026, 2, 8), by=None)


@pytest.fixture
def letter(session):
    return act(session)


def test_code_goes_from_the_link_to_the_registration(session, letter, client):
    page = client.get(reverse("trainings:session", args=[session.uid]), {"via": letter.code.upper()}).content.decode()
    address = f"{reverse('trainings:register', args=[session.uid])}?via={letter.code.upper()}"
    assert f'href="{address}"' in page
    client.post(address, TYPED)
    assert Registration.objects.get().via == letter


@pytest.mark.parametrize("code", ["nothing", '"><script>', "", "x" * 500])
def test_code_of_nothing_hinders_nobody(session, code, client):
    assert b"<script>" not in client.get(reverse("trainings:session", args=[session.uid]), {"via": code}).content
    client.post(f"{reverse('trainings:register', args=[session.uid])}?via={code}", TYPED)
    assert Registration.objects.get().via is None


def test_code_of_another_programme_counts_for_nobody(session, client):
    other = act(make_session(make_programme("crafts")))
    client.post(f"{reverse('trainings:register', args=[session.uid])}?via={other.code}", TYPED)
    assert Registration.objects.get().via is None


def test_link_without_code_leads_to_the_plain_address(session, client):
    page = client.get(reverse("trainings:session", args=[session.uid])).content.decode()
    assert f'href="{reverse("trainings:register", args=[session.uid])}"' in page


def test_who_is_moved_or_asks_again_still_came_through_it(session, letter, dana):
    other = make_session(session.programme)
    moved = registering.move(registration=register(session, via=letter), to=other, by=dana, at=NOW)
    expired = register(session, via=letter)
    Registration.objects.filter(pk=expired.pk).update(state=Registration.State.EXPIRED)
    again = registering.confirm(registration=expired, at=NOW)
    assert (moved.via, again.via, again.pk == expired.pk) == (letter, letter, False)


def test_action_that_goes_leaves_the_registrations(session, letter):
    register(session, via=letter)
    letter.delete()
    assert (Registration.objects.get().via, Session.objects.count()) == (None, 1)
