"""The questions of a survey as pages, paper and the typing of sheets show them, and the answers that fit them. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from questionnaires.texts import said

# What one person answered, by question: a choice, choices, a number, or a text.
type Given = dict[str, str | int | list[str]]

LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Choice:
    """`number` stands beside it on paper, from 1 on."""

    code: str
    text: str
    number: int
    counts: bool = False
    is_none: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    code: str
    kind: str
    text: str
    help: str = ""
    feeds: str = ""
    choices: tuple[Choice, ...] = ()
    values: tuple[int, ...] = ()
    unit: str = ""
    low: str = ""
    high: str = ""
    opener: str = ""
    opened_by: frozenset[str] = frozenset()
    are_topics: bool = False

    @property
    def counting(self) -> frozenset[str]:
        """The choices that count towards its figure; of several, where none is marked, all but “none of these”."""
        marked = frozenset(choice.code for choice in self.choices if choice.counts)
        if marked or self.kind != "several":
            return marked
        return frozenset(choice.code for choice in self.choices if not choice.is_none)

    def is_open_after(self, given: Given) -> bool:
        if not self.opener:
            return True
        answer = given.get(self.opener, [])
        return not self.opened_by.isdisjoint(answer if isinstance(answer, list) else [str(answer)])


def asked_in(question: Mapping[str, Any], topics: Sequence[tuple[str, str]]) -> Asked:
    """A question as it is stored, in the reader's language; `topics` are those of the programme, with their titles."""
    scale, only_if = question.get("scale"), question.get("only_if") or {}
    return Asked(
        code=question["code"],
        kind=question["kind"],
        text=str(said(question["text"])),
        help=str(said(question.get("help"))),
        feeds=question.get("feeds", ""),
        choices=_choices(question, topics),
        values=tuple(range(scale["min"], scale["max"] + 1, scale["step"])) if scale else (),
        unit=scale["unit"] if scale else "",
        low=str(said(scale["low"])) if scale else "",
        high=str(said(scale["high"])) if scale else "",
        opener=only_if.get("question", ""),
        opened_by=frozenset(only_if.get("any", ())),
        are_topics=question["topics"],
    )


def _choices(question: Mapping[str, Any], topics: Sequence[tuple[str, str]]) -> tuple[Choice, ...]:
    if question["topics"]:
        return tuple(Choice(code, title, number) for number, (code, title) in enumerate(topics, 1))
    return tuple(
        Choice(choice["code"], str(said(choice["text"])), number, choice["counts"], choice["none"])
        for number, choice in enumerate(question["choices"], 1)
    )


class BadAnswers(ValueError):
    """What does not fit, by question, in a sentence to who answers."""

    def __init__(self, mistakes: Mapping[str, str]) -> None:
        self.mistakes = dict(mistakes)
        super().__init__("; ".join(self.mistakes.values()))


class Nothing(ValueError):
    """Not one question was answered."""


def read(questions: Sequence[Asked], said_by_question: Mapping[str, Sequence[str]]) -> Given:
    """What was ticked and written, as it is kept. What an earlier answer has closed is left out.

    Raises BadAnswers with every mistake, or Nothing.
    """
    given: Given = {}
    mistakes = {}
    for question in questions:
        said_here = [words.strip() for words in said_by_question.get(question.code, ()) if words.strip()]
        if mistake := fault_of(question, said_here):
            mistakes[question.code] = mistake
        elif said_here and question.is_open_after(given):
            given[question.code] = _kept(question, said_here)
    if mistakes:
        raise BadAnswers(mistakes)
    if not given:
        raise Nothing
    return given


def fault_of(question: Asked, said_here: Sequence[str]) -> str:
    """Why this does not answer the question; "" when it does, or when nothing was said."""
    if not said_here:
        return ""
    if question.kind == "text":
        return _fault_of_text("".join(said_here))
    known = [str(value) for value in question.values] or [choice.code for choice in question.choices]
    if any(code not in known for code in said_here):
        return _("This is not one of the answers: please choose again.")
    if question.kind != "several":
        return _("Please choose one answer only.") if len(said_here) > 1 else ""
    alone = [choice.text for choice in question.choices if choice.is_none and choice.code in said_here]
    if alone and len(said_here) > 1:
        return _("“%(choice)s” does not go with another answer: keep one of the two.") % {"choice": alone[0]}
    return ""


def _fault_of_text(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return ""
    return _("That is longer than %(most)s characters: please shorten it.") % {"most": LONGEST_TEXT}


def _kept(question: Asked, said_here: Sequence[str]) -> str | int | list[str]:
    """Choices in the order of the question, so that nothing is told by the order of ticking."""
    if question.kind == "several":
        return [choice.code for choice in question.choices if choice.code in said_here]
    if question.kind == "scale":
        return int(said_here[0])
    return said_here[0].replace("\x00", "")


def tallied(questions: Sequence[Asked], answers: Sequence[Given]) -> dict[str, dict[str, Any]]:
    """By question: `n` who answered it, `counts` those whose answer counts towards its figure, the `sum` of a scale, and
    how often each choice or value was taken."""
    return {question.code: _tally(question, answers) for question in questions}


def _tally(question: Asked, answers: Sequence[Given]) -> dict[str, Any]:
    said_here = [given[question.code] for given in answers if question.code in given]
    tally: dict[str, Any] = {"n": len(said_here)}
    if question.kind == "text":
        return tally
    codes = [answer if isinstance(answer, list) else [str(answer)] for answer in said_here]
    tally["each"] = {
        code: sum(code in those for those in codes) for code in sorted({c for those in codes for c in those})
    }
    tally["counts"] = sum(not question.counting.isdisjoint(those) for those in codes)
    if question.kind == "scale":
        tally["sum"] = sum(answer for answer in said_here if isinstance(answer, int))
    return tally
