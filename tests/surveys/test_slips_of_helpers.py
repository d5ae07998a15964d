"""A helper is known by name alone: what is on their slip is never taken for the shopkeeper's."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from businesses.models import Call
from figures.definition import Filters
from outbox.models import Mail
from surveys import answering, inviting, signing, telling
from surveys.figures import FIGURES
from surveys.inviting import heads_of
from surveys.models import Slip
from tests.surveys.evenings import GIVEN, make_evening
from tests.trainings.sessions import make_training
from trainings.models import Interest, Registration, Topic

BY_CODE = {definition.code: definition for definition in FIGURES}


@pytest.fixture
def pair(commerce):
    """A shopkeeper and the helper who came along."""
    return heads_of(make_evening(commerce, heads=1, helpers=1))


def sign(head, weeks=0, **said):
    at = timezone.now() - timedelta(weeks=weeks)
    return signing.sign(head=head, name=head.name, language="en", at=at, **said)


def test_slip_of_a_helper_is_of_no_person(pair):
    owner, helper = (sign(head, wants_call=True) for head in pair)
    assert (owner.person, helper.person) == (pair[0].registration.person, None)
    with pytest.raises(IntegrityError):
        Slip.objects.filter(pk=helper.pk).update(person=owner.person)


def test_wish_of_a_helper_is_a_line_and_no_interest_of_the_shopkeeper(pair, commerce):
    photos = Topic.objects.get(programme=commerce, code="photos")
    slip = sign(pair[1], topics=[photos], wants_call=True, phone="081 55")
    lines = Call.objects.order_by("key")
    assert (Interest.objects.count(), Mail.objects.count()) == (0, 0)
    assert [line.key for line in lines] == [f"slip/{slip.pk}/call", f"slip/{slip.pk}/topics"]
    for line in lines:
        assert line.about.startswith(f"{pair[1].name} (")
        assert (pair[0].name in line.about, line.about.endswith("081 55")) == (True, True)


def test_helper_is_asked_by_phone_six_weeks_later(pair):
    slip = sign(pair[1], weeks=6, wants_help=True, may_contact=True, phone="081 55")
    assert (telling.follow_up(), telling.follow_up()) == (1, 0)
    line = Call.objects.get(key=f"slip/{slip.pk}/six-weeks")
    assert Mail.objects.count() == 0
    assert (pair[1].name in line.about, pair[0].name in line.about, "081 55" in line.about) == (True, True, True)


def test_seat_of_the_shopkeeper_does_not_count_for_the_helper(pair, commerce):
    for head in pair:
        sign(head, weeks=2, wants_small_group=True)
    training = make_training(commerce, starts=[timezone.now() + timedelta(days=5)])
    now = timezone.now()
    Registration.objects.create(
        session=training,
        person=pair[0].registration.person,
        state="registered",
        language="fr",
        asked_at=now,
        confirmed_at=now,
    )
    found = {code: BY_CODE[f"slips-{code}"].compute(Filters(commerce.pk)) for code in ("wanting", "booked")}
    assert {code: (value.value, value.n) for code, value in found.items()} == {"wanting": (1, 1), "booked": (1, 1)}


def test_helper_is_told_that_only_the_phone_reaches_them(client, pair):
    words = "We have no address of yours"
    for head, is_told in zip(pair, (False, True), strict=True):
        answering.answer(head=head, given=GIVEN)
        page = client.get(inviting.path_of(head), headers={"accept-language": "en"}).content.decode()
        assert (words in page) == is_told


def test_name_of_a_helper_who_has_none_is_left_to_be_written(client, staff, pair):
    Registration.objects.update(helper_name="")
    helper = heads_of(pair[1].session)[1]
    answering.answer(head=helper, given=GIVEN)
    at_the_desk = reverse("surveys:slip", args=[helper.session.uid, inviting.token_of(helper)])
    for page in (client.get(inviting.path_of(helper)), staff.get(at_the_desk)):
        assert page.context["form"]["name"].value() == ""
