"""The mailed link, and being told when a session opens."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from diagnostics import links
from outbox import leasing, mail
from outbox.models import Mail
from tests.diagnostics.shops import take
from tests.workers import wait_until
from trainings.models import Interest

NASTY = [
    "",
    "x",
    "a@b",
    "a b@c.example",
    "alice@fleurs.example\nBcc: x@y.example",
    "a" * 260 + "@c.example",
    "\0@c.example",
]


def mail_link(client, diagnostic, email="alice@fleurs.example"):
    return client.post(reverse("diagnostics:mail_link", args=[diagnostic.public_id]), {"email": email}, follow=True)


def tell_me(client, diagnostic, **fields):
    url = reverse("diagnostics:tell_me", args=[diagnostic.public_id])
    return client.post(url, {"topic": "photos", **fields}, follow=True)


@pytest.fixture
def _tries_forgotten(transactional_db):
    """Rate limits live in the table of the cache, which no test that commits empties."""
    yield
    cache.clear()


def outcome(response):
    return [str(message) for message in response.context["messages"]]


@pytest.mark.usefixtures("_tries_forgotten")
def test_mailed_link_comes_by_smtp_and_opens_the_diagnostic(worker, smtp, completed, holding, elsewhere):
    response = mail_link(holding(completed), completed)
    wait_until(lambda: smtp.messages)
    message = smtp.messages[0]
    text = message.get_body(("plain",)).get_content()
    link = next(line for line in text.splitlines() if "/resume/" in line)

    opened = elsewhere.post(urlsplit(link).path)

    assert outcome(response) == ["The mail is on its way. It holds the link to your diagnostic."]
    assert (message["To"], message["Content-Language"]) == ("alice@fleurs.example", "en")
    assert opened.url == reverse("diagnostics:result", args=[completed.public_id])
    assert links.own_code(completed) in text
    assert link in message.get_body(("html",)).get_content().replace("&amp;", "&")


def test_mailed_link_of_an_open_diagnostic_leads_back_to_it(diagnostic, holding):
    assert outcome(mail_link(holding(diagnostic), diagnostic)) == [
        "The mail is on its way. It holds the link to your diagnostic."
    ]


def test_mailed_link_asked_for_twice_in_five_minutes_is_one_mail(completed, holding):
    client = holding(completed)
    for _ in range(2):
        mail_link(client, completed)
    assert Mail.objects.count() == 1

    mail_link(client, completed, "bob@fleurs.example")
    Mail.objects.update(requested_at=timezone.now() - timedelta(minutes=6))
    mail_link(client, completed)

    assert sorted(Mail.objects.values_list("to", flat=True)) == [
        "alice@fleurs.example", "alice@fleurs.example", "bob@fleurs.example",
    ]  # fmt: skip


def test_mailed_link_that_failed_may_be_asked_for_at_once(completed, holding):
    client = holding(completed)
    mail_link(client, completed)
    Mail.objects.update(state="failed", error="no such mailbox", finished_at=timezone.now())
    mail_link(client, completed)
    assert Mail.objects.count() == 2


def test_mailed_link_is_not_in_the_mail_s_row(completed, holding):
    mail_link(holding(completed), completed)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_json(m)::text FROM outbox_mail m")
        row = cursor.fetchone()[0]
    token = links.secret_path(completed).split("/")[-2]

    assert [
        secret for secret in (token, token.split(":")[0], "/resume/", links.own_code(completed)) if secret in row
    ] == []


def test_mailed_link_once_sent_is_erased(completed, holding, smtp):
    mail_link(holding(completed), completed)
    mail.deliver(leasing.take(Mail, Mail.objects.get().pk))
    sent = Mail.objects.get()
    assert (sent.state, sent.secrets_sealed, len(smtp.messages)) == ("sent", "", 1)


@pytest.mark.parametrize("email", NASTY)
def test_mailed_link_to_what_is_no_address_is_refused_and_kept_on_the_page(completed, holding, email):
    response = mail_link(holding(completed), completed, email)
    assert (response.status_code, [*response.context["form"].errors], Mail.objects.count()) == (422, ["email"], 0)


def test_mailed_links_are_forty_an_hour_from_one_connection(completed, holding):
    client = holding(completed)
    told = [mail_link(client, completed, f"shop{n}@fleurs.example").status_code for n in range(41)]
    assert told == [200] * 40 + [429]
    assert Mail.objects.count() == 40


def test_tell_me_signed_in_is_noted_at_once(completed, holding, alice, namur):
    client = holding(completed)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")

    response = tell_me(client, completed)

    interest = Interest.objects.standing().get()
    assert (interest.user, interest.city, interest.topic.code, interest.language) == (alice, namur, "photos", "en")
    assert outcome(response) == ["Noted."]


def test_tell_me_asks_a_visitor_for_an_address_first(completed, holding):
    response = tell_me(holding(completed), completed)
    assert (response.status_code, [*response.context["form"].fields], response.context["form"].errors) == (
        200,
        ["email"],
        {},
    )
    assert Interest.objects.count() == 0


def test_tell_me_with_an_address_waits_for_its_holder(completed, holding):
    response = tell_me(holding(completed), completed, wanted="1", email="Alice@Fleurs.example")

    assert [*Interest.objects.pending().values_list("email", flat=True)] == ["alice@fleurs.example"]
    assert [*Mail.objects.values_list("to", flat=True)] == ["alice@fleurs.example"]
    assert outcome(response) == ["We have sent you a mail: press its button, and we will write when a date opens."]


def test_tell_me_without_a_municipality_asks_for_one(commerce, holding, alice):
    done = take(commerce)
    client = holding(done)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")

    asked = tell_me(client, done)
    unknown = tell_me(client, done, wanted="1", place="Atlantis")
    tell_me(client, done, wanted="1", place="5000")

    assert [*asked.context["form"].fields] == ["place"]
    assert (unknown.status_code, 'value="Atlantis"' in unknown.content.decode()) == (422, True)
    assert Interest.objects.standing().get().city.name == "Namur"


def test_tell_me_twice_is_one_interest(completed, holding):
    client = holding(completed)
    for _ in range(2):
        tell_me(client, completed, wanted="1", email="alice@fleurs.example")
    assert (Interest.objects.count(), Mail.objects.count()) == (1, 1)


@pytest.mark.parametrize("email", NASTY)
def test_tell_me_with_what_is_no_address_is_refused(completed, holding, email):
    response = tell_me(holding(completed), completed, wanted="1", email=email)
    assert (response.status_code, Interest.objects.count()) == (422, 0)


@pytest.mark.parametrize("topic", ["", "no-such-topic", "\0", "photos\0x", "é" * 500])
def test_tell_me_about_no_known_topic_is_not_found(completed, holding, topic):
    assert tell_me(holding(completed), completed, topic=topic).status_code == 404


def test_tell_me_about_a_withdrawn_topic_is_not_found(completed, holding, commerce):
    commerce.topics.filter(code="photos").update(withdrawn_at=timezone.now())
    assert tell_me(holding(completed), completed).status_code == 404


def test_keep_page_of_an_open_diagnostic_offers_code_and_mail_only(diagnostic, holding):
    page = holding(diagnostic).get(reverse("diagnostics:keep", args=[diagnostic.public_id])).content.decode()
    assert links.own_code(diagnostic) in page
    assert reverse("account_login") + "?next=" not in page
