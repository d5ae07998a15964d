"""The PDF, as seen and as heard."""

import pytest

from outbox.models import Job
from tests import pdfs
from tests.trainings.certificates.issuing import AFTER, come, issued, made
from tests.trainings.sessions import make_person, make_session, make_training, register
from trainings import certifying, documents
from trainings.models import Registration


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
