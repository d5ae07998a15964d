"""Certificates: earned, issued once, confirmed by their code, taken back; and their PDF, as seen and as heard."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.inviting import invite
from accounts.roles import Role
from outbox import files, tasks
from outbox.models import Job
from tests import pdfs
from tests.accounts.conftest import roles, with_app  # noqa: F401  a fixture
from tests.accounts.conftest import signed_in as signed_in_by_app
from tests.trainings.sessions import IN_TEN_DAYS, make_person, make_session, make_shop, make_training, register
from trainings import attending, certifying, documents, links
from trainings.models import Certificate, Registration

AFTER = IN_TEN_DAYS + timedelta(days=30)
THREE = [IN_TEN_DAYS + timedelta(days=7 * week) for week in range(3)]


@pytest.fixture(autouse=True)
def _files_of_its_own(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"


def signed_in(user):
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def come(registration, dates=None, *, is_helper=False, is_present=True, at=IN_TEN_DAYS):
    for date in [*registration.session.dates.all()][:dates]:
        attending.mark(
            registration=registration, date=date, is_helper=is_helper, is_present=is_present, key=uuid4(), at=at
        )


def issued(name="Zoé Lambert", session=None, **person):
    session = session or make_session(titles={"fr": "Être trouvé", "en": "Being found"})
    registration = register(session, person=make_person(name, **person))
    come(registration)
    return certifying.issue(registration=registration, at=AFTER)


def made(document):
    """The file of a document, and its bytes, as the worker makes it."""
    job = documents.ask_for(document)
    tasks.run(job.pk)
    job = Job.objects.select_related("file").get(pk=job.pk)
    assert job.state == "done", job.error
    with files.open_checked(job.file) as stream:
        return job.file, stream.read()


def earned_by(registration):
    return [head.is_helper for head in certifying.earned(Registration.objects.filter(pk=registration.pk), AFTER)]


# Earned and issued


@pytest.mark.parametrize(
    ("needed", "attended", "is_earned"), [(None, 2, False), (None, 3, True), (2, 1, False), (2, 2, True)]
)
def test_certificate_is_earned_at_the_threshold(db, needed, attended, is_earned):
    session = make_training(starts=THREE, module_fields={"dates_for_certificate": needed})
    registration = register(session, with_helper=True, helper_name="Bob")
    come(registration, attended)
    assert attending.has_earned(registration) is is_earned
    assert earned_by(registration) == ([False] if is_earned else [])


def test_what_is_not_earned_is_not_issued(db):
    registration = register(make_session())
    with pytest.raises(certifying.NotEarned):
        certifying.issue(registration=registration, at=AFTER)


def test_nothing_is_issued_before_the_last_date_begins(db):
    registration = register(make_training(starts=THREE, module_fields={"dates_for_certificate": 1}))
    come(registration, 1)
    with pytest.raises(certifying.NotEarned):
        certifying.issue(registration=registration, at=THREE[2] - timedelta(minutes=1))
    assert certifying.issue(registration=registration, at=THREE[2]).dates == [THREE[0].isoformat()]


def test_issued_twice_is_one(db):
    first = issued()
    assert certifying.issue(registration=first.registration, at=AFTER) == first
    assert certifying.issue_all(session=first.registration.session, at=AFTER) == []
    assert Certificate.objects.count() == 1


def test_issued_by_several_at_once_is_one(transactional_db):
    registration = register(make_session())
    come(registration)

    def issue(_number):
        try:
            return certifying.issue(registration=registration, at=AFTER).code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(issue, range(4)))) == 1
    assert Certificate.objects.count() == 1


def test_person_and_helper_have_one_each(db):
    registration = register(make_session(), with_helper=True, helper_name="Bob Petit")
    come(registration)
    come(registration, is_helper=True)
    names = [certificate.name for certificate in certifying.issue_all(session=registration.session, at=AFTER)]
    assert names == [registration.person.name, "Bob Petit"]


def test_helper_whom_nobody_named_has_none_until_named(db):
    registration = register(make_session(), with_helper=True)
    come(registration, is_helper=True)
    with pytest.raises(certifying.NoName):
        certifying.issue(registration=registration, is_helper=True, at=AFTER)
    assert certifying.issue_all(session=registration.session, at=AFTER) == []


def test_hours_are_the_modules_or_those_attended(db):
    session = make_training(starts=THREE, hours=2, module_fields={"hours": 7, "dates_for_certificate": 2})
    all_of_it, two_evenings = register(session), register(session)
    come(all_of_it)
    come(two_evenings, 2)
    assert [certificate.minutes for certificate in certifying.issue_all(session=session, at=AFTER)] == [7 * 60, 4 * 60]


def test_certificate_keeps_its_words(db):
    certificate = issued()
    session, person = certificate.registration.session, certificate.registration.person
    session.titles, person.name = {"fr": "Autre chose"}, "Quelqu’un"
    session.save()
    person.save()
    certificate.refresh_from_db()
    assert (certificate.title, certificate.name) == ("Être trouvé", "Zoé Lambert")


def test_corrected_attendance_revokes_nothing_and_is_seen(db):
    certificate, other = issued(), issued()
    key = uuid4()
    date = certificate.registration.session.dates.get()
    for row in (*certificate.registration.attendance_marks.all(),):
        attending.unmark(key=row.key, at=AFTER)
    attending.mark(registration=certificate.registration, date=date, is_present=False, key=key, at=AFTER)
    assert [*Certificate.objects.standing().corrected()] == [certificate]
    assert (certificate.was_corrected, other.was_corrected) == (True, False)


def test_all_of_a_session_costs_as_much_for_three_as_for_one(db, django_assert_num_queries):
    for count in (1, 3):
        session = make_session()
        for _number in range(count):
            come(register(session))
        with django_assert_num_queries(8):
            assert len(certifying.issue_all(session=session, at=AFTER)) == count


# Taken back


def test_revoking_asks_for_a_reason(db, dana):
    with pytest.raises(certifying.NoReason):
        certifying.revoke(certificate=issued(), by=dana, reason="  ")


def test_revoked_is_not_issued_again_by_asking(db, dana):
    certificate = issued()
    certifying.revoke(certificate=certificate, by=dana, reason="Wrong person")
    with pytest.raises(certifying.WasRevoked):
        certifying.issue(registration=certificate.registration, at=AFTER)
    assert certifying.issue_all(session=certificate.registration.session, at=AFTER) == []


def test_replaced_has_the_name_of_now_and_a_new_code(db, dana):
    old = issued("Zoe Lambrt")
    person = old.registration.person
    person.name = "Zoé Lambert"
    person.save()
    new = certifying.replace(certificate=old, by=dana, reason="Misspelt", at=AFTER)
    old.refresh_from_db()
    assert (new.name, new.code != old.code, old.is_revoked) == ("Zoé Lambert", True, True)


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


# The paper


def test_certificate_is_one_page_that_can_be_heard(db, tmp_path):
    certificate = issued(session=make_training(titles={"fr": "Vendre en ligne"}, module_fields={"provider": "Agence"}))
    _file, pdf = made(documents.certificate_of(certificate))
    words = pdfs.text(pdf)
    assert len(pdfs.reader(pdf).pages) == 1
    assert pdfs.reader(pdf).root_object["/Lang"] == "fr"
    assert pdfs.bookmarks(pdf) == ["Zoé Lambert"]
    for said in ("Zoé Lambert", "Vendre en ligne", "13 novembre 2036", "Agence", certifying.shown(certificate.code)):
        assert said in words
    assert certifying.check_url(certificate).split("//")[1].rstrip("/") in words
    assert [element.alt for element in pdfs.structure(pdf) if element.tag == "Figure"] != [""]
    assert pdfs.complaints(pdf, tmp_path) == []


@pytest.mark.parametrize(
    "name", ['"; filename=x', "<script>alert(1)</script>", "A" * 150, "محل الزهور \u202e\u200b", "Zoé 🌷"]
)
def test_any_name_makes_one_readable_page(db, tmp_path, name):
    certificate = issued(name, session=make_session(titles={"fr": "Un long titre de séance " * 12}))
    file, pdf = made(documents.certificate_of(certificate))
    assert len(pdfs.reader(pdf).pages) == 1
    assert pdfs.complaints(pdf, tmp_path) == []
    assert '"' not in file.name and "/" not in file.name


def test_all_of_a_session_are_in_one_file_by_alphabet(db, dana, tmp_path):
    session = make_session()
    certificates = {name: issued(name, session=session) for name in ("Zoé", "Émile", "Bob", "Revoked")}
    document = documents.certificates_of(session, "fr")
    certifying.revoke(certificate=certificates["Revoked"], by=dana, reason="Wrong person")
    _file, pdf = made(document)
    assert pdfs.bookmarks(pdf) == ["Bob", "Émile", "Zoé"]
    assert len(pdfs.reader(pdf).pages) == 3
    assert [line for line in pdfs.complaints(pdf, tmp_path) if line.startswith("error")] == []
    job = Job.objects.get()
    assert (job.steps_done, job.steps_total) == (3, 3)


def test_file_of_a_session_is_another_once_one_is_revoked(db, dana):
    session = make_session()
    first = issued("Alice", session=session)
    issued("Bob", session=session)
    before = documents.certificates_of(session, "fr")
    certifying.revoke(certificate=first, by=dana, reason="Wrong person")
    assert documents.certificates_of(session, "fr").key != before.key


def test_each_is_in_the_persons_language(db):
    session = make_session(titles={"fr": "Être trouvé", "en": "Being found"})
    registration = register(session, person=make_person("Bob"))
    Registration.objects.filter(pk=registration.pk).update(language="en")
    come(registration)
    certificate = certifying.issue(registration=Registration.objects.get(), at=AFTER)
    assert certificate.title == "Being found"
    _file, pdf = made(documents.certificate_of(certificate))
    assert "13 November 2036" in pdfs.text(pdf) or "Nov. 13, 2036" in pdfs.text(pdf)


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
