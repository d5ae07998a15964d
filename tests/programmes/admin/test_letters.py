"""Letters to the chosen cities: a text with words to fill in, one PDF, made by the worker."""

import pytest

import programmes.tasks  # noqa: F401  registers its maker
from outbox import tasks
from outbox.models import Job
from programmes import engaging, letters
from programmes.models import City, Engagement, LetterTemplate
from tests import pdfs
from tests.programmes.engagements import engage, make_territory
from tests.programmes.makers import make_campaign, make_programme

LETTERS = "/admin/programmes/engagement/letters/"
TEXT = {
    "fr-subject": "À {city}",
    "fr-text": "Madame, Monsieur,\n\n{city} & {contact}.",
    "fr-signature": "Dana\nKlein",
}


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def rows(db):
    campaign, cities = make_territory()
    return [engage(campaign, cities[name]) for name in ("Namur", "Liège", "Mons")]


def address(*rows):
    return f"{LETTERS}?{'&'.join(f'row={row.pk}' for row in rows)}"


def make(staff, *rows, **typed):
    """Asks, lets the worker work, and takes the file from the page."""
    staff.post(address(*rows), {**TEXT, "make": "x", **typed})
    job = Job.objects.get(kind=letters.KIND)
    tasks.run(job.pk)
    return staff.get(f"{LETTERS}{job.pk}/").getvalue()


def test_each_chosen_city_has_its_letter(rows, staff, tmp_path):
    namur, liege, _mons = rows
    engaging.change(engagement=namur, values={"contact": "Anne <Lejeune>"}, by=None)
    content = make(staff, namur, liege)
    words = [" ".join(page.extract_text().split()) for page in pdfs.reader(content).pages]
    assert ["À Liège" in words[0], "À Namur" in words[1], len(words)] == [True, True, 2]
    assert ("Namur & Anne <Lejeune>." in words[1], "À Mons" in " ".join(words)) == (True, False)
    assert pdfs.complaints(content, tmp_path) == []
    pdfs.pictures(content, tmp_path)


def test_text_is_kept_for_the_campaign_with_who_wrote_it(rows, staff):
    staff.post(LETTERS, {**TEXT, "save": "x"})
    kept = LetterTemplate.objects.get()
    assert (kept.campaign, kept.subject, kept.changed_by.email) == (
        rows[0].campaign,
        "À {city}",
        "dana@programme.example",
    )
    [form] = staff.get(LETTERS).context["texts"]
    assert (form.language, form.initial["subject"]) == ("fr", "À {city}")
    assert not Job.objects.exists()


@pytest.mark.parametrize("wrong", ["{town}", "{city.programme.contact_email}", "{}", "{0}", "{city!r}"])
def test_word_that_is_not_filled_in_is_refused(rows, staff, wrong):
    page = staff.post(address(*rows), {**TEXT, "fr-text": f"To {wrong}", "make": "x"})
    assert (page.status_code, "Nothing is filled in for" in page.content.decode()) == (422, True)
    assert not Job.objects.exists()


def test_word_of_a_contact_is_not_filled_in_again():
    assert letters.filled_in("{contact}, {city}", {"contact": "{city}", "city": "Namur"}) == "{city}, Namur"


def test_asked_twice_is_one_file_until_something_on_it_changes(rows, staff):
    for _click in range(2):
        staff.post(address(*rows), {**TEXT, "make": "x"})
    assert Job.objects.count() == 1
    engaging.change(engagement=rows[0], values={"contact": "Anne"}, by=None)
    staff.post(address(*rows), {**TEXT, "make": "x"})
    assert Job.objects.count() == 2


def test_invitations_are_noted_where_a_city_was_to_be_invited(rows, staff):
    engaging.change(engagement=rows[2], values={"state": "interested"}, by=None)
    staff.post(address(*rows), {**TEXT, "make": "x", "is_invitation": "on"})
    states = Engagement.objects.order_by("pk").values_list("state", "invited_by__email")
    assert [*states] == [("invited", "dana@programme.example")] * 2 + [("interested", None)]


def test_city_of_another_campaign_gets_no_letter(rows, staff):
    other = make_campaign(make_programme("crafts"), 2020)
    stray = Engagement.objects.create(campaign=other, city=rows[0].city)
    page = staff.get(f"{LETTERS}?campaign={rows[0].campaign_id}&row={stray.pk}&row={rows[0].pk}&row=x&row={'9' * 30}")
    assert [*page.context["rows"]] == [rows[0]]


def test_page_looks_again_until_the_letters_are_made(rows, staff):
    assert "Refresh" not in staff.get(address(*rows))
    staff.post(address(*rows), {**TEXT, "make": "x"})
    assert staff.get(address(*rows))["Refresh"] == "2"
    tasks.run(Job.objects.get().pk)
    page = staff.get(address(*rows))
    assert ("Refresh" in page, "letters/" in page.content.decode()) == (False, True)


def test_file_of_another_kind_of_job_is_not_handed_over(rows, staff):
    make(staff, *rows)
    job = Job.objects.get()
    Job.objects.update(kind="attendance-sheet")
    assert staff.get(f"{LETTERS}{job.pk}/").status_code == 404


def test_adviser_writes_no_letters(rows, adviser):
    assert [adviser.get(LETTERS).status_code, adviser.get(f"{LETTERS}1/").status_code] == [403, 403]


def test_first_text_is_in_the_language_of_the_programme_and_complete(rows):
    [language] = letters.languages_of(rows[0].campaign, rows)
    template = letters.template_of(rows[0].campaign, language)
    for each in (template.subject, template.text):
        letters.check(each)
    assert (language, template.pk) == ("fr", None)


def test_each_city_is_written_to_in_its_own_language(rows, staff, tmp_path):
    namur, liege, _mons = rows
    City.objects.filter(pk=liege.city_id).update(language="en")
    english = {"en-subject": "To {city}", "en-text": "Dear all,\n\n{campaign}, from {starts}.", "en-signature": "Dana"}
    content = make(staff, namur, liege, **english)
    words = [" ".join(page.extract_text().split()) for page in pdfs.reader(content).pages]
    assert ["To Liège" in words[0], "January 1, 2026" in words[0] or "1 January 2026" in words[0]] == [True, True]
    assert ["À Namur" in words[1], "Madame, Monsieur" in words[1]] == [True, True]
    assert pdfs.complaints(content, tmp_path) == []
    assert [*LetterTemplate.objects.order_by("language").values_list("language", flat=True)] == ["en", "fr"]


def test_text_that_is_missing_in_one_language_makes_no_letter(rows, staff):
    City.objects.filter(pk=rows[0].city_id).update(language="en")
    page = staff.post(address(*rows), {**TEXT, "make": "x"})
    assert (page.status_code, Job.objects.count(), LetterTemplate.objects.count()) == (422, 0, 0)
