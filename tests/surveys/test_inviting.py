import pytest
from django.urls import reverse

from figures.definition import Filters, share
from portal.privacy import erasing
from surveys import answering, counting, inviting
from surveys.figures.answers import response_rate
from surveys.inviting import Head, heads_of
from tests.surveys.evenings import GIVEN, make_evening, make_present


def test_each_head_that_was_there_has_one_invitation(commerce):
    session = make_evening(commerce, heads=2, helpers=1)
    absent = make_present(session, is_present=False)
    heads = heads_of(session)
    assert [(head.is_helper, head.registration.pk == absent.pk) for head in heads] == [
        (False, False),
        (True, False),
        (False, False),
    ]
    tokens = [inviting.token_of(head) for head in heads]
    assert len(set(tokens)) == 3
    assert [inviting.head_of(token) for token in tokens] == heads


def test_link_of_somebody_who_was_not_there_opens_nothing(commerce):
    session = make_evening(commerce, heads=1)
    absent, present = make_present(session, is_present=False), heads_of(session)[0]
    assert inviting.head_of(inviting.token_of(Head(absent))) is None
    assert inviting.head_of(inviting.token_of(Head(present.registration, is_helper=True))) is None


@pytest.mark.parametrize("change", [lambda t: t[:-1] + ("2" if t[-1] != "2" else "3"), lambda t: t.replace("p-", "h-")])
def test_link_that_was_changed_opens_nothing(change, commerce):
    session = make_evening(commerce, heads=1, helpers=1)
    assert inviting.head_of(change(inviting.token_of(heads_of(session)[0]))) is None


def test_who_answered_and_was_forgotten_since_has_no_second_invitation(staff, commerce):
    session = make_evening(commerce, heads=2, helpers=1)
    elise, helper, other = heads_of(session)
    for head in (elise, helper):
        answering.answer(head=head, given=GIVEN)
    erasing.erase_person(person=elise.registration.person, language="en")
    elise.registration.refresh_from_db()
    assert heads_of(session) == [other]
    assert [inviting.head_of(inviting.token_of(head)) for head in (elise, helper)] == [None, None]
    assert inviting.with_code(session, inviting.code_of(elise.registration)) == []
    html = staff.get(reverse("surveys:sheets", args=[session.uid]), headers={"accept-language": "en"}).content.decode()
    assert (html.count("Sheet taken in<"), "2 more who were there are no longer known" in html) == (1, True)
    answering.answer(head=other, given=GIVEN)
    found = counting.turnout_of(session)
    assert (found.answered, found.present) == (3, 3)
    assert response_rate(Filters(commerce.pk)) == share(3, 3)


@pytest.mark.parametrize("token", ["", "-", "x", "p-abc", "1p", "²p-abc", "99999999999999p-abc", "1q-abc"])
def test_link_that_never_was_one_opens_nothing(token, db):
    assert inviting.head_of(token) is None


def test_code_finds_who_was_given_it(commerce):
    session, other = make_evening(commerce, heads=3), make_evening(commerce, heads=1)
    for head in heads_of(session):
        code = inviting.code_of(head.registration, is_helper=head.is_helper)
        assert (len(code), head in inviting.with_code(session, f" {code[:2]} {code[2:].lower()}")) == (4, True)
        assert head not in inviting.with_code(other, code)


def test_old_secret_key_still_opens_and_remembers(commerce, settings):
    session = make_evening(commerce, heads=1)
    head = heads_of(session)[0]
    token, code, mark = inviting.token_of(head), inviting.code_of(head.registration), inviting.mark_of(head)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another one, changed since"
    assert inviting.head_of(token) == head
    assert inviting.with_code(session, code) == [head]
    assert inviting.is_among(head, [mark])
