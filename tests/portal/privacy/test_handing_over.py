"""“Download my data”: everything of mine, in words, for me alone."""

import json
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

import accounts.tasks  # noqa: F401  the contexts of its mails
import portal.tasks  # noqa: F401  the makers
from businesses.forgetting import Whose
from businesses.models import Person
from outbox import files, tasks
from outbox.models import File, Job
from portal.privacy import handing_over
from portal.privacy.gathering import LEFT_OUT, _names, tables
from portal.privacy.reading import FOR_PROGRAMS, READ
from portal.retention import retention
from tests import pdfs
from tests.portal.privacy import canary

pytestmark = pytest.mark.django_db(transaction=True)


def made(user, language="fr"):
    """Both files, as the worker makes them: {form: bytes}."""
    for job in handing_over.ask(user=user, language=language):
        tasks.run(job.pk)
    rows = Job.objects.filter(kind=handing_over.KIND, requested_by=user).select_related("file")
    assert [job.error for job in rows] == ["", ""]
    return {job.args["form"]: files.disk_path(job.file.path).read_bytes() for job in rows}


def test_both_files_hold_what_one_typed_and_answers_in_words(life, zenobie):
    both = made(zenobie)
    told = json.loads(both["json"])["tables"]
    words = (canary.ADDRESS, canary.NAME, canary.HELPER, canary.PHONE, canary.SHOP["name"], canary.REASON)
    as_text, as_read = json.dumps(told, ensure_ascii=False), " ".join(pdfs.text(both["pdf"]).split())
    assert [word for word in words if word not in as_text] == []
    assert [word for word in words if word not in as_read] == []
    answers = [one for one in told["diagnostics.Diagnostic"][0] if one["field"] == "answer"]
    assert len(answers) == 22
    assert {"trainings.Attendance", "trainings.Certificate", "trainings.VoucherEntry", "surveys.Slip"} <= set(told)
    assert {"businesses.Call", "outbox.Mail", "trainings.Interest", "businesses.Membership"} <= set(told)


def test_every_table_that_says_something_of_a_person_is_handed_over_or_known_not_to_be():
    """Those left out: the words of others about them, of lists, browsers and bodies, or of programmes; and counts of many."""
    personal = {
        label
        for label, purpose in retention().purposes()
        if purpose.rule not in ("who-did-it", "public-contact", "signature", "with-the-account", "session")
        and set(purpose.fields) - LEFT_OUT
    }
    left_out = {"businesses.Merge", "programmes.Note", "trainings.Import", "outbox.File", "surveys.AnswerBox"}
    left_out |= {"diagnostics.Marginal"}
    handed = set(tables(Whose(None, (), (), frozenset())))
    assert personal - handed == left_out & personal
    assert handed <= {model._meta.label for model in apps.get_models()}


def test_nothing_of_others_is_handed_over(life, zenobie, bob, commerce, florist, namur, dana):
    Person.objects.create(name="Bob Petit", email=bob.email, user=bob)
    told = json.loads(made(zenobie)["json"])
    other = json.loads(made(bob)["json"])
    assert "Bob Petit" not in json.dumps(told, ensure_ascii=False)
    assert not canary._says(json.dumps(other, ensure_ascii=False), canary.WORDS)


def test_asking_again_gives_what_holds_now_and_leaves_one_of_each(life, zenobie):
    made(zenobie)
    Person.objects.filter(user=zenobie).update(name="Zénobie Neuve")
    assert "Zénobie Neuve" in made(zenobie)["json"].decode()
    assert Job.objects.filter(kind=handing_over.KIND).count() == 2
    assert (
        len([path for path in canary._files() if b"Zenobie" in path.read_bytes() or b"tables" in path.read_bytes()])
        == 1
    )


def test_files_are_kept_a_day(life, zenobie):
    made(zenobie)
    kept = File.objects.filter(job__kind=handing_over.KIND)
    assert all(file.expires_at - file.created_at == timedelta(days=1) for file in kept)


def test_page_asks_waits_and_hands_over(zenobie, signed_in):
    browser, page = signed_in(zenobie), reverse("portal:my_data")
    assert "Refresh" not in browser.get(page)
    assert browser.post(page).url == page
    assert browser.get(page)["Refresh"] == "2"
    for job in Job.objects.all():
        tasks.run(job.pk)
    answer = browser.get(reverse("portal:my_data_file", args=["json"]))
    assert json.loads(b"".join(answer.streaming_content))["tables"]["accounts.User"]
    answer = browser.get(reverse("portal:my_data_file", args=["pdf"]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_file_is_handed_to_nobody_else(zenobie, bob, signed_in):
    made(zenobie)
    assert signed_in(bob).get(reverse("portal:my_data_file", args=["json"])).status_code == 404


def test_file_is_not_handed_over_once_a_person_belongs_to_another_login(zenobie, bob, signed_in):
    person = Person.objects.create(name="Marc", user=zenobie)
    made(zenobie)
    Person.objects.filter(pk=person.pk).update(user=bob)
    assert signed_in(zenobie).get(reverse("portal:my_data_file", args=["json"])).status_code == 404


def test_file_holds_only_the_persons_for_whom_the_login_stood_when_it_asked_and_still_does(zenobie, bob):
    for name in ("Marc", "Gone to Bob"):
        Person.objects.create(name=name, user=zenobie)
    asked = handing_over.ask(user=zenobie, language="en")
    Person.objects.filter(name="Gone to Bob").update(user=bob)
    Person.objects.create(name="Come since", user=zenobie)
    for job in asked:
        tasks.run(job.pk)
    job = Job.objects.select_related("file").get(args__form="json")
    told = json.loads(files.disk_path(job.file.path).read_bytes())["tables"]["businesses.Person"]
    assert [one["value"] for row in told for one in row if one["field"] == "name"] == ["Marc"]


def test_file_that_expired_leads_back_to_the_page(zenobie, signed_in):
    made(zenobie)
    File.objects.update(expires_at=timezone.now())
    browser = signed_in(zenobie)
    assert browser.get(reverse("portal:my_data_file", args=["json"])).url == reverse("portal:my_data")
    assert "btn-primary" in browser.get(reverse("portal:my_data")).content.decode()


def test_what_is_read_says_dates_money_languages_and_mails_in_words(life, zenobie):
    as_read = " ".join(pdfs.text(made(zenobie)["pdf"]).split())
    assert re.search(r"\d{4}-\d\d-\d\d|\d\.00\b|/emails/|my-data", as_read) is None
    assert "180\N{NO-BREAK SPACE}€" in as_read or "180 €" in as_read
    assert "Français" in as_read


def test_every_table_handed_over_is_read_or_known_to_be_for_programs():
    handed = set(tables(Whose(None, (), (), frozenset())))
    assert set(READ) | FOR_PROGRAMS == handed
    assert all(set(table.fields) - {"answer"} <= set(_names(label)) for label, table in READ.items())
