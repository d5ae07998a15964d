"""What the answers of one session come to, question by question, for staff."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from figures.disclosure import may_publish
from surveys.asked import Asked
from surveys.models import AnswerBox


@dataclass(frozen=True, slots=True)
class Line:
    words: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Result:
    """`lines` are empty while too few have answered the question."""

    question: Asked
    n: int
    lines: tuple[Line, ...] = ()
    mean: int | None = None
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
    mean = round(tally["sum"] / tally["n"]) if "sum" in tally else None
    return Result(question, tally["n"], _lines(question, tally), mean)


def _lines(question: Asked, tally: Mapping[str, Any]) -> tuple[Line, ...]:
    each, n = tally["each"], tally["n"]
    named = [(choice.code, choice.text) for choice in question.choices]
    named += [(str(value), f"{value} {question.unit}".strip()) for value in question.values]
    found = [Line(words, each.get(code, 0), round(100 * each.get(code, 0) / n)) for code, words in named]
    return tuple(line for line in found if line.count or not question.are_topics)
