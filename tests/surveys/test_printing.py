"""The form on paper: what stands on it, that it is one page with the slip to cut off, and that it can be read aloud."""

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from outbox import tasks
from outbox.models import Job
from rendering import pdf
from surveys import answering, printing
from surveys.inviting import heads_of
from surveys.models import Survey
from tests import pdfs
from tests.surveys.evenings import GIVEN, make_evening
from trainings import documents


def form(session, language="en"):
    with translation.override(language):
        survey = Survey.objects.current_of(session.programme)
        return pdf.render(printing.form_html(session, survey, timezone.now()))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_form_is_one_page_that_is_read_aloud_in_order(language, commerce, tmp_path):
    made = form(make_evening(commerce, heads=0), language)
    words = pdfs.text(made)
    assert (len(pdfs.reader(made).pages), pdfs.complaints(made, tmp_path)) == (1, [])
    first, last = ("1. Cette séance", "8. Un mot") if language == "fr" else ("1. Was this", "8. Anything to add?")
    assert words.index(first) < words.index(last)


def test_slip_stands_below_the_survey_with_a_line_to_cut_along(commerce):
    words = pdfs.text(form(make_evening(commerce, heads=0)))
    assert words.index("8. Anything to add?") < words.index("My slip: what would help me next") < words.index("Name:")
    assert ("1 Very useful" in words, "too expensive" in words, "Not at all (0 %)" in words) == (True, True, True)


def test_form_says_where_several_answers_are_possible(commerce):
    session = make_evening(commerce, heads=0)
    words = pdfs.text(form(session)).split("My slip")[0]
    several = [each for each in Survey.objects.current_of(commerce).questions if each.kind == "several"]
    assert words.count("Several answers are possible.") == len([each for each in several if not each.are_topics]) == 2


def test_form_is_made_by_the_worker_once_for_a_session(commerce, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    session, survey = make_evening(commerce, heads=0), Survey.objects.current_of(commerce)
    for _time in range(2):
        documents.ask_for(printing.form_of(session, survey, "fr"))
    tasks.run(Job.objects.get(kind=printing.FORM).pk)
    assert documents.job_of(printing.form_of(session, survey, "fr")).file.name.endswith(".pdf")
    assert documents.job_of(printing.form_of(session, survey, "en")) is None


def test_form_asks_what_the_session_is_asked_also_when_the_programme_asks_something_new(staff, commerce):
    session = make_evening(commerce, heads=1)
    box = answering.answer(head=heads_of(session)[0], given=GIVEN)
    Survey.objects.create(programme=commerce, number=2, digest="new", definition=box.survey.definition)
    page = staff.get(reverse("surveys:paper", args=[session.uid]))
    staff.post(reverse("surveys:paper", args=[session.uid]))
    assert (page.status_code, Job.objects.get(kind=printing.FORM).args["survey"]) == (200, box.survey.pk)
