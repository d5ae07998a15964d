from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from outbox.mail import BadAddress, render
from outbox.models import Mail
from tests.programmes.makers import make_topic
from trainings.interests import ask, confirm, interest_of, link_token, withdraw, withdraw_all
from trainings.models import Interest

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EMAIL = "alice@example.org"


def asked(topic, city, at=NOON, **whose):
    return ask(topic=topic, city=city, language="fr", at=at, **whose)


def test_ask_with_a_login_stands_at_once_without_a_mail(photos, namur, alice):
    interest = asked(photos, namur, user=alice)
    assert (interest.user, interest.email, interest.confirmed_at) == (alice, "", NOON)
    assert [*Interest.objects.standing()] == [interest]
    assert Mail.objects.count() == 0


def test_ask_with_an_email_waits_for_its_holder(photos, namur):
    interest = asked(photos, namur, email=" Alice@Example.ORG ")
    assert (interest.email, interest.confirmed_at) == (EMAIL, None)
    assert [*Interest.objects.standing()] == []
    assert Mail.objects.get().to == EMAIL


def test_ask_twice_is_once(photos, namur, alice):
    assert asked(photos, namur, user=alice) == asked(photos, namur, user=alice)
    assert asked(photos, namur, email=EMAIL) == asked(photos, namur, email=EMAIL.upper())
    assert (Interest.objects.count(), Mail.objects.count()) == (2, 1)


def test_five_topics_asked_for_make_one_mail_that_lists_them(programme, namur):
    for order in range(5):
        interest = asked(make_topic(programme, f"topic-{order}", f"Thème {order}", order), namur, email=EMAIL)
    text = render(Mail.objects.get(), {}).body
    assert [f"Thème {order}, Namur" in text for order in range(5)] == [True] * 5
    assert confirm(interest=interest) == 5


def test_mail_comes_again_after_an_hour(photos, namur):
    asked(photos, namur, email=EMAIL)
    asked(photos, namur, email=EMAIL, at=NOON + timedelta(minutes=59))
    assert Mail.objects.count() == 1
    asked(photos, namur, email=EMAIL, at=NOON + timedelta(minutes=61))
    assert Mail.objects.count() == 2


def test_address_that_is_none_stores_nothing(photos, namur):
    with pytest.raises(BadAddress):
        asked(photos, namur, email="alice at home")
    assert (Interest.objects.count(), Mail.objects.count()) == (0, 0)


def test_confirm_twice_keeps_the_first_time(photos, namur):
    interest = asked(photos, namur, email=EMAIL)
    assert [confirm(interest=interest, at=NOON), confirm(interest=interest, at=NOON + timedelta(days=1))] == [1, 0]
    interest.refresh_from_db()
    assert interest.confirmed_at == NOON


def test_confirm_is_for_one_address_only(photos, namur):
    other = asked(photos, namur, email="bob@example.org")
    confirm(interest=asked(photos, namur, email=EMAIL))
    other.refresh_from_db()
    assert other.confirmed_at is None


def test_confirmed_and_asked_again_sends_nothing(photos, namur):
    confirm(interest=asked(photos, namur, email=EMAIL))
    again = asked(photos, namur, email=EMAIL, at=NOON + timedelta(days=2))
    assert again.confirmed_at is not None
    assert Mail.objects.count() == 1


def test_withdraw_takes_back_one(photos, payments, namur, alice):
    one, other = asked(photos, namur, user=alice), asked(payments, namur, user=alice)
    assert [withdraw(interest=one), withdraw(interest=one)] == [1, 0]
    assert [*Interest.objects.standing()] == [other]


def test_withdraw_all_takes_back_all_of_one_address(photos, payments, namur, alice):
    kept = asked(photos, namur, user=alice)
    asked(payments, namur, email=EMAIL)
    assert withdraw_all(interest=asked(photos, namur, email=EMAIL)) == 2
    assert [*Interest.objects.filter(withdrawn_at=None)] == [kept]


def test_withdrawn_and_asked_again_needs_a_new_yes(photos, namur):
    interest = asked(photos, namur, email=EMAIL)
    confirm(interest=interest)
    withdraw(interest=interest)
    again = asked(photos, namur, email=EMAIL, at=NOON + timedelta(days=2))
    assert (again.pk, again.withdrawn_at, again.confirmed_at) == (interest.pk, None, None)
    assert Mail.objects.count() == 2


def test_interest_is_never_of_a_login_and_an_email(photos, namur, alice):
    with pytest.raises(IntegrityError, match="interest_is_of_a_login_or_an_email"), transaction.atomic():
        Interest.objects.create(topic=photos, city=namur, language="fr", user=alice, email=EMAIL)


def test_interest_is_unique_by_email_in_any_case(photos, namur):
    Interest.objects.create(topic=photos, city=namur, language="fr", email=EMAIL)
    with pytest.raises(IntegrityError, match="interest_is_unique_by_email"), transaction.atomic():
        Interest.objects.create(topic=photos, city=namur, language="fr", email=EMAIL.upper())


def test_link_leads_to_its_interest_and_an_altered_one_nowhere(photos, namur):
    interest = asked(photos, namur, email=EMAIL)
    token = link_token(interest)
    assert interest_of(token) == interest
    for altered in (token[:-1], "x" + token, token.replace(":", "."), "nothing"):
        with pytest.raises(Interest.DoesNotExist):
            interest_of(altered)


def test_mail_has_the_link_and_stores_it_nowhere(photos, namur):
    interest = asked(photos, namur, email=EMAIL)
    mail = Mail.objects.get()
    message = render(mail, {})
    token = message.body.split("/interests/")[1].split("/")[0]
    assert interest_of(token) == interest
    assert token in message.alternatives[0].content
    assert (mail.ids, mail.secrets_sealed) == ({"interest": interest.pk}, "")
