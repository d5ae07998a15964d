"""The pages of a questionnaire: one dimension each, its questions ready to be drawn and what was posted ready to be kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from diagnostics.models import Diagnostic
from diagnostics.taking import states, unanswered
from questionnaires.engine.answers import Answer, State, choices_in, fault_of
from questionnaires.engine.definition import DONT_KNOW, NOT_APPLICABLE, RESERVED_CODES, Kind, Question
from questionnaires.models import Version
from questionnaires.texts import said
from rendering.languages import read_in

# Which questions a form was drawn with ticks for: unticking all of them takes the answer back.
TICKED = "ticked"


@dataclass(frozen=True, slots=True)
class ChoiceView:
    code: str
    text: str
    is_soft: bool = False
    is_exclusive: bool = False


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question in one language, as it is drawn; the same for everybody."""

    code: str
    kind: str
    text: str
    help: str
    choices: tuple[ChoiceView, ...]
    low: str = ""
    high: str = ""
    only_if: str = ""
    only_if_any: str = ""
    only_if_words: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what this person chose, and what is wrong with it."""

    question: QuestionView
    chosen: frozenset[str]
    mistake: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One dimension of one diagnostic."""

    code: str
    title: str
    intro: str
    number: int
    total: int
    before: str
    after: str
    tonight: Mapping[str, Any] | None

    @property
    def is_last(self) -> bool:
        return not self.after


@dataclass(frozen=True, slots=True)
class Progress:
    """Which page of how many, and the minutes that are left."""

    number: int
    total: int
    minutes: int

    @property
    def steps(self) -> range:
        return range(self.total)


def page_codes(diagnostic: Diagnostic) -> list[str]:
    """The dimensions that hold a question for this trade, in their order."""
    questionnaire = diagnostic.version.diagnoser.questionnaire
    trade = questionnaire.sub_sectors.get(diagnostic.sub_sector.code)
    names = trade.names if trade else frozenset()
    return [d.code for d in questionnaire.dimensions if any(names.isdisjoint(q.not_for) for q in d.questions)]


def page_of(diagnostic: Diagnostic, code: str) -> Page | None:
    """The page of that dimension; None when this diagnostic has none. `tonight` is the small thing of the page before."""
    codes = page_codes(diagnostic)
    if code not in codes:
        return None
    here = codes.index(code)
    dimension = diagnostic.version.dimension(code)
    before = diagnostic.version.dimension(codes[here - 1]) if here else None
    return Page(
        code=code,
        title=said(dimension["title"]),
        intro=said(dimension.get("intro")),
        number=here + 1,
        total=len(codes),
        before=codes[here - 1] if here else "",
        after=codes[here + 1] if here + 1 < len(codes) else "",
        tonight=before.get("tonight") if before else None,
    )


def next_page(diagnostic: Diagnostic) -> str:
    """The first page with a question still open, else the last one; "" when no question concerns the trade."""
    open_ones = located(diagnostic, unanswered(diagnostic))
    return next(iter([*open_ones.values(), *page_codes(diagnostic)[-1:]]), "")


def located(diagnostic: Diagnostic, questions: Iterable[str]) -> dict[str, str]:
    """The page of each of these questions."""
    pages = {q["code"]: d["code"] for d in diagnostic.version.dimensions for q in d["questions"]}
    return {code: pages[code] for code in questions}


def minutes_left(diagnostic: Diagnostic) -> int:
    """The questionnaire's own minutes, in proportion to the questions still open; at least one until the result."""
    here = [state for state in states(diagnostic).values() if state != State.NOT_APPLICABLE]
    still = sum(state in (State.UNANSWERED, State.POSSIBLE) for state in here)
    minutes: int = diagnostic.version.prepared.questionnaire["minutes"]
    return max(1, ceil(minutes * still / len(here))) if here else 0


def questions_on(diagnostic: Diagnostic, code: str) -> list[QuestionView]:
    """The questions of a page that concern this trade."""
    here = states(diagnostic)
    views = _views(diagnostic.version, code, read_in())
    engine = diagnostic.version
    trade = diagnostic.version.diagnoser.questionnaire.sub_sectors.get(diagnostic.sub_sector.code)
    names = trade.names if trade else frozenset()
    return [v for v in views if v.code in here and names.isdisjoint(engine.engine_question(v.code).not_for)]


