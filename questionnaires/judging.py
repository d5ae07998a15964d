"""Judges the advice of a questionnaire before anybody gets it: over stated profiles and every sub-sector."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from questionnaires import format
from questionnaires.checking import Content
from questionnaires.checking.written import Written, check_unique
from questionnaires.engine.answers import Answer, fault_of
from questionnaires.engine.definition import DONT_KNOW, Kind, Question, Questionnaire
from questionnaires.engine.diagnosing import Diagnoser
from questionnaires.engine.recommending import PROPOSED
from questionnaires.files import BadContent, Document, read_yaml


@dataclass(frozen=True, slots=True)
class Case:
    """What one profile in one sub-sector is advised, and how many topics would be of use to it."""

    profile: str
    sub_sector: str
    topics: tuple[str, ...]
    useful: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """`figures` are lines to print; the advice passes when there are no `failures`."""

    cases: tuple[Case, ...]
    figures: tuple[str, ...]
    failures: tuple[str, ...]


def judge_folder(folder: Path, content: Content) -> Judgement | None:
    """The judgement by the folder's profiles.yaml; None without one. Raises BadContent when it is wrong."""
    path = folder / "profiles.yaml"
    return judge(content, read_profiles(path, content.definition)) if path.exists() else None


def read_profiles(path: Path, questionnaire: Questionnaire) -> format.Profiles:
    """The profiles, fit for this questionnaire. Raises BadContent with every mistake."""
    document = read_yaml(path)
    profiles = document.parse(format.Profiles)
    if profiles:
        _check_profiles(document, profiles, questionnaire)
    if document.problems or not profiles:
        raise BadContent(document.problems)
    return profiles


def _check_profiles(document: Document, profiles: format.Profiles, questionnaire: Questionnaire) -> None:
    check_unique(Written(document).items("profiles"), "profiles")
    if profiles.middling not in {profile.code for profile in profiles.profiles}:
        document.blame(("middling",), f"there is no profile `{profiles.middling}`; correct the code")
    dimensions = {dimension.code for dimension in questionnaire.dimensions}
    questions = {question.code: question for question in questionnaire.questions()}
    for index, profile in enumerate(profiles.profiles):
        for code in profile.levels:
            if code not in dimensions:
                document.blame(("profiles", index, "levels", code), f"there is no dimension `{code}`; correct the code")
        for code, answer in profile.answers.items():
            fault = fault_of(questions[code], answer) if code in questions else f"there is no question `{code}`"
            if fault:
                document.blame(("profiles", index, "answers", code), f"{fault.rstrip('.')}; correct it")


def answers_of(profile: format.Profile, questionnaire: Questionnaire) -> dict[str, Answer]:
    """The answers of a profile: as stated, else those nearest to its level, the lower of two equally near."""
    derived = {
        question.code: _answer_at(question, profile.levels.get(dimension.code, profile.level))
        for dimension in questionnaire.dimensions
        for question in dimension.questions
    }
    return derived | profile.answers


def _answer_at(question: Question, level: Fraction) -> Answer:
    if question.kind == Kind.SEVERAL:
        return _choices_at(question, level)
    return min(question.points, key=lambda code: (abs(question.ratio([code]) - level), question.points[code]))


def _choices_at(question: Question, level: Fraction) -> Answer:
    """The first choices worth points, as many as come nearest to the level."""
    worth = [code for code, points in question.points.items() if points > 0]
    count = min(range(len(worth) + 1), key=lambda count: (abs(question.ratio(worth[:count]) - level), count))
    nothing = sorted(question.none_choices)[:1]
    return worth[:count] or nothing or DONT_KNOW


def judge(content: Content, profiles: format.Profiles) -> Judgement:
    """Diagnoses every profile in every sub-sector (without one where there are none) and says what fails."""
    cases = tuple(_cases(content.definition, profiles))
    counts = Counter(code for case in cases for code in case.topics)
    counts.update({topic.code: 0 for topic in content.definition.topics})
    different = len({case.topics for case in cases if case.profile == profiles.middling})
    short = [case for case in cases if len(case.topics) < PROPOSED <= case.useful]
    return Judgement(
        cases,
        tuple(_figures(cases, counts, different, short)),
        tuple(_failures(profiles, cases, counts, different, short)),
    )


def _cases(questionnaire: Questionnaire, profiles: format.Profiles) -> Iterator[Case]:
    diagnoser = Diagnoser(questionnaire)
    for profile in profiles.profiles:
        answers = answers_of(profile, questionnaire)
        for code in questionnaire.sub_sectors or [""]:
            diagnosis = diagnoser.diagnose(answers, code)
            useful = diagnoser.recommender.useful(diagnosis.score, questionnaire.sub_sectors.get(code))
            yield Case(profile.code, code, tuple(topic.code for topic in diagnosis.topics), len(useful))


def _figures(cases: tuple[Case, ...], counts: Counter[str], different: int, short: list[Case]) -> Iterator[str]:
    profiles, trades = ({getattr(case, name) for case in cases} for name in ("profile", "sub_sector"))
    yield f"{len(cases)} cases: {len(profiles)} profiles in {len(trades)} sub-sectors"
    yield f"{different} of {len(trades)} sub-sectors have a list of topics of their own, for the middling profile"
    yield f"{len(short)} cases get fewer than {PROPOSED} topics while {PROPOSED} would be of use"
    for code, count in counts.most_common():
        yield f"{100 * count / len(cases):5.1f} %  {code}"


def _failures(
    profiles: format.Profiles, cases: tuple[Case, ...], counts: Counter[str], different: int, short: list[Case]
) -> Iterator[str]:
    if different < profiles.at_least_different:
        yield (
            f"only {different} different lists of topics for the profile “{profiles.middling}”, not "
            f"{profiles.at_least_different}; let the weights of the sub-sectors differ more"
        )
    for code, count in sorted(counts.items()):
        if not count:
            yield f"the topic `{code}` appears nowhere; ease what comes before it or let it raise more"
        elif count > profiles.at_most * len(cases):
            yield (
                f"the topic `{code}` appears in {count} of {len(cases)} cases, more than {profiles.at_most}; "
                "let it raise less or reach its goal sooner"
            )
    for case in short:
        yield (
            f"the profile “{case.profile}” in “{case.sub_sector}” gets {len(case.topics)} topics while {case.useful} "
            "would be of use; ease what comes before them"
        )
