"""Certificates are confirmed by their code, and downloaded by those whom they concern."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts.inviting import invite
from accounts.roles import Role
from outbox import tasks
from outbox.models import Job
from tests.accounts.conftest import signed_in as signed_in_by_app
from tests.accounts.conftest import with_app
from tests.trainings.certificates.issuing import come, issued, made, signed_in
from tests.trainings.sessions import IN_TEN_DAYS, make_person, make_session, make_shop, register
from trainings import certifying, documents, links
from trainings.models import Certificate

# The public page


def check(code, client=None):
    return (client or Client()).get(reverse("trainings:certificate_check", args=[code]))


def test_page_confirms_with_initials_only(db):
    certificate = issued("Anne-Marie van Dam", email="anne@secret.example")
    page = check(certifying.shown(certificate.code)).text
    assert "A. M. v. D." in page and "Être trouvé" in page
    assert "alert-success" in page
    for secret in ("Anne", "Marie", "Dam", "anne@secret.example"):
        assert secret not in page


def test_page_says_revoked_and_keeps_the_reason(db, dana):
    certificate = issued()
    certifying.revoke(certificate=certificate, by=dana, reason="She was never there")
    page = check(certificate.code).text
    assert "alert-warning" in page and "alert-success" not in page
    assert "She was never there" not in page


def test_code_is_read_however_it_is_typed(db):
    certificate = issued()
    Certificate.objects.update(code="0123456789AV")
    assert certifying.by_code(" o l2e-4567 89au ".replace("e", "3")) == certificate


def test_unknown_code_is_not_found(db):
    answer = Client().get(reverse("trainings:certificate_check"), {"code": "<script>alert(1)</script>"})
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_typed_code_is_shown_by_the_form(db):
    certificate = issued()
    assert Client().get(reverse("trainings:certificate_check")).status_code == 200
    assert (
        "alert-success" in Client().get(reverse("trainings:certificate_check"), {"code": certificate.code.lower()}).text
    )


def test_codes_are_not_guessed_by_trying(db):
    client = Client()
    answers = [check("ZZZZ-ZZZZ-ZZZZ", client).status_code for _number in range(61)]
    assert (answers[0], answers[59], answers[60]) == (404, 404, 429)
    assert check(issued().code, client).status_code == 429


# One's own


@pytest.fixture
def hers(alice):
    return issued("Alice Dupont", user=alice)


def own_urls(certificate):
    return [
        reverse("trainings:certificate", args=[certificate.uid]),
        reverse("trainings:certificate_file", args=[certificate.uid]),
    ]


def test_owner_asks_waits_and_downloads(hers, alice):
    client = signed_in(alice)
    page, file = own_urls(hers)
    assert client.get(file).status_code == 404
    assert client.post(page).url == page
    waiting = client.get(page)
    assert waiting["Refresh"] == "2" and "<progress" in waiting.text
    assert "<html" not in client.get(page, headers={"HX-Request": "true"}).text
    tasks.run(Job.objects.get().pk)
    assert "Refresh" not in client.get(page)
    answer = client.get(file)
    assert answer["Content-Type"] == "application/pdf"
    assert "-alice-dupont-2036-11-13.pdf" in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_strangers_find_nothing(hers, charlie, dana):
    made(documents.certificate_of(hers))
    issue = reverse("trainings:certificate_issue", args=[hers.registration.uid])
    for person in (charlie, dana):
        assert {signed_in(person).get(url).status_code for url in own_urls(hers)} == {404}
        assert signed_in(person).post(issue).status_code == 404
        assert "Être trouvé" not in signed_in(person).get(reverse("trainings:certificates")).text
    assert {Client().get(url).status_code for url in own_urls(hers)} == {302}


def test_revoked_is_not_downloaded(hers, alice, dana):
    made(documents.certificate_of(hers))
    certifying.revoke(certificate=hers, by=dana, reason="Wrong person")
    assert {signed_in(alice).get(url).status_code for url in own_urls(hers)} == {404}
    assert "Wrong person" in signed_in(alice).get(reverse("trainings:certificates")).text


def test_list_offers_what_is_earned_and_makes_it(alice):
    start = IN_TEN_DAYS - timedelta(days=20 * 365)
    session = make_session(starts=[start], titles={"fr": "Une soirée passée"})
    registration = register(session, person=make_person("Alice Dupont", user=alice), at=start - timedelta(days=5))
    come(registration, at=start)
    client = signed_in(alice)
    issue = reverse("trainings:certificate_issue", args=[registration.uid])
    assert issue in client.get(reverse("trainings:certificates")).text
    assert Certificate.objects.count() == 0
    answer = client.post(issue)
    certificate = Certificate.objects.get()
    assert answer.url == reverse("trainings:certificate", args=[certificate.uid])
    assert Job.objects.get().key == certificate.code
    assert issue not in client.get(reverse("trainings:certificates")).text


def test_list_costs_as_much_for_three_as_for_one(alice, django_assert_num_queries):
    client = signed_in(alice)
    issued("Alice Dupont", user=alice)
    client.get(reverse("trainings:certificates"))
    for more in (0, 2):
        for _number in range(more):
            issued("Alice Dupont", user=alice)
        with django_assert_num_queries(LIST_QUERIES):
            client.get(reverse("trainings:certificates"))


LIST_QUERIES = 8


def by_link(registration, page="certificate_by_link", **query):
    return reverse(f"trainings:{page}", args=[links.token_of(registration)], query=query or None)


def test_link_of_the_mail_brings_the_certificate_without_an_account(db):
    start = IN_TEN_DAYS - timedelta(days=20 * 365)
    registration = register(make_session(starts=[start]), with_helper=True, at=start - timedelta(days=5))
    client, page, file = Client(), by_link(registration), by_link(registration, "certificate_file_by_link")
    assert client.get(page).status_code == client.post(page).status_code == 404
    come(registration, at=start)
    assert client.get(page).status_code == 200
    assert (Certificate.objects.count(), client.get(file).status_code) == (0, 404)
    assert client.post(page).url == page
    tasks.run(Job.objects.get().pk)
    assert b"".join(client.get(file).streaming_content).startswith(b"%PDF")
    assert client.get(by_link(registration, helper=1)).status_code == 404
    assert client.get(file.replace(":", "x:")).status_code == 404


# Those of a session, for its trainers and for staff


@pytest.mark.usefixtures("roles")
def test_papers_of_a_session_are_for_its_trainers_and_staff(db, alice, charlie, omar):
    trainer, other = (
        invite(email=f"{name}@agency.example", role=Role.TRAINER, by=None, name=name).user for name in ("tim", "tom")
    )
    novice = invite(email="nora@example.org", role=Role.PROGRAMME_STAFF, by=None, name="Nora").user
    dana = with_app(invite(email="dana@staff.example", role=Role.PROGRAMME_STAFF, by=None, name="Dana").user)
    adviser = with_app(invite(email="ad@staff.example", role=Role.ADVISER, by=None, name="Ada").user)
    session = make_session(trainers=[trainer])
    register(session, person=make_person("Alice", user=alice), business=make_shop(session))
    make_session(trainers=[other])
    names = ["session_sheet", "session_sheet_file", "session_certificates", "session_certificates_file"]
    urls = [reverse(f"trainings:{name}", args=[session.uid]) for name in names]

    def asked(client):
        return [client.get(url).status_code for url in urls]

    assert {status for person in (alice, charlie, omar, other, novice) for status in asked(signed_in(person))} == {404}
    assert asked(Client()) == [302] * 4
    assert asked(signed_in(trainer)) == [200, 404, 200, 404]
    assert asked(signed_in_by_app(dana)) == [200, 404, 200, 404]
    assert asked(signed_in_by_app(adviser)) == [200, 404, 403, 403]


@pytest.mark.usefixtures("roles")
def test_trainer_issues_all_and_downloads_them(db):
    trainer = invite(email="tim@agency.example", role=Role.TRAINER, by=None, name="Tim").user
    start = IN_TEN_DAYS - timedelta(days=20 * 365)
    session = make_session(trainers=[trainer], starts=[start])
    come(register(session, at=start - timedelta(days=5)), at=start)
    page = reverse("trainings:session_certificates", args=[session.uid])
    client = signed_in(trainer)
    assert client.post(page).url == page
    tasks.run(Job.objects.get().pk)
    file = client.get(reverse("trainings:session_certificates_file", args=[session.uid]))
    assert b"".join(file.streaming_content).startswith(b"%PDF")
    assert Certificate.objects.get().issued_by == trainer