@lru_cache(maxsize=512)
def _views(version: Version, code: str, language: str) -> tuple[QuestionView, ...]:
    """Drawn once for each version, page and language: a version never changes."""
    return tuple(_view(version, question) for question in version.dimension(code)["questions"])


def _view(version: Version, data: Mapping[str, Any]) -> QuestionView:
    condition = data.get("only_if")
    return QuestionView(
        code=data["code"],
        kind=data["kind"],
        text=said(data["text"]),
        help=said(data.get("help")),
        choices=tuple(_choices(data)),
        low=said(data.get("low")),
        high=said(data.get("high")),
        only_if=condition["question"] if condition else "",
        only_if_any=" ".join(map(str, condition["any"])) if condition else "",
        only_if_words=_opening_words(version, condition) if condition else "",
    )


def _choices(data: Mapping[str, Any]) -> list[ChoiceView]:
    choices = [
        ChoiceView(choice["code"], said(choice["text"]), is_exclusive=bool(choice.get("none")))
        for choice in data.get("choices") or ()
    ]
    if scale := data.get("scale"):
        choices = [ChoiceView(str(value), str(value)) for value in range(scale["min"], scale["max"] + 1)]
    choices.append(ChoiceView(DONT_KNOW, _("I don’t know"), is_soft=True, is_exclusive=True))
    if words := data.get("not_applicable"):
        choices.append(ChoiceView(NOT_APPLICABLE, said(words), is_soft=True, is_exclusive=True))
    return choices


def _opening_words(version: Version, condition: Mapping[str, Any]) -> str:
    """Which earlier answers open the question, for those whose browser does not hide it."""
    earlier = version.question(condition["question"])
    opening = set(map(str, condition["any"]))
    texts = [said(choice["text"]) for choice in earlier.get("choices") or () if choice["code"] in opening]
    return _(" or ").join(_("“%(text)s”") % {"text": text} for text in texts or sorted(opening))


def asked(
    diagnostic: Diagnostic, code: str, posted: QueryDict | None = None, mistakes: Mapping[str, str] | None = None
) -> list[Asked]:
    """The questions of a page with what is chosen: what was posted, where something was, else what is kept."""
    found = mistakes or {}
    return [
        Asked(view, _chosen(diagnostic, view, posted), found.get(view.code, ""))
        for view in questions_on(diagnostic, code)
    ]


def _chosen(diagnostic: Diagnostic, view: QuestionView, posted: QueryDict | None) -> frozenset[str]:
    """Nothing but choices of the question, whatever was posted: what is drawn is remembered."""
    if posted is not None and view.code in posted:
        return frozenset(posted.getlist(view.code)) & {choice.code for choice in view.choices}
    return frozenset(choices_in(diagnostic.answers[view.code])) if view.code in diagnostic.answers else frozenset()


def posted_answers(
    diagnostic: Diagnostic, code: str, posted: QueryDict
) -> tuple[dict[str, Answer | None], dict[str, str]]:
    """What a page brought: answers to keep (None: taken back), and what is wrong with the others, by question.

    A question that the page leaves out stays as it is, so that an old tab takes nothing back.
    """
    answers: dict[str, Answer | None] = {}
    mistakes: dict[str, str] = {}
    for view in questions_on(diagnostic, code):
        question = diagnostic.version.engine_question(view.code)
        if view.code in posted:
            answer = _answer(question, posted.getlist(view.code))
            if mistake := _mistake(question, answer, view):
                mistakes[view.code] = mistake
            else:
                answers[view.code] = answer
        elif view.code in posted.getlist(TICKED):
            answers[view.code] = None
    return answers, mistakes


def _answer(question: Question, values: list[str]) -> Answer:
    if len(values) == 1 and (values[0] in RESERVED_CODES or question.kind != Kind.SEVERAL):
        value = values[0]
        return int(value) if question.kind == Kind.SCALE and value in question.points else value
    return list(values)


def _mistake(question: Question, answer: Answer, view: QuestionView) -> str:
    if not fault_of(question, answer):
        return ""
    exclusive = [c for c in view.choices if c.is_exclusive and isinstance(answer, list) and c.code in answer]
    if exclusive and question.kind == Kind.SEVERAL:
        sentence = _("“%(choice)s” does not go with other answers: keep the one or the others.")
        return sentence % {"choice": exclusive[0].text}
    return _("This answer does not fit the question: please choose again.")
