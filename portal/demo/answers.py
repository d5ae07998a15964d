"""What participants of 2016 answered after their session.

Shares were published: 89 % found it useful, 60 % will use the tools, 50 % intend to train; of the first 20 sessions 89 %, 49 %, 27 %
who want a strategy, and a mean relevance of 75.0 %. How many had answered was not: 400, of these 300 after the first 20 sessions, is
ours, and so is all else that they say.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from portal.demo.plans import Plan, spread
from surveys.asked import Asked, Given, read
from surveys.models import Survey


@dataclass(frozen=True, slots=True)
class Said:
    """So many sessions one after the other, so many answers to them, and so many of these that say so."""

    sessions: int
    answers: int
    usefulness: int
    tools: int
    training: int
    strategy: int
    barriers: int


SAID = (
    Said(sessions=20, answers=300, usefulness=267, tools=180, training=147, strategy=81, barriers=231),
    Said(sessions=5, answers=100, usefulness=89, tools=60, training=53, strategy=24, barriers=74),
)
# After 2016 nothing was published: of those who came so many answer, and of these so many say so, by lot.
ANSWERED = 0.8
LATER = {"usefulness": 0.9, "tools": 0.65, "training": 0.55, "strategy": 0.3, "barriers": 0.75}
# By pairs around the mean that was published.
RELEVANCE = 75
AWAY = (5, 5, 15, 25)


def given_after(plans: Sequence[Plan], survey: Survey, chance: random.Random) -> list[Plan]:
    """The sessions with what was answered after them; after the last of SAID it is ours."""
    told, rest = [], iter(plans)
    for said in SAID:
        some = [*islice(rest, said.sessions)]
        given = _given(said, survey.questions, chance)
        numbers = spread(said.answers, [plan.heads for plan in some])
        told += [
            replace(plan, answers=tuple(islice(given, number))) for plan, number in zip(some, numbers, strict=True)
        ]
    return [*told, *(by_lot(plan, survey, chance) for plan in rest)]


def by_lot(plan: Plan, survey: Survey, chance: random.Random) -> Plan:
    """The session with answers of some who will have come."""
    answers = _lots(plan.heads, ANSWERED, chance)
    said = Said(sessions=1, answers=answers, **{what: _lots(answers, rate, chance) for what, rate in LATER.items()})
    return replace(plan, answers=tuple(_given(said, survey.questions, chance)))


def _lots(of: int, rate: float, chance: random.Random) -> int:
    return sum(chance.random() < rate for _ in range(of))


def _given(said: Said, questions: Sequence[Asked], chance: random.Random) -> Iterator[Given]:
    columns = {question.code: _column(question, said, chance) for question in questions if question.kind != "text"}
    for row in zip(*columns.values(), strict=True):
        yield read(questions, dict(zip(columns, row, strict=True)))


def _column(question: Asked, said: Said, chance: random.Random) -> list[list[str]]:
    """What each answers to the question, by lot, where only how many count is known."""
    if question.kind == "scale":
        column = _relevance(said.answers, chance)
    else:
        counting = getattr(said, question.feeds, said.answers)
        column = [_choice(question, place < counting, chance) for place in range(said.answers)]
    return chance.sample(column, len(column))


def _relevance(answers: int, chance: random.Random) -> list[list[str]]:
    """The last of an odd number stands alone, above the mean."""
    away = [chance.choice(AWAY) for _ in range(-(-answers // 2))]
    return [[str(RELEVANCE + sign * by)] for by in away for sign in (1, -1)][:answers]


def _choice(question: Asked, counts: bool, chance: random.Random) -> list[str]:
    """Of the choices that count towards its figure, or of the others; of several, up to three."""
    of = [choice.code for choice in question.choices if (choice.code in question.counting) is counts]
    return chance.sample(of, min(chance.randint(1, 3), len(of)) if question.kind == "several" else 1)
