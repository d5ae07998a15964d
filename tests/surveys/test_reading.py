"""survey.yaml: every mistake with its line, and what loading it changes."""

import shutil

import pytest
from django.utils import timezone

from portal import loading
from questionnaires.files import BadContent
from surveys.models import Survey
from surveys.reading import SURVEY, read_survey
from tests.conftest import CONTENT

ORIGINAL = (CONTENT / "commerce-connecte" / SURVEY).read_text()


def read(tmp_path, text, languages=("fr", "en")):
    (tmp_path / SURVEY).write_text(text)
    return read_survey(tmp_path, languages)


def test_file_as_it_is_shipped_has_no_mistake_and_lacks_no_translation(tmp_path):
    found = read(tmp_path, ORIGINAL)
    assert (found.problems, found.warnings, len(found.survey.questions)) == ([], [], 8)


def test_folder_without_the_file_has_no_survey(tmp_path):
    assert read_survey(tmp_path, ("fr",)) == type(read_survey(tmp_path, ("fr",)))()


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("feeds: usefulness", "feeds: happiness", "`happiness` is not a figure of surveys"),
        ("feeds: strategy", "feeds: training", "`training` is fed twice"),
        ("feeds: relevance", "feeds: barriers", "`barriers` is counted over a question of `kind: several`"),
        ("    feeds: usefulness\n", "", "`counts` is for questions that feed a figure"),
        ('counts: true, text: {fr: "Oui"', 'text: {fr: "Oui"', "needs to know which choices count"),
        ("code: relevant", "code: useful", "`useful` stands twice"),
        ("max: 100", "max: 95", "it must climb from `min` to `max`"),
        ("max: 100", "max: 0", "it must climb from `min` to `max`"),
        ("    topics: true\n", "", "has nothing to choose from"),
        ("kind: text", "kind: scale", "a scale has `scale`"),
        ("question: training,", "question: relevant,", "is no earlier question with choices"),
        ('any: ["yes"]', 'any: ["perhaps"]', "`training` has no choice `perhaps`"),
        ("code: useful, counts: true", "code: very-useful, counts: true", "a choice stands twice"),
        ("code: so-so,", "code: so-so, none: true,", "`none` is for several choices"),
        ("step: 10", "pace: 10", "`pace` is not a key of the format"),
        ("title:\n  fr:", "title:\n  de:", "the text in “fr” is missing"),
    ],
)
def test_mistake_is_told_with_its_line(right, wrong, told, tmp_path):
    assert right in ORIGINAL
    problems = read(tmp_path, ORIGINAL.replace(right, wrong, 1)).problems
    assert any(told in problem.message for problem in problems), problems
    assert all(problem.file == SURVEY and problem.line > 1 for problem in problems)


def test_text_that_is_missing_in_a_language_is_a_warning(tmp_path):
    found = read(tmp_path, ORIGINAL, ("fr", "nl"))
    assert (found.problems, len(found.warnings) > 20) == ([], True)


def test_changed_file_makes_a_version_and_a_file_that_is_gone_withdraws_it(tmp_path, commerce):
    folder = tmp_path / "commerce-connecte"
    shutil.copytree(CONTENT / "commerce-connecte", folder)
    assert Survey.objects.count() == 1
    (folder / SURVEY).write_text(ORIGINAL.replace("Anything to add?", "One word more?"))
    loading.load(loading.read(folder))
    assert Survey.objects.current_of(commerce).number == 2
    (folder / SURVEY).unlink()
    loading.load(loading.read(folder), at=timezone.now())
    assert Survey.objects.current_of(commerce) is None
    (folder / SURVEY).write_text(ORIGINAL.replace("Anything to add?", "One word more?"))
    loading.load(loading.read(folder))
    assert (Survey.objects.current_of(commerce).number, Survey.objects.count()) == (2, 2)


def test_mistakes_of_the_survey_stop_the_loading(tmp_path):
    folder = tmp_path / "commerce-connecte"
    shutil.copytree(CONTENT / "commerce-connecte", folder)
    (folder / SURVEY).write_text(ORIGINAL.replace("feeds: usefulness", "feeds: happiness"))
    with pytest.raises(BadContent, match="survey.yaml:13: `happiness`"):
        loading.read(folder)
