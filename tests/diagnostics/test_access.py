import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from diagnostics import access, attaching, links, sharing, urls
from diagnostics.models import Diagnostic
from tests.diagnostics.shops import copies, take

OF_ONE_DIAGNOSTIC = [
    pattern.name for pattern in urls.urlpatterns if str(pattern.pattern).startswith("<uuid:public_id>")
]
ANSWERED = {"found-name": "right"}
# What a stranger gets; everything else is 404.
NOT_ALLOWED = {
    "GET": {"go_on", "again", "share", "unshare", "tell_me", "mail_link", "keep_answer"},
    "POST": {"result", "keep", "report_file"},
}


def url_of(name, diagnostic):
    code = ["found"] if name in {"page", "keep_answer"} else []
    return reverse(f"diagnostics:{name}", args=[diagnostic.public_id, *code])


def visits(client, diagnostic, method):
    """The status of every page of this diagnostic."""
    ask = getattr(client, method.lower())
    return {name: ask(url_of(name, diagnostic)).status_code for name in OF_ONE_DIAGNOSTIC}


def refusals(method, **other):
    allowed = {name: 405 if name in NOT_ALLOWED[method] else 404 for name in OF_ONE_DIAGNOSTIC}
    return allowed | other


@pytest.fixture
def somebody_s(completed):
    """Alice's, kept in her space."""
    alice = User.objects.create_user("alice@fleurs.example", name="Alice Dupont")
    attaching.attach(diagnostic=completed, user=alice, name="Fleurs Dupont", postal_code="5000")
    return completed


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_diagnostic_of_another_browser_does_not_exist(somebody_s, client, method):
    sign_in = 302  # attaching is for those who have signed in
    assert visits(client, somebody_s, method) == refusals(method, attach=sign_in)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_open_diagnostic_of_another_browser_does_not_exist(diagnostic, client, method):
    assert visits(client, diagnostic, method) == refusals(method, attach=302)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("who", ["charlie", "dana", "omar"])
def test_diagnostic_of_another_user_does_not_exist(somebody_s, signed_in, request, who, method):
    """Not for staff either: answers stay with those who gave them."""
    visitor = signed_in(request.getfixturevalue(who))
    assert visits(visitor, somebody_s, method) == refusals(method)
    assert Diagnostic.objects.count() == 1


def test_diagnostic_of_ones_own_is_there_on_any_browser(somebody_s, signed_in):
    alice = User.objects.get(email="alice@fleurs.example")
    assert visits(signed_in(alice), somebody_s, "GET") == {
        "go_on": 405, "finish": 302, "result": 200, "again": 405, "share": 405, "unshare": 405, "tell_me": 405, "keep": 200,
        "mail_link": 405, "attach": 200, "report": 302, "report_file": 404, "page": 302, "keep_answer": 405,
    }  # fmt: skip


def test_result_before_completion_leads_to_what_is_open(diagnostic, holding):
    client = holding(diagnostic)
    before_completion = {
        name: client.post(url_of(name, diagnostic)).status_code for name in ("share", "report", "again")
    }

    assert client.get(url_of("result", diagnostic)).url == url_of("finish", diagnostic)
    assert before_completion == {"share": 404, "report": 404, "again": 404}


def test_looking_at_every_page_changes_nothing(diagnostic, holding):
    client = holding(diagnostic)
    client.post(url_of("page", diagnostic), ANSWERED)
    before = Diagnostic.objects.values().get()

    visits(client, diagnostic, "GET")

    assert Diagnostic.objects.values().get() == before


def test_finish_looked_at_with_everything_answered_asks_before_it_completes(completed, holding, diagnostic):
    Diagnostic.objects.update(result=None, completed_at=None)

    page = holding(diagnostic).get(url_of("finish", diagnostic)).content.decode()

    assert "All questions are answered" in page
    assert Diagnostic.objects.get().is_completed is False


