import pytest
from django.urls import reverse

from businesses.models import Membership
from diagnostics import attaching, taking
from tests.conftest import first_answer
from tests.programmes.makers import make_member


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
        with django_assert_num_queries(9):
            client.get(reverse("portal:my_space"))
        again(kept), again(kept)


def again(diagnostic):
    new = taking.start_again(diagnostic=diagnostic, language="fr")
    answers = {question.code: first_answer(question) for question in new.version.diagnoser.questionnaire.questions()}
    taking.keep(diagnostic=new, answers=answers)
    return taking.complete(diagnostic=new)
