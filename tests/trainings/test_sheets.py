"""The attendance sheet: who stands on it, in which order, the PIN, and how it looks and is heard."""

from datetime import timedelta

import pytest
from django.utils import timezone

from outbox import files, tasks
from outbox.models import Job
from rendering import pdf
from tests import pdfs
from tests.trainings.sessions import IN_TEN_DAYS, NOW, make_person, make_session, make_shop, register
from trainings import documents, doors, registering, sheets
from trainings.models import Session


def sheet(session):
    return pdf.render(sheets.sheet_html(Session.objects.with_names().get(pk=session.pk), made_at=NOW))


def errors(content, tmp_path):
    return [line for line in pdfs.complaints(content, tmp_path) if line.startswith("error")]


def test_names_stand_by_alphabet_with_helpers_below(db):
    session = make_session()
    shop = make_shop(session)
    register(session, person=make_person("Zoé"), business=shop, with_helper=True)
    register(session, person=make_person("Élodie"), with_helper=True, helper_name="Bob", is_confirmed=False)
    register(session, person=make_person("alice"))
    gone = register(session, person=make_person("Gone"))
    registering.cancel(registration=gone, at=NOW)
    assert sheets.lines_of(session) == [
        sheets.Line("alice", ""),
        sheets.Line("Élodie", "", is_sure=False),
        sheets.Line("Bob", "", is_helper=True, is_sure=False),
        sheets.Line("Zoé", "Fleurs Dupont"),
        sheets.Line("", "Fleurs Dupont", is_helper=True),
    ]


def test_sheet_says_what_the_door_needs_and_no_address(db, tmp_path):
    session = make_session(titles={"fr": "Être trouvé"}, address="Rue de Fer 1")
    register(session, person=make_person("Zoé Lambert", "zoe@secret.example"), business=make_shop(session))
    register(session, person=make_person("", "nobody@secret.example"))
    content = sheet(session)
    words = pdfs.text(content)
    pin = doors.door_pin(session)
    for said in ("Être trouvé", "Zoé Lambert", "Fleurs Dupont", "Rue de Fer 1", f"{pin[:3]} {pin[3:]}", "+12"):
        assert said in words
    assert doors.token_of(session) in "".join(words.split())
    assert "secret.example" not in words
    assert errors(content, tmp_path) == []


@pytest.mark.parametrize(("dates", "is_aside", "heads"), [(1, False, 1), (3, False, 1), (4, True, 1), (11, True, 2)])
def test_sheet_lies_on_its_side_for_many_dates(db, tmp_path, dates, is_aside, heads):
    session = make_session(starts=[IN_TEN_DAYS + timedelta(days=7 * week) for week in range(dates)])
    content = sheet(session)
    box = pdfs.reader(content).pages[0].mediabox
    assert (box.width > box.height) is is_aside
    assert len([element for element in pdfs.structure(content) if element.tag == "Caption"]) == heads
    assert errors(content, tmp_path) == []


@pytest.mark.parametrize("name", ["<b>Zoé</b>", "محل الزهور \u202e\u200b", "A" * 150])
def test_any_name_fits(db, tmp_path, name):
    session = make_session()
    register(session, person=make_person(name), with_helper=True, helper_name=name)
    assert errors(sheet(session), tmp_path) == []


def test_sheet_is_made_once_until_something_changes(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    session = make_session(titles={"fr": "Être trouvé"})
    first = documents.ask_for(documents.sheet_of(session, "fr"))
    assert documents.ask_for(documents.sheet_of(session, "fr")) == first
    tasks.run(first.pk)
    file = Job.objects.get().file
    assert file.name.endswith("-etre-trouve-2036-11-13.pdf") and files.is_servable(file)
    assert file.expires_at < timezone.now() + timedelta(days=4)
    register(session)
    session.refresh_from_db()
    assert documents.ask_for(documents.sheet_of(session, "fr")) != first


def test_sheet_of_another_session_of_the_same_people_costs_the_same(db, django_assert_num_queries):
    for count in (1, 3):
        session = make_session()
        for _number in range(count):
            register(session)
        with django_assert_num_queries(1):
            assert len(sheets.lines_of(session)) == count
