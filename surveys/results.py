"""What the answers of one session come to, question by question, for staff: said as the figures say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from figures.definition import Unit
from figures.disclosure import may_publish
from figures.saying import short
from surveys.asked import Asked
from surveys.models import AnswerBox


@dataclass(frozen=True, slots=True)
class Line:
    words: str
    count: int
    share: str


@dataclass(frozen=True, slots=True)
class Result:
    """`lines` are empty while too few have answered the question."""

    question: Asked
    n: int
    lines: tuple[Line, ...] = ()
    mean: str = ""
    comments: tuple[str, ...] = ()


def results_of(box: AnswerBox) -> list[Result]:
    return [_result(question, box) for question in box.survey.questions]


def _result(question: Asked, box: AnswerBox) -> Result:
    tally = box.tallies.get(question.code, {"n": 0})
    if question.kind == "text":
        comments = tuple(str(given[question.code]) for given in box.given if question.code in given)
        return Result(question, tally["n"], comments=comments)
    if not may_publish(tally["n"]):
        return Result(question, tally["n"])
    return Result(question, tally["n"], _lines(question, tally), _mean(question, tally))


def _mean(question: Asked, tally: Mapping[str, Any]) -> str:
    if "sum" not in tally:
        return ""
    mean = Fraction(tally["sum"], tally["n"])
    return short(mean / 100, Unit.SHARE) if question.unit == "%" else short(mean, Unit.MEAN)


def _lines(question: Asked, tally: Mapping[str, Any]) -> tuple[Line, ...]:
    each, n = tally["each"], tally["n"]
    named = [(choice.code, choice.text) for choice in question.choices]
    named += [(str(value), f"{value} {question.unit}".strip()) for value in question.values]
    counted = [(words, each.get(code, 0)) for code, words in named]
    shown = [(words, count) for words, count in counted if count or not question.are_topics]
    return tuple(Line(words, count, short(Fraction(count, n), Unit.SHARE)) for words, count in shown)
