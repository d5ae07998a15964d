"""Reads survey.yaml; what is wrong with it is found at once, with its line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from questionnaires.checking.translations import missing_translations
from questionnaires.files import Document, Place, Problem, read_yaml
from surveys import format as form
from surveys.feeding import FED

SURVEY = "survey.yaml"
MOST_STEPS = 21


@dataclass(frozen=True, slots=True)
class Read:
    """What the file says; `survey` is None where there is no file, or one that can't be used."""

    survey: form.Survey | None = None
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_survey(folder: Path, languages: tuple[str, ...]) -> Read:
    """Never raises for mistakes in the file: they stand in `problems`. A programme may have no survey."""
    if not (folder / SURVEY).exists():
        return Read()
    document = read_yaml(folder / SURVEY)
    survey = document.parse(form.Survey, {"first_language": languages[0]})
    if survey is None:
        return Read(problems=document.problems)
    for place, message in _faults(survey):
        document.blame(place, message)
    return Read(survey, document.problems, _untranslated(document, languages))


def _untranslated(document: Document, languages: tuple[str, ...]) -> list[Problem]:
    return list(missing_translations(document, [*languages[1:]]))


def _faults(survey: form.Survey) -> Iterator[tuple[Place, str]]:
    earlier: dict[str, form.Question] = {}
    fed: set[str] = set()
    for number, question in enumerate(survey.questions):
        place: Place = ("questions", number)
        if question.code in earlier:
            yield (*place, "code"), f"`{question.code}` stands twice; give each question its own code"
        yield from _faults_of_kind(question, place)
        yield from _faults_of_feeding(question, place, fed)
        yield from _faults_of_opening(question, place, earlier)
        earlier[question.code] = question
        fed.add(question.feeds or "")


def _faults_of_kind(question: form.Question, place: Place) -> Iterator[tuple[Place, str]]:
    has_choices = question.kind in ("single", "several")
    codes = [choice.code for choice in question.choices]
    if has_choices and not codes and not question.topics:
        yield place, f"`{question.code}` has nothing to choose from; add `choices`"
    if codes and (not has_choices or question.topics):
        yield (*place, "choices"), f"`{question.code}` takes no `choices`; take them out"
    if question.topics and question.kind != "several":
        yield (*place, "topics"), "`topics` are for several choices; write `kind: several`"
    if len(set(codes)) < len(codes):
        yield (*place, "choices"), "a choice stands twice; give each its own code"
    if question.kind != "several" and any(choice.none for choice in question.choices):
        yield (*place, "choices"), "`none` is for several choices; take it out"
    if (question.scale is None) == (question.kind == "scale"):
        yield place, f"`{question.code}`: a scale has `scale`, and nothing else has; correct one of the two"
    if question.scale and not _is_climbing(question.scale):
        yield (*place, "scale"), f"it must climb from `min` to `max` in at most {MOST_STEPS} whole steps; correct it"


def _is_climbing(scale: form.Scale) -> bool:
    steps, rest = divmod(scale.max - scale.min, scale.step)
    return rest == 0 and 1 <= steps < MOST_STEPS


def _faults_of_feeding(question: form.Question, place: Place, fed: set[str]) -> Iterator[tuple[Place, str]]:
    has_counting = any(choice.counts for choice in question.choices)
    if question.feeds is None:
        if has_counting:
            yield (*place, "choices"), "`counts` is for questions that feed a figure; write `feeds` or take it out"
        return
    there = (*place, "feeds")
    if question.feeds not in FED:
        yield there, f"`{question.feeds}` is not a figure of surveys; choose {', '.join(FED)}"
        return
    wanted = FED[question.feeds]
    if question.feeds in fed:
        yield there, f"`{question.feeds}` is fed twice; a figure counts one question"
    if question.kind != wanted.kind or question.topics != wanted.topics:
        what = f"`kind: {wanted.kind}`" + (" with `topics: true`" if wanted.topics else "")
        yield there, f"`{question.feeds}` is counted over a question of {what}; correct one of the two"
    if wanted.counts and not has_counting:
        yield there, f"`{question.feeds}` needs to know which choices count; write `counts: true` beside them"


def _faults_of_opening(
    question: form.Question, place: Place, earlier: dict[str, form.Question]
) -> Iterator[tuple[Place, str]]:
    if question.only_if is None:
        return
    opener = earlier.get(question.only_if.question)
    if opener is None or opener.kind not in ("single", "several"):
        yield (
            (*place, "only_if"),
            f"`{question.only_if.question}` is no earlier question with choices; correct its code",
        )
        return
    known = {choice.code for choice in opener.choices}
    for code in question.only_if.any:
        if code not in known:
            yield (*place, "only_if"), f"`{opener.code}` has no choice `{code}`; correct its code"
