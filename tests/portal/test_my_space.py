import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.mailing import SIGN_IN_CODE
from businesses.models import Membership
from diagnostics import attaching, taking
from outbox.mail import TITLES, queue
from outbox.models import Mail
from tests.conftest import first_answer
from tests.programmes.makers import make_member
from tests.trainings.evenings import make_evening, make_person, seat
from trainings import telling


def all_mails():
    """Those of the tree, each by its name without an ending."""
    folder = settings.BASE_DIR / "templates"
    return [str(path.relative_to(folder)).removesuffix(".subject.txt") for path in folder.rglob("*.subject.txt")]


@pytest.fixture
def kept(completed, alice):
    """Alice's result, of a shop that is hers."""
    attaching.attach(diagnostic=completed, user=alice, person_name="Alice", name="Fleurs Dupont", postal_code="5000")
    completed.refresh_from_db()
    return completed


def space_of(client):
    return client.get(reverse("portal:my_space"), headers={"Accept-Language": "en"}).context


def test_space_shows_what_is_ones_own(kept, alice, charlie, signed_in):
    request = make_member(kept.business, charlie, "Charlie Stone", state=Membership.State.REQUESTED)

    own, others = space_of(signed_in(alice)), space_of(signed_in(charlie))

    assert ([*own["diagnostics"]], [*own["waiting"]]) == ([kept], [request])
    assert ([*others["diagnostics"]], [*others["waiting"], *others["interests"]]) == ([], [])
    assert [membership.business for membership in others["memberships"]] == [kept.business]


def test_mails_are_those_to_the_addresses_of_this_login_without_codes_to_sign_in(alice, charlie, signed_in, namur):
    person = make_person("Alice", "shop@example.org", user=alice)
    seat(make_evening(namur), person)
    for to in (alice.email, charlie.email):
        queue(template=telling.OPENED, to=to, language="en", ids={})
        queue(template=SIGN_IN_CODE, to=to, language="en", ids={})
    theirs = make_person("Charlie", charlie.email)
    seat(make_evening(namur), theirs)

    mails = space_of(signed_in(alice))["mails"]

    assert [mail.title for mail in mails] == ["A session opens", "The seat is booked · awareness session"]
    assert {mail.on.date() for mail in mails} == {timezone.now().date()}


@pytest.mark.parametrize("template", all_mails())
def test_every_mail_has_a_name_in_words(template):
    assert template in TITLES


def test_mail_that_is_no_longer_written_has_a_name_too(alice, signed_in):
    Mail.objects.create(template="gone/emails/gone", to=alice.email, language="en")
    assert [mail.title for mail in space_of(signed_in(alice))["mails"]] == ["A mail"]


def test_shop_is_named_with_its_place(kept, alice, signed_in):
    assert "<b>Fleurs Dupont</b>, 5000 Namur" in signed_in(alice).get(reverse("portal:my_space")).text


def test_name_of_who_asks_to_join_is_escaped(kept, alice, charlie, signed_in):
    make_member(kept.business, charlie, "<i>Charlie</i>", state=Membership.State.REQUESTED)
    page = signed_in(alice).get(reverse("portal:my_space")).content.decode()
    assert "&lt;i&gt;Charlie&lt;/i&gt;" in page
    assert "<i>" not in page


@pytest.mark.parametrize(("button", "state"), [("approve", "approved"), ("refuse", "refused")])
def test_owner_decides_on_a_request(kept, alice, charlie, signed_in, button, state):
    request = make_member(kept.business, charlie, state=Membership.State.REQUESTED)

    response = signed_in(alice).post(reverse("portal:decide", args=[request.pk]), {button: ""})

    request.refresh_from_db()
    assert (response.url, request.state, request.decided_by) == (reverse("portal:my_space"), state, alice)


def test_request_decided_already_is_not_there(kept, alice, charlie, signed_in):
    request = make_member(kept.business, charlie)
    assert signed_in(alice).post(reverse("portal:decide", args=[request.pk]), {"refuse": ""}).status_code == 404


def test_space_is_the_same_few_queries_for_one_result_and_three(kept, alice, signed_in, django_assert_num_queries):
    client = signed_in(alice)
    client.get(reverse("portal:my_space"))
    for _ in range(2):
        with django_assert_num_queries(10):
            client.get(reverse("portal:my_space"))
        again(kept), again(kept)


def again(diagnostic):
    new = taking.start_again(diagnostic=diagnostic, language="fr")
    answers = {question.code: first_answer(question) for question in new.version.diagnoser.questionnaire.questions()}
    taking.keep(diagnostic=new, answers=answers)
    return taking.complete(diagnostic=new)