def test_browser_holds_the_latest_twenty(commerce, rf):
    request = rf.get("/")
    request.session = {}
    taken = copies(take(commerce), access.MOST_HELD + 1)
    for diagnostic in [*taken, taken[1]]:
        access.hold(request, diagnostic)

    held = [str(diagnostic.public_id) for diagnostic in taken]
    assert access.held_ids(request) == [*held[2:], held[1]]


def test_start_again_for_another_shop_forgets_and_signs_out(completed, signed_in, alice):
    client = signed_in(alice)
    client.post(reverse("diagnostics:resume_link", args=[token_of(completed)]))
    assert client.get(url_of("result", completed)).status_code == 200

    response = client.post(reverse("diagnostics:leave", args=["commerce-connecte"]))

    assert response.url == reverse("diagnostics:start", args=["commerce-connecte"])
    assert {"diagnostics", "_auth_user_id"} & client.session.keys() == set()
    assert client.get(url_of("result", completed)).status_code == 404


def test_start_again_for_another_shop_forgets_even_when_the_programme_is_over(completed, holding, commerce):
    client = holding(completed)
    commerce.withdrawn_at = completed.completed_at
    commerce.save(update_fields=["withdrawn_at"])

    client.post(reverse("diagnostics:leave", args=["commerce-connecte"]))

    assert client.get(url_of("result", completed)).status_code == 404


def token_of(diagnostic):
    return links.secret_path(diagnostic).split("/")[-2]


def shared_url(diagnostic):
    return reverse("diagnostics:shared", args=[sharing.share(diagnostic=diagnostic).token])


def test_shared_link_shows_the_result_and_nothing_that_changes_it(completed, client, holding, elsewhere):
    page = elsewhere.get(shared_url(completed)).content.decode()
    own_page = holding(completed).get(url_of("result", completed)).content.decode()

    actions = [reverse(f"diagnostics:{name}", args=[completed.public_id]) for name in OF_ONE_DIAGNOSTIC[:10]]
    assert "Your next three steps" in page
    assert [action for action in actions if action in page] == []
    assert str(completed.public_id) not in page
    assert sum(action in own_page for action in actions) > 3


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_shared_link_opens_no_other_page(completed, elsewhere, method):
    elsewhere.get(shared_url(completed))
    assert visits(elsewhere, completed, method) == refusals(method, attach=302)
    assert elsewhere.post(shared_url(completed)).status_code == 405


def test_shared_link_is_one_until_it_is_closed_and_then_another(completed, holding, elsewhere):
    first = shared_url(completed)
    assert shared_url(completed) == first

    holding(completed).post(url_of("unshare", completed))

    assert elsewhere.get(first).status_code == 404
    assert elsewhere.get(shared_url(completed)).status_code == 200
    assert elsewhere.get(first).status_code == 404


def test_share_button_puts_the_link_on_the_owner_s_page(completed, holding):
    client = holding(completed)
    page = client.post(url_of("share", completed), follow=True).content.decode()
    assert f"http://localhost:8000{shared_url(completed)}" in page


def test_holder_of_the_link_sees_no_other_diagnostic_of_its_owner(somebody_s, elsewhere):
    alice = User.objects.get(email="alice@fleurs.example")
    other = take(somebody_s.programme)
    attaching.attach(diagnostic=other, user=alice, name="Fleurs Dupont", postal_code="5000")

    elsewhere.post(reverse("diagnostics:resume_link", args=[token_of(somebody_s)]))

    statuses = [elsewhere.get(url_of("result", one)).status_code for one in (somebody_s, other)]
    assert statuses == [200, 404]


def test_signing_in_keeps_what_the_browser_holds(completed, holding, alice):
    client = holding(completed)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(url_of("result", completed)).status_code == 200


def test_csrf_is_asked_for_by_every_button(completed):
    strict = Client(enforce_csrf_checks=True)
    refused = {name: strict.post(url_of(name, completed)).status_code for name in OF_ONE_DIAGNOSTIC}
    assert refused == dict.fromkeys(OF_ONE_DIAGNOSTIC, 403)
