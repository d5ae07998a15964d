from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from questionnaires.engine.definition import (
    DONT_KNOW,
    NOT_APPLICABLE,
    RESERVED_CODES,
    Kind,
    Question,
    Questionnaire,
    SubSector,
)

# As stored: the code of a choice, a list of codes, a number on a scale, or one of the reserved codes.
Answer = str | int | list[str]
Answers = Mapping[str, Answer]
Chosen = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one answer, in a sentence that names the question."""

    question: str
    message: str


class BadAnswers(ValueError):
    """Some answers do not fit the questionnaire; nothing was scored. `mistakes` lists all of them."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistake.message for mistake in self.mistakes))


class State(StrEnum):
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    UNANSWERED = "unanswered"
    HIDDEN = "hidden"
    # Hidden, but an earlier "don't know" might in truth open it: it widens the range.
    POSSIBLE = "possible"
    NOT_APPLICABLE = "not-applicable"


UNRESOLVED = frozenset({State.UNKNOWN, State.UNANSWERED, State.POSSIBLE})


def read_answers(questionnaire: Questionnaire, answers: Answers) -> dict[str, Chosen]:
    """What was chosen, by question code. Raises BadAnswers that names each question whose answer does not fit."""
    questions = {question.code: question for question in questionnaire.questions()}
    return read_chosen(questionnaire.code, questions, answers)


def read_chosen(questionnaire: str, questions: Mapping[str, Question], answers: Answers) -> dict[str, Chosen]:
    """The same, with the questions by code at hand."""
    chosen: dict[str, Chosen] = {}
    mistakes = []
    for code, answer in answers.items():
        if code not in questions:
            mistakes.append(Mistake(code, f"Question “{code}” is not in the questionnaire “{questionnaire}”."))
        elif isinstance(answer, str) and answer in questions[code].points:
            chosen[code] = (answer,)  # the short way for what is right almost always
        elif message := fault_of(questions[code], answer):
            mistakes.append(Mistake(code, message))
        else:
            chosen[code] = choices_in(answer)
    if mistakes:
        raise BadAnswers(mistakes)
    return chosen


def choices_in(answer: Answer) -> Chosen:
    """The codes chosen, in code order, so that the same answer always reads the same."""
    if isinstance(answer, list):
        return tuple(sorted(map(str, answer)))
    return (str(answer),)


def fault_of(question: Question, answer: object) -> str:
    """Why this answer does not fit this question, in a sentence; empty when it fits."""
    name = f"Question “{question.code}”"
    codes = answer if isinstance(answer, list) else [answer]
    if any(isinstance(code, bool) or not isinstance(code, str | int) for code in codes):
        return f"{name}: an answer is the code of a choice, a list of codes or a number."
    if question.kind != Kind.SEVERAL and isinstance(answer, list):
        return f"{name} takes one answer, not a list."
    if not codes:
        return f"{name}: the list is empty; leave the question out instead."
    if len(set(map(str, codes))) != len(codes):
        return f"{name}: the same choice stands twice."
    return _fault_of_codes(question, name, codes)


def _fault_of_codes(question: Question, name: str, codes: Sequence[object]) -> str:
    for code in codes:
        if code == NOT_APPLICABLE and not question.offers_not_applicable:
            return f"{name} does not offer “{NOT_APPLICABLE}”."
        if code in RESERVED_CODES:
            continue
        if str(code) not in question.points:
            return f"{name} has no choice “{code}”; it has {', '.join(question.points)}."
    exclusive = [code for code in codes if code in RESERVED_CODES or code in question.none_choices]
    if exclusive and len(codes) > 1:
        return f"{name}: “{exclusive[0]}” excludes the other choices."
    return ""


def states_of(
    questionnaire: Questionnaire, chosen: Mapping[str, Chosen], sub_sector: SubSector | None = None
) -> dict[str, State]:
    """Where each question stands: earlier questions decide about later ones."""
    names = sub_sector.names if sub_sector else frozenset()
    states: dict[str, State] = {}
    for question in questionnaire.questions():
        states[question.code] = _state_of(question, chosen, names, states)
    return states


def _state_of(
    question: Question, chosen: Mapping[str, Chosen], names: frozenset[str], states: Mapping[str, State]
) -> State:
    if question.not_for and not names.isdisjoint(question.not_for):
        return State.NOT_APPLICABLE
    if question.only_if and (closed := _closed_by(question, chosen, states)):
        return closed
    answer = chosen.get(question.code)
    if answer is None:
        return State.UNANSWERED
    if answer == (NOT_APPLICABLE,):
        return State.NOT_APPLICABLE
    return State.UNKNOWN if answer == (DONT_KNOW,) else State.ANSWERED


def _closed_by(question: Question, chosen: Mapping[str, Chosen], states: Mapping[str, State]) -> State | None:
    """The state that the earlier question leaves to this one; None when it opens it.

    What hangs on something that does not apply to the shop does not apply either. An earlier question that is
    missing here (a questionnaire restricted to some questions) leaves its followers open.
    """
    condition = question.only_if
    if condition is None or condition.question not in states:
        return None
    earlier = states[condition.question]
    if earlier == State.ANSWERED:
        is_open = not condition.choices.isdisjoint(chosen[condition.question])
        return None if is_open else State.HIDDEN
    if earlier in UNRESOLVED:
        return State.POSSIBLE
    return earlier
